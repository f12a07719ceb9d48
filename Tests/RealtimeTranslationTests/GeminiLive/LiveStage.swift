import Dialects
import Testing

@testable import RealtimeTranslation

/// A session between a client and an upstream that are played by a test, with a clock that stands until it is moved.
struct LiveStage {
    static let second: Int64 = 1_000_000_000

    var session: GeminiLiveSession
    var now: Int64 = 0
    /// What the client was told, the upstream was sent, and the rest, in order.
    var said: [JSONValue] = []
    var sent: [JSONValue] = []
    var reconnects = 0
    var end: LiveEnd?

    init(limits: LiveLimits = LiveLimits()) {
        var description = GeminiLiveDescription(
            upstreamModel: "models/gemini-live-2.5-flash",
            model: "live",
            identifierBase: "x",
            expiresAt: 1_790_003_600
        )
        description.limits = limits
        session = GeminiLiveSession(description)
        run { $0.open(now: $1) }
    }

    /// A session whose upstream was set up with these settings, and nothing told or sent that a test has to skip.
    static func ready(_ settings: String = #"{"type":"realtime"}"#, limits: LiveLimits = LiveLimits()) -> LiveStage {
        var stage = LiveStage(limits: limits)
        stage.connect()
        stage.client(#"{"type":"session.update","session":\#(settings)}"#)
        stage.upstream(#"{"setupComplete":{}}"#)
        stage.forget()
        return stage
    }

    private mutating func run(_ body: (inout GeminiLiveSession, Int64) -> [LiveAction]) {
        for action in body(&session, now) {
            #expect(end == nil, "nothing follows the end")
            switch action {
            case .say(let event): said.append(Self.parsed(event))
            case .send(let message): sent.append(Self.parsed(message))
            case .reconnect: reconnects += 1
            case .end(let how): end = how
            }
        }
    }

    static func parsed(_ bytes: [UInt8]) -> JSONValue {
        guard let value = try? JSONParser.parse(bytes) else {
            Issue.record("no JSON: \(String(decoding: bytes, as: UTF8.self))")
            return .null
        }
        return value
    }

    mutating func connect() { run { $0.upstreamOpened(now: $1) } }
    mutating func client(_ event: String) { run { $0.receive(Array(event.utf8), now: $1) } }
    mutating func client(_ event: JSONValue) { run { $0.receive(event.rendered, now: $1) } }
    mutating func upstream(_ message: String) { run { $0.hear(Array(message.utf8), now: $1) } }
    mutating func upstream(bytes: [UInt8]) { run { $0.hear(bytes, now: $1) } }
    mutating func client(bytes: [UInt8]) { run { $0.receive(bytes, now: $1) } }

    mutating func lose(_ code: UInt16?, _ reason: String = "") {
        run { $0.upstreamClosed(code: code, reason: reason, now: $1) }
    }

    mutating func wait(seconds: Double) {
        now += Int64(seconds * Double(Self.second))
        run { $0.timePassed(now: $1) }
    }

    mutating func forget() {
        said = []
        sent = []
    }

    // MARK: What was said

    var types: [String] { said.compactMap { $0["type"]?.string } }

    func last(_ type: String) -> JSONValue? { said.last { $0["type"]?.string == type } }

    var lastError: JSONValue? { last("error")?["error"] }

    /// The `response` of the last `response.done`.
    var done: JSONValue? { last("response.done")?["response"] }

    static let text = #"{"type":"realtime","output_modalities":["text"]}"#
    static let manual = #"{"type":"realtime","audio":{"input":{"turn_detection":null}}}"#
    /// 200 ms of silence at 24 kHz.
    static let append: JSONValue = [
        "type": "input_audio_buffer.append", "audio": .string(String(repeating: "A", count: 12_800)),
    ]
    static let ask = #"{"type":"response.create"}"#

    static func item(_ text: String) -> JSONValue {
        [
            "type": "conversation.item.create",
            "item": ["type": "message", "role": "user", "content": [["type": "input_text", "text": .string(text)]]],
        ]
    }
}

/// Holds that whatever begins has an end: responses, items, parts, names that differ.
struct Pairing {
    private var responses: Set<String> = []
    private var items: Set<String> = []
    private var parts: Set<String> = []
    private var eventIDs: Set<String> = []

    /// Adds an event; answers with what is wrong with it.
    mutating func take(_ event: JSONValue) -> String? {
        let type = event["type"]?.string ?? ""
        guard let eventID = event["event_id"]?.string, eventIDs.insert(eventID).inserted else { return "event_id" }
        let response = event["response_id"]?.string ?? event["response"]?["id"]?.string ?? ""
        let item = event["item_id"]?.string ?? event["item"]?["id"]?.string ?? ""
        let part = "\(item) \(event["content_index"]?.integer ?? -1)"
        switch type {
        case "response.created":
            guard responses.isEmpty else { return "two responses at once" }
            responses.insert(response)
        case "response.done":
            guard responses.remove(response) != nil else { return "done, not created" }
            guard items.isEmpty, parts.isEmpty else { return "done with something open" }
        case "response.output_item.added":
            guard responses.contains(response), items.insert(item).inserted else { return "item \(item)" }
        case "response.output_item.done":
            guard responses.contains(response), items.remove(item) != nil else { return "item done \(item)" }
        case "response.content_part.added":
            guard items.contains(item), parts.insert(part).inserted else { return "part \(part)" }
        case "response.content_part.done":
            guard parts.remove(part) != nil else { return "part done \(part)" }
        case _ where type.hasPrefix("response.output_"):
            guard parts.contains(part), responses.contains(response) else { return "\(type) without a part" }
        case _ where type.hasPrefix("response.function_call"):
            guard items.contains(item) else { return "\(type) without an item" }
        default: break
        }
        return nil
    }

    /// Whether all that began has ended.
    var isEven: Bool { responses.isEmpty && items.isEmpty && parts.isEmpty }
}
