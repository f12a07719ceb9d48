// A Gemini Live upstream as a realtime session of the OpenAI API (GA shape; protocol: realtime §3-§9, §14, §15): the machine
// between a client's events and the messages of the upstream, both tables of §15 whole.
//
// Sans-I/O: it knows no socket and no clock. It never traps on what it is given: what a client sends wrongly is answered with
// an `error` event, what an upstream sends wrongly says nothing. Whatever the order of messages, each `response.created` has
// its `response.done`, and so has each item and part within.
//
// The connection is not the session. A handle to resume is always asked for, and when an upstream goes the next connection
// begins where the last one ended, between two turns if there is time. What that costs: a response that was under way when a
// connection broke has failed, with the code `upstream_lost`; the session goes on.

import Dialects

/// One session.
package struct GeminiLiveSession: Sendable {
    let description: GeminiLiveDescription
    var identifiers: IdentifierSource
    let conversationID: String
    var settings: LiveSettings
    var link = LiveLink()
    var history = LiveHistory()
    var calls = LiveCalls()
    /// Outputs that wait for those of other calls of the same turn.
    var outputs: [JSONValue] = []
    var outputBytes = 0
    var speech = LiveSpeech()
    var response: LiveResponse?
    /// What the upstream said last of what the turn costs; nil once that was told.
    var usage: RealtimeUsage?
    /// What the upstream says is not passed on until its turn ends: the client has cancelled it.
    var isMuted = false
    /// The end of a turn whose response is over already is still to come.
    var owesTurnEnd = false
    /// A response was asked for and has not begun.
    var awaitsAnswer = false
    /// An answer comes by itself, or has come, that the client may still ask for.
    var isClaimable = false
    /// Items were said that no response has followed.
    var hasNewItems = false
    var hasAnswered = false
    /// `metadata` of the response that was asked for.
    var askedMetadata = JSONValue.null
    /// Whether the client has said anything.
    var hasHeard = false
    /// Updates that are told to be in force once the upstream is set up.
    var pendingUpdates = 0
    /// What would interrupt the upstream, kept until its response is over.
    var held: [[UInt8]] = []
    var heldBytes = 0
    var now: Int64 = 0
    private var actions: [LiveAction] = []

    package init(_ description: GeminiLiveDescription) {
        self.description = description
        var identifiers = IdentifierSource(base: description.identifierBase)
        settings = LiveSettings(
            id: identifiers.next("sess_"),
            model: description.model,
            expiresAt: description.expiresAt
        )
        conversationID = identifiers.next("conv_")
        self.identifiers = identifiers
    }

    var limits: LiveLimits { description.limits }

    /// Bytes that wait for the upstream; who runs the session reads the client no further when these are many.
    package var queuedBytes: Int { link.queuedBytes + heldBytes }

    /// Begins the session: the client is told `session.created`, whatever becomes of the upstream.
    ///
    /// To be called once, before all else. Times are in nanoseconds of a clock that never goes back.
    package mutating func open(now: Int64) -> [LiveAction] {
        run(now) { $0.say("session.created", ["session": $0.settings.value]) }
    }

    /// Takes one whole event of the client.
    package mutating func receive(_ event: [UInt8], now: Int64) -> [LiveAction] {
        run(now) { $0.read(event) }
    }

    /// The upstream is connected: for the first time, or anew after `reconnect`.
    package mutating func upstreamOpened(now: Int64) -> [LiveAction] {
        run(now) { $0.opened() }
    }

    /// Takes one whole message of the upstream, text or binary.
    package mutating func hear(_ message: [UInt8], now: Int64) -> [LiveAction] {
        run(now) { $0.heed(message) }
    }

    /// The upstream is gone, or could not be reached; `code` is nil where it gave none.
    package mutating func upstreamClosed(code: UInt16?, reason: String, now: Int64) -> [LiveAction] {
        run(now) { $0.closed(code, reason) }
    }

    /// Looks at what is due; to be called at `nextDeadline`, or at any time.
    package mutating func timePassed(now: Int64) -> [LiveAction] {
        run(now) { $0.lookAtTheClock() }
    }

    private mutating func run(_ now: Int64, _ body: (inout Self) -> Void) -> [LiveAction] {
        guard link.phase != .ended else { return [] }
        self.now = max(self.now, now)
        body(&self)
        defer { actions = [] }
        guard link.phase == .ended, let last = actions.firstIndex(where: \.isEnd) else { return actions }
        // Nothing is said behind the last word.
        return Array(actions[...last])
    }

    // MARK: What is to be done

    mutating func act(_ action: LiveAction) { actions.append(action) }

    /// Tells the client an event, with a name of its own.
    mutating func say(_ type: String, _ members: JSONValue) {
        let head: JSONValue = ["type": .string(type), "event_id": .string(identifiers.next("event_"))]
        actions.append(.say(head.overlaid(with: members).rendered))
    }

    mutating func refuse(_ refusal: SessionRefusal, _ eventID: String?) {
        say("error", ["error": refusal.value(eventID: eventID)])
    }

    /// Sends the upstream a message as soon as it is set up.
    mutating func send(_ message: [UInt8], isAudio: Bool = false) {
        if link.isReady {
            actions.append(.send(message))
            link.noteSent(message, limits: limits)
        } else if queuedBytes + message.count > limits.queuedBytes {
            end(
                type: "server_error",
                code: "upstream_too_slow",
                "The model's provider does not take what is sent.",
                1011
            )
        } else {
            link.enqueue(message, isAudio: isAudio)
        }
    }

    mutating func send(_ message: JSONValue) { send(message.rendered) }

    /// Ends the session from this side.
    mutating func end(type: String, code: String, _ message: String, _ closeCode: UInt16) {
        guard link.phase != .ended else { return }
        if response?.ending == nil, response != nil { finish(.failed(code: code, message: message)) }
        if let ending = response?.ending { finish(ending.how) }
        say(
            "error",
            ["error": SessionRefusal(type: type, code: code, message: message).value(eventID: nil)]
        )
        link.phase = .ended
        actions.append(.end(LiveEnd(type: type, code: code, message: message, closeCode: closeCode)))
    }
}
