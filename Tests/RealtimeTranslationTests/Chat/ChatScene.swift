import Dialects
import RealtimeTranslation

/// A session with everything that it asked for so far.
struct ChatScene {
    private(set) var session: ChatSession
    /// Events for the client, in their order.
    private(set) var said: [JSONValue] = []
    /// All else, in its order.
    private(set) var asked: [ChatAction] = []
    /// Events whose bytes were no JSON.
    private(set) var unreadable = 0

    init(_ change: (inout ChatSessionDescription) -> Void = { _ in }) {
        var description = ChatSessionDescription(model: "m", identifierBase: "t", expiresAt: 1_790_003_600)
        change(&description)
        session = ChatSession(description)
        for action in session.open() { take(action) }
        said = []
    }

    private mutating func take(_ action: ChatAction) {
        guard case .say(let bytes) = action else { return asked.append(action) }
        if let event = try? JSONParser.parse(bytes) { said.append(event) } else { unreadable += 1 }
    }

    /// Takes actions in and returns the events among them.
    @discardableResult
    mutating func take(_ actions: [ChatAction]) -> [JSONValue] {
        let before = said.count
        for action in actions { take(action) }
        return Array(said[before...])
    }

    /// Sends a client's event; returns what the client is told at once.
    @discardableResult
    mutating func send(_ event: JSONValue) -> [JSONValue] {
        take(session.receive(event.rendered))
    }

    @discardableResult
    mutating func send(bytes: [UInt8]) -> [JSONValue] {
        take(session.receive(bytes))
    }

    /// Lets the answer of `work` go on; returns what the client is told.
    @discardableResult
    mutating func hear(_ events: GenerationEvent..., by work: ChatWork) -> [JSONValue] {
        let before = said.count
        for event in events { take(session.generated(event, by: work)) }
        return Array(said[before...])
    }

    @discardableResult
    mutating func fail(_ error: ProviderError, by work: ChatWork) -> [JSONValue] {
        take(session.failed(error, by: work))
    }

    @discardableResult
    mutating func hearText(_ text: String, usage: TranscriptionUsage? = nil, by work: ChatWork) -> [JSONValue] {
        take(session.transcribed(text, usage: usage, by: work))
    }

    @discardableResult
    mutating func hearSpeech(_ audio: [UInt8], by work: ChatWork) -> [JSONValue] {
        take(session.spoke(audio, by: work))
    }

    @discardableResult
    mutating func hearSpeechEnd(by work: ChatWork) -> [JSONValue] {
        take(session.spoken(by: work))
    }

    // MARK: What is told

    /// Says something as the user; returns the events.
    @discardableResult
    mutating func user(_ text: String, id: String? = nil) -> [JSONValue] {
        var item: JSONValue = [
            "type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]],
        ]
        if let id { item["id"] = .string(id) }
        return send(["type": "conversation.item.create", "item": item])
    }

    /// Nothing was asked of the model.
    struct NoWork: Error {}

    /// Asks for a response; returns its work.
    @discardableResult
    mutating func respond(_ response: JSONValue? = nil) throws(NoWork) -> ChatWork {
        guard let work = ask(response) else { throw NoWork() }
        return work
    }

    /// Asks for a response; returns its work, nil when there is none.
    mutating func ask(_ response: JSONValue? = nil) -> ChatWork? {
        let before = asked.count
        var event: JSONValue = ["type": "response.create"]
        if let response { event["response"] = response }
        send(event)
        for case .generate(let work, _) in asked[before...] { return work }
        return nil
    }

    /// How many pieces of work were asked for.
    var works: Int {
        asked.count { action in
            switch action {
            case .generate, .transcribe, .speak: true
            case .say, .cancel, .tellRates: false
            }
        }
    }

    var requests: [GenerationRequest] {
        asked.compactMap { action in
            if case .generate(_, let request) = action { request } else { nil }
        }
    }

    var cancelled: [ChatWork] {
        asked.compactMap { action in
            if case .cancel(let work) = action { work } else { nil }
        }
    }

    /// The error of the last event, if it is one.
    var lastError: JSONValue? {
        guard let last = said.last, last["type"] == "error" else { return nil }
        return last["error"]
    }

    /// The response of the last `response.done`.
    var lastResponse: JSONValue? {
        said.last { $0["type"] == "response.done" }?["response"]
    }
}

extension [JSONValue] {
    var types: [String] { map { $0["type"]?.string ?? "" } }

    func first(_ type: String) -> JSONValue? { first { $0["type"] == .string(type) } }
}
