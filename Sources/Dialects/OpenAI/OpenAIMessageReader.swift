// The messages of a chat completion request (protocol: http §1.2, §4.1): instructions are taken out in their order, tool
// messages that follow one another become one message of the user, names of functions are looked up for them, and empty
// texts are left out, since other dialects refuse them.

/// Reads the `messages` of one request, front to back.
struct OpenAIMessageReader {
    private var request: GenerationRequest
    /// Names of the functions called so far, by the ids of the calls.
    private var names: [String: String] = [:]
    /// Ids of calls in the older form, which has none, by the function's name: the last one is answered.
    private var formerCalls: [String: String] = [:]
    private var formerCount = 0
    /// Whether the message before was a tool's, so that another one joins it.
    private var isAfterTool = false

    static func read(_ messages: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        let elements = try messages.elements()
        guard !elements.isEmpty else { throw messages.invalid("must not be empty") }
        var reader = OpenAIMessageReader(request: request)
        for element in elements { try reader.read(try element.object()) }
        request = reader.request
    }

    private init(request: GenerationRequest) {
        self.request = request
    }

    private mutating func read(_ message: JSONNode) throws(ConversionRefusal) {
        let role = try message.required("role")
        let roleName = try role.string()
        defer { self.isAfterTool = roleName == "tool" || roleName == "function" }
        if roleName != "function", message.member("name") != nil { OpenAIRequestReader.note("name", in: &self.request) }
        switch roleName {
        case "system", "developer":
            let content = try message.required("content")
            self.request.system += try OpenAIContentReader.texts(content)
        case "user":
            self.append(.user, try OpenAIContentReader.parts(try message.required("content")))
        case "assistant":
            self.append(.assistant, try self.assistantParts(message))
        case "tool":
            let callID = try message.required("tool_call_id").name()
            try self.appendResult(callID: callID, name: self.names[callID], of: message)
        case "function":
            let name = try message.required("name")
            guard let callID = self.formerCalls[try name.name()] else {
                throw name.invalid("answers no 'function_call' of an earlier message")
            }
            try self.appendResult(callID: callID, name: try name.name(), of: message)
        default:
            throw role.invalid("must be 'system', 'developer', 'user', 'assistant', 'tool' or 'function'")
        }
    }

    private mutating func append(_ role: GenerationMessage.Role, _ parts: [GenerationPart]) {
        guard !parts.isEmpty else { return }
        self.request.messages.append(GenerationMessage(role, parts))
    }

    private mutating func appendResult(
        callID: String,
        name: String?,
        of message: JSONNode
    ) throws(ConversionRefusal) {
        // The older form allows null, for a function that answers nothing.
        let texts = try message.member("content").map(OpenAIContentReader.texts) ?? []
        let result = GenerationPart.toolResult(
            ToolResult(callID: callID, name: name, content: texts.map { .text($0) })
        )
        if self.isAfterTool, let last = self.request.messages.indices.last {
            self.request.messages[last].parts.append(result)
        } else {
            self.append(.user, [result])
        }
    }

    private mutating func assistantParts(_ message: JSONNode) throws(ConversionRefusal) -> [GenerationPart] {
        if let audio = message.member("audio") {
            throw audio.unsupported("Audio of an earlier answer is known to the provider that gave it only.")
        }
        var parts: [GenerationPart] = []
        // What compatibles call it; OpenAI itself shows no thoughts.
        if let thought = message.member("reasoning_content")?.value.string ?? message.member("reasoning")?.value.string,
            !thought.isEmpty
        {
            parts.append(.thought(Thought(text: thought, origin: .openai)))
        }
        if let content = message.member("content") { parts += try OpenAIContentReader.assistantParts(content) }
        if let refusal = try message.member("refusal")?.string(), !refusal.isEmpty { parts.append(.refusal(refusal)) }
        for call in try message.member("tool_calls")?.elements() ?? [] {
            parts.append(.toolCall(try self.toolCall(try call.object())))
        }
        if let call = message.member("function_call") {
            parts.append(.toolCall(try self.formerCall(try call.object())))
        }
        return parts
    }

    private mutating func toolCall(_ call: JSONNode) throws(ConversionRefusal) -> ToolCall {
        if let type = call.member("type"), try type.string() != "function" {
            throw type.unsupported("Only calls of type 'function' can be translated for the provider of this model.")
        }
        let function = try call.required("function").object()
        let id = try call.required("id").name()
        let name = try function.required("name").name()
        self.names[id] = name
        return ToolCall(
            id: id,
            name: name,
            arguments: try Self.arguments(of: function),
            signature: OpenAISignature.read(call.value)
        )
    }

    private mutating func formerCall(_ call: JSONNode) throws(ConversionRefusal) -> ToolCall {
        let name = try call.required("name").name()
        let id = "call_function_\(self.formerCount)"
        self.formerCount += 1
        self.formerCalls[name] = id
        return ToolCall(id: id, name: name, arguments: try Self.arguments(of: call))
    }

    /// An object out of its text; nothing at all stands for an empty one (http §4.1).
    private static func arguments(of function: JSONNode) throws(ConversionRefusal) -> JSONValue {
        guard let node = function.member("arguments") else { return .object([]) }
        guard let arguments = OpenAIArguments.read(try node.string()) else {
            throw node.invalid("must be the text of a JSON object")
        }
        return arguments
    }
}
