// Messages as Gemini's `contents` (protocol: http §4.1, §4.2, §4.7): neighbours of one role in one content, results of tools
// first in theirs and with the names of their functions, which Gemini wants and other dialects leave to the id.

/// Writes contents.
struct GeminiContentWriter {
    /// Gemini's own word for calls whose thought signature nobody has, since another model made them (§4.7).
    static let unsignedCall = "skip_thought_signature_validator"
    /// Stands before a conversation that the assistant begins: Gemini wants the user to.
    static let opening = "."

    /// One content as it grows.
    private struct Content {
        let role: GenerationMessage.Role
        /// `functionResponse` parts, which must directly follow the calls.
        var results: [JSONValue] = []
        var parts: [JSONValue] = []
        var hasCalls = false
    }

    private var contents: [Content] = []
    /// The functions of the calls so far by their ids.
    private var names: [String: String] = [:]
    private var droppedDetail = false

    static func contents(
        _ messages: [GenerationMessage],
        dropped: inout [String]
    ) throws(ConversionRefusal) -> JSONValue {
        var writer = GeminiContentWriter()
        for message in messages {
            writer.begin(message.role)
            for part in message.parts { try writer.add(part) }
        }
        if writer.droppedDetail { dropped.append("detail") }
        writer.contents.removeAll { $0.results.isEmpty && $0.parts.isEmpty }
        guard let first = writer.contents.first else {
            throw ConversionRefusal(
                code: "invalid_value",
                param: "messages",
                message: "Gemini needs at least one message that is no system message and is not empty."
            )
        }
        if first.role == .assistant {
            writer.contents.insert(Content(role: .user, parts: [["text": .string(Self.opening)]]), at: 0)
        }
        return .array(writer.merged.map(Self.render))
    }

    /// Contents that stand together once the empty ones are gone are one.
    private var merged: [Content] {
        var merged: [Content] = []
        for content in contents {
            if let last = merged.indices.last, merged[last].role == content.role {
                merged[last].results += content.results
                merged[last].parts += content.parts
            } else {
                merged.append(content)
            }
        }
        return merged
    }

    private static func render(_ content: Content) -> JSONValue {
        [
            "role": content.role == .user ? "user" : "model",
            "parts": .array(content.results + content.parts),
        ]
    }

    private mutating func begin(_ role: GenerationMessage.Role) {
        if contents.last?.role != role { contents.append(Content(role: role)) }
    }

    private mutating func append(_ part: JSONValue) {
        guard let last = contents.indices.last else { return }
        contents[last].parts.append(part)
    }

    private mutating func add(_ part: GenerationPart) throws(ConversionRefusal) {
        switch part {
        case .text(let text), .refusal(let text):
            if !text.isEmpty { append(["text": .string(text)]) }
        case .media(let media):
            append(try mediaPart(media))
        case .toolCall(let call):
            add(call)
        case .toolResult(let result):
            try add(result)
        case .thought(let thought):
            add(thought)
        }
    }

    /// Thoughts of other providers mean nothing to Gemini, and none is to be made up.
    private mutating func add(_ thought: Thought) {
        guard thought.origin == .gemini, !thought.isRedacted else { return }
        var part: JSONValue = ["text": .string(thought.text), "thought": true]
        if let signature = thought.signature { part["thoughtSignature"] = .string(signature) }
        append(part)
    }

    /// Of the calls that were made at once, Gemini signs and checks the first.
    private mutating func add(_ call: ToolCall) {
        names[call.id] = call.name
        let isFirst = contents.last?.hasCalls != true
        var part: JSONValue = [
            "functionCall": ["id": .string(call.id), "name": .string(call.name), "args": call.arguments]
        ]
        if let signature = call.signature ?? (isFirst ? Self.unsignedCall : nil) {
            part["thoughtSignature"] = .string(signature)
        }
        append(part)
        if let last = contents.indices.last { contents[last].hasCalls = true }
    }

    private mutating func add(_ result: ToolResult) throws(ConversionRefusal) {
        guard let name = names[result.callID] ?? result.name, !name.isEmpty else {
            throw ConversionRefusal(
                code: "invalid_value",
                param: "messages",
                message:
                    "No earlier message calls a function under the id '\(result.callID)', and Gemini needs its name."
            )
        }
        var text = ""
        for part in result.content {
            switch part {
            case .text(let piece), .refusal(let piece): text += piece
            // Gemini models that know no media within results take them beside.
            case .media(let media): append(try mediaPart(media))
            case .toolCall, .toolResult, .thought: break
            }
        }
        let response: JSONValue = [
            "functionResponse": [
                "id": .string(result.callID), "name": .string(name),
                "response": Self.response(text, isError: result.isError),
            ]
        ]
        if let last = contents.indices.last { contents[last].results.append(response) }
    }

    /// An object that the tool answered with goes as it is; all else is wrapped.
    private static func response(_ text: String, isError: Bool) -> JSONValue {
        if isError { return ["error": .string(text)] }
        let isObject = text.utf8.first { $0 > 0x20 } == JSONGrammar.openBrace
        if isObject, let object = try? JSONParser.parse(Array(text.utf8)), object.isObject { return object }
        return ["output": .string(text)]
    }

    private mutating func mediaPart(_ media: Media) throws(ConversionRefusal) -> JSONValue {
        if let detail = media.detail, detail != "auto" { droppedDetail = true }
        switch media.source {
        case .base64(let type, let data):
            return ["inlineData": ["mimeType": .string(type), "data": .string(data)]]
        case .text(let text):
            return ["text": .string(text)]
        case .url:
            throw ConversionRefusal(
                code: "unsupported_value",
                param: "messages",
                message:
                    "Gemini does not fetch links to \(media.kind.rawValue)s, nor does the relay: send the bytes as base64."
            )
        }
    }
}
