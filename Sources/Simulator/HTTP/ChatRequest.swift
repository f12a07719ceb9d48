// A chat completion request, checked (HTTP reference §1.1, §1.2).

import Dialects

/// Why a chat request is refused: an answer of status 400 or 404.
struct ChatRefusal: Error {
    let answer: SimulatedHTTPAnswer

    static func missing(_ param: String) -> ChatRefusal {
        ChatRefusal(
            answer: .error(
                400,
                code: "missing_required_parameter",
                message: "Missing required parameter: '\(param)'.",
                param: param
            )
        )
    }

    static func invalid(_ param: String, _ reason: String) -> ChatRefusal {
        ChatRefusal(
            answer: .error(
                400,
                code: "invalid_value",
                message: "Invalid value for '\(param)': \(reason)",
                param: param
            )
        )
    }
}

/// One message of a chat request.
struct ChatMessage {
    let role: String
    let text: String
    let images: [ImageDescription]
    let toolCallID: String?
    let calls: [(id: String, name: String, arguments: String)]

    /// Tokens by the simulator's rule.
    var tokens: Int {
        let calls = self.calls.map { TokenCount.text($0.name) + TokenCount.text($0.arguments) }.reduce(0, +)
        return TokenCount.perChatMessage + TokenCount.text(self.text) + calls
            + self.images.map(\.tokens).reduce(0, +)
    }

    init(_ json: JSONValue, at path: String) throws(ChatRefusal) {
        guard let role = json["role"]?.string else { throw .missing("\(path).role") }
        guard ["system", "developer", "user", "assistant", "tool", "function"].contains(role) else {
            throw .invalid("\(path).role", "'\(role.prefix(64))' is no role.")
        }
        self.role = role
        var texts: [String] = []
        var images: [ImageDescription] = []
        switch json["content"] {
        case .string(let text)?: texts.append(text)
        case .array(let parts)?:
            for (index, part) in parts.enumerated() {
                switch part["type"]?.string {
                case "text"?: texts.append(part["text"]?.string ?? "")
                case "refusal"?: texts.append(part["refusal"]?.string ?? "")
                case "image_url"?:
                    guard let url = part["image_url"]?["url"]?.string else {
                        throw .missing("\(path).content[\(index)].image_url.url")
                    }
                    images.append(ImageDescription(url: url, detail: part["image_url"]?["detail"]?.string))
                case "input_audio"?, "file"?: texts.append("[\(part["type"]?.string ?? "")]")
                default: throw .invalid("\(path).content[\(index)].type", "no type of content the simulator knows.")
                }
            }
        case nil, .null?:
            guard role == "assistant" else { throw .missing("\(path).content") }
        case .bool?, .integer?, .decimal?, .object?:
            throw .invalid("\(path).content", "a string or an array is expected.")
        }
        self.text = texts.joined(separator: "\n")
        self.images = images
        self.toolCallID = json["tool_call_id"]?.string
        if role == "tool", self.toolCallID == nil { throw .missing("\(path).tool_call_id") }
        self.calls = (json["tool_calls"]?.elements ?? []).compactMap { call in
            guard let id = call["id"]?.string, let name = call["function"]?["name"]?.string else { return nil }
            return (id, name, call["function"]?["arguments"]?.string ?? "")
        }
    }
}

/// A checked request.
struct ChatRequest {
    let model: SimulatedModel
    let messages: [ChatMessage]
    let tools: [ToolDefinition]
    let toolsText: String
    let toolChoice: ToolChoice
    let allowsParallelCalls: Bool
    let isStream: Bool
    let includesUsage: Bool
    let maxTokens: Int?
    let choices: Int
    /// `json_object`, or a schema the answer shall fit.
    let schema: JSONValue?

    init(_ body: [UInt8]) throws(ChatRefusal) {
        guard let json = try? JSONParser.parse(body), json.isObject else {
            throw ChatRefusal(
                answer: .error(400, code: "invalid_json", message: "We could not parse the JSON body of your request.")
            )
        }
        guard let name = json["model"]?.string else { throw .missing("model") }
        guard let model = SimulatedModel(named: name) else { throw ChatRefusal(answer: .modelNotFound(name)) }
        self.model = model
        guard let messages = json["messages"] else { throw .missing("messages") }
        guard messages.isArray, !messages.elements.isEmpty, messages.elements.count <= SimulatorLimits.chatMessages
        else { throw .invalid("messages", "a filled array is expected.") }
        var parsed: [ChatMessage] = []
        for (index, message) in messages.elements.enumerated() {
            parsed.append(try ChatMessage(message, at: "messages[\(index)]"))
        }
        try Self.checkToolMessages(parsed)
        self.messages = parsed
        self.isStream = json["stream"]?.bool ?? false
        if let options = json["stream_options"], !options.isNull, !self.isStream {
            throw .invalid("stream_options", "it goes with 'stream': true only.")
        }
        self.includesUsage = json["stream_options"]?["include_usage"]?.bool ?? false
        if let tools = json["tools"], !tools.isNull {
            guard tools.isArray, tools.elements.count <= SimulatorLimits.tools else {
                throw .invalid("tools", "an array of at most \(SimulatorLimits.tools) is expected.")
            }
        }
        self.tools = ToolDefinition.list(json["tools"])
        self.toolsText = self.tools.isEmpty ? "" : json["tools"]?.text ?? ""
        self.toolChoice = ToolChoice(json["tool_choice"])
        self.allowsParallelCalls = json["parallel_tool_calls"]?.bool ?? true
        let oldMaxTokens = try Self.positive(json, "max_tokens")
        self.maxTokens = try Self.positive(json, "max_completion_tokens") ?? oldMaxTokens
        self.choices = try Self.positive(json, "n") ?? 1
        guard self.choices <= SimulatorLimits.chatChoices else {
            throw .invalid("n", "at most \(SimulatorLimits.chatChoices) is supported.")
        }
        switch json["response_format"]?["type"]?.string {
        case "json_object"?: self.schema = ["type": "object", "properties": ["answer": ["type": "string"]]]
        case "json_schema"?: self.schema = json["response_format"]?["json_schema"]?["schema"] ?? [:]
        default: self.schema = nil
        }
    }

    private static func positive(_ json: JSONValue, _ name: String) throws(ChatRefusal) -> Int? {
        guard let value = json[name], !value.isNull else { return nil }
        guard let number = value.integer, number > 0 else {
            throw .invalid(name, "a whole number above 0 is expected.")
        }
        return number
    }

    /// Each `tool` message answers a call that came before it (HTTP reference §1.2).
    private static func checkToolMessages(_ messages: [ChatMessage]) throws(ChatRefusal) {
        var known: Set<String> = []
        for (index, message) in messages.enumerated() {
            known.formUnion(message.calls.map(\.id))
            guard message.role == "tool", let id = message.toolCallID, !known.contains(id) else { continue }
            throw .invalid("messages[\(index)].tool_call_id", "no call with this id came before.")
        }
    }

    /// Input tokens by the simulator's rule.
    var promptTokens: Int {
        self.messages.map(\.tokens).reduce(0, +) + TokenCount.text(self.toolsText)
    }
}
