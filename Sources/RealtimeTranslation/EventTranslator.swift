// The surface of translators that work event by event, between what a peer on the wire speaks and the words of the relay:
// the realtime events of the OpenAI API's current shape (GA; protocol: realtime §3-§8).
//
// A translator holds state of the session (names it gave, what a client has not been told yet), knows no socket and no
// clock, and never traps on what it is given: what it cannot read is passed, answered with an `error` event, or dropped.

/// Translates one peer's messages, both ways.
package protocol EventTranslator: Sendable {
    /// Takes a whole message that the peer sent.
    mutating func received(_ message: [UInt8]) -> TranslatedEvents
    /// Takes a whole event that is meant for the peer, in the relay's words.
    mutating func send(_ event: [UInt8]) -> TranslatedEvents
    /// Whether an event that `received` gave is still meant, asked right before it goes on: what went before it may have
    /// been refused meanwhile.
    mutating func mayGoOn(_ event: [UInt8]) -> Bool
}

extension EventTranslator {
    package mutating func mayGoOn(_ event: [UInt8]) -> Bool { true }
}

/// What became of a message: events that go on the way it went, and those that go back to where it came from.
///
/// What goes back is sent first.
package struct TranslatedEvents: Sendable, Equatable {
    /// In the words of whoever is on the other side.
    package var onward: [[UInt8]]
    /// In the words of whoever sent the message.
    package var back: [[UInt8]]

    package init(onward: [[UInt8]] = [], back: [[UInt8]] = []) {
        self.onward = onward
        self.back = back
    }
}
