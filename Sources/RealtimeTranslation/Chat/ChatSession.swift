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
    let check: SettingsCheck
    let conversationID: String
    var settings: ChatSettings
    var conversation: Conversation
    /// At most one of the conversation's own, and out-of-band ones beside it.
    var responses: [ActiveResponse] = []
    var inputAudio: InputAudioBuffer
    var transcriptions: [Transcription] = []
    var identifiers: IdentifierSource
    private var works = 0
    /// What the method under way has found to be done.
    private var actions: [ChatAction] = []

    package init(_ description: ChatSessionDescription) {
        self.description = description
        self.check = SettingsCheck(description)
        var identifiers = IdentifierSource(base: description.identifierBase)
        self.settings = ChatSettings(description, id: identifiers.next("sess_"))
        self.conversationID = identifiers.next("conv_")
        self.identifiers = identifiers
        self.conversation = Conversation(limits: description.limits)
        self.inputAudio = InputAudioBuffer(limitBytes: description.limits.audioBytes)
    }

    var limits: ConversationLimits { description.limits }

    /// Begins the session: the client is told `session.created`.
    ///
    /// To be called once, before all else.
    package mutating func open() -> [ChatAction] {
        say("session.created", ["session": settings.value])
        return taken()
    }

    /// Takes one whole event of the client.
    package mutating func receive(_ event: [UInt8]) -> [ChatAction] {
        switch ClientEvent.read(event, limits: limits) {
        case .refused(let refusal, let eventID):
            refuse(refusal, eventID: eventID)
        case .event(let event):
            do throws(SessionRefusal) {
                try handle(event)
            } catch {
                refuse(error, eventID: event.eventID)
            }
        }
        return taken()
    }

    /// Takes the next event of an answer.
    package mutating func generated(_ event: GenerationEvent, by work: ChatWork) -> [ChatAction] {
        if let index = responses.firstIndex(where: { $0.work == work && $0.phase == .generating }) {
            take(event, at: index)
        }
        return taken()
    }

    /// Takes the report that a piece of work, whichever, failed.
    ///
    /// The message is for the client to read.
    package mutating func failed(_ error: ProviderError, by work: ChatWork) -> [ChatAction] {
        if let index = responses.firstIndex(where: { $0.work == work && $0.phase == .generating }) {
            endFailed(at: index, error)
        }
        endTranscription(work, .failure(error))
        failSpeech(work, error)
        return taken()
    }

    /// Takes the whole text of a transcription.
    package mutating func transcribed(
        _ text: String,
        usage: TranscriptionUsage?,
        by work: ChatWork
    ) -> [ChatAction] {
        endTranscription(work, .success((text, usage)))
        return taken()
    }

    /// Takes the next piece of a spoken text: PCM16 little-endian mono at 24 kHz, cut anywhere.
    package mutating func spoke(_ audio: [UInt8], by work: ChatWork) -> [ChatAction] {
        takeSpeech(audio, by: work)
        return taken()
    }

    /// Takes the report that a text was spoken to its end.
    package mutating func spoken(by work: ChatWork) -> [ChatAction] {
        endSpeech(work)
        return taken()
    }

    // MARK: What is to be done

    private mutating func taken() -> [ChatAction] {
        defer { actions = [] }
        return actions
    }

    mutating func act(_ action: ChatAction) {
        actions.append(action)
    }

    /// A name for a new piece of work.
    mutating func nextWork() -> ChatWork {
        defer { works &+= 1 }
        return ChatWork(number: works)
    }

    /// Tells the client an event, under a name of its own.
    mutating func say(_ type: String, _ members: JSONValue) {
        let head: JSONValue = ["type": .string(type), "event_id": .string(identifiers.next("event_"))]
        act(.say(head.overlaid(with: members).rendered))
    }

    mutating func refuse(_ refusal: SessionRefusal, eventID: String?) {
        say("error", ["error": refusal.value(eventID: eventID)])
    }
}
