// A chat model as a realtime session of the OpenAI API (GA shape; protocol: realtime §3-§9): the machine between a client's
// events and the answers of a chat model, which are asked for over HTTP by whoever runs it.
//
// Sans-I/O: it knows no socket and no clock. Events and reports come in by methods, each of which returns what is to be done.
// It never traps on what it is given: what a client sends wrongly is answered with an `error` event that carries the
// client's `event_id`; reports about work that is over or unknown are ignored.

package import Dialects

/// One session.
package struct ChatSession: Sendable {
    let description: ChatSessionDescription
    var settings: ChatSettings
    var identifiers: IdentifierSource

    package init(_ description: ChatSessionDescription) {
        self.description = description
        var identifiers = IdentifierSource(base: description.identifierBase)
        self.settings = ChatSettings(description, id: identifiers.next("sess_"))
        self.identifiers = identifiers
    }

    /// Begins the session: the client is told `session.created`.
    ///
    /// To be called once, before all else.
    package mutating func open() -> [ChatAction] {
        [say("session.created", ["session": settings.value])]
    }

    /// Takes one whole event of the client.
    package mutating func receive(_ event: [UInt8]) -> [ChatAction] {
        [refuse(SessionRefusal(code: "invalid_event", message: "This session takes no events yet."), eventID: nil)]
    }

    /// Takes the next event of an answer.
    package mutating func generated(_ event: GenerationEvent, by work: ChatWork) -> [ChatAction] {
        []
    }

    /// Takes the report that a piece of work, whichever, failed.
    ///
    /// The message is for the client to read.
    package mutating func failed(_ error: ProviderError, by work: ChatWork) -> [ChatAction] {
        []
    }

    /// Takes the whole text of a transcription.
    package mutating func transcribed(
        _ text: String,
        usage: TranscriptionUsage?,
        by work: ChatWork
    ) -> [ChatAction] {
        []
    }

    /// Takes the next piece of a spoken text: PCM16 little-endian mono at 24 kHz, cut anywhere.
    package mutating func spoke(_ audio: [UInt8], by work: ChatWork) -> [ChatAction] {
        []
    }

    /// Takes the report that a text was spoken to its end.
    package mutating func spoken(by work: ChatWork) -> [ChatAction] {
        []
    }

    // MARK: Telling the client

    /// An event of the server's with a name of its own.
    mutating func say(_ type: String, _ members: JSONValue) -> ChatAction {
        let head: JSONValue = ["type": .string(type), "event_id": .string(identifiers.next("event_"))]
        return .say(head.overlaid(with: members).rendered)
    }

    mutating func refuse(_ refusal: SessionRefusal, eventID: String?) -> ChatAction {
        say("error", ["error": refusal.value(eventID: eventID)])
    }
}
