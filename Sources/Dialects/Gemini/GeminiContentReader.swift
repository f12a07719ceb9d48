// The `contents` of a Gemini request as messages (protocol: http §3.2, §4.1). Calls without an id are given one, and each
// result is matched to the call that it answers: by id where both have one, else by name, in their order.

/// Reads contents.
struct GeminiContentReader {
    /// A call that no result has answered yet.
    private struct OpenCall {
        /// As the client wrote it.
        let givenID: String?
        /// As it goes on.
        let id: String
        let name: String
    }

    private var ids: ToolCallID
    private var usedIDs: Set<String> = []
    private var openCalls: [OpenCall] = []

    static func messages(_ contents: GeminiNode) throws(ConversionRefusal) -> [GenerationMessage] {
        let contentNodes = try contents.elements()
        var reader = GeminiContentReader(ids: ToolCallID(taken: Self.givenIDs(contentNodes)))
        var messages: [GenerationMessage] = []
        for content in contentNodes {
            let message = try reader.message(content)
            if !message.parts.isEmpty { messages.append(message) }
        }
        guard !messages.isEmpty else { throw contents.wrongValue("There must be at least one part to answer to.") }
        return messages
    }

    private init(ids: ToolCallID) {
        self.ids = ids
    }

    /// The ids that calls bring along, so that none of ours is one of them.
    private static func givenIDs(_ contents: [GeminiNode]) -> Set<String> {
        var ids: Set<String> = []
        for content in contents {
            for part in content.member("parts")?.value.elements ?? [] {
                let call = GeminiNode(part, path: "").member("functionCall")
                if let id = call?.member("id")?.value.string { ids.insert(id) }
            }
        }
        return ids
    }

    private mutating func message(_ content: GeminiNode) throws(ConversionRefusal) -> GenerationMessage {
        _ = try content.object()
        let role = try Self.role(content)
        var parts: [GenerationPart] = []
        for part in try content.member("parts")?.elements() ?? [] {
            _ = try part.object()
            if let part = try self.part(part, role) { parts.append(part) }
        }
        return GenerationMessage(role, parts)
    }

    /// An absent role is the user's; `function` is the old role of results.
    private static func role(_ content: GeminiNode) throws(ConversionRefusal) -> GenerationMessage.Role {
        guard let node = content.member("role") else { return .user }
        switch try node.string() {
        case "", "user", "function", "tool": return .user
        case "model": return .assistant
        default: throw node.wrongValue("It must be 'user' or 'model'.")
        }
    }

    /// What a part says; nil if that is nothing.
    private mutating func part(
        _ part: GeminiNode,
        _ role: GenerationMessage.Role
    ) throws(ConversionRefusal) -> GenerationPart? {
        var result: GenerationPart?
        for (name, node) in part.members {
            switch name {
            case "thought", "thoughtSignature", "videoMetadata", "mediaResolution", "partMetadata":
                break
            case "text":
                result = try self.text(node, in: part, role) ?? result
            case "inlineData":
                result = .media(try GeminiMedia.inline(node))
            case "fileData":
                result = .media(try GeminiMedia.file(node))
            case "functionCall":
                guard role == .assistant else { throw node.wrongValue("Only the model calls functions.") }
                result = .toolCall(try self.call(node, in: part))
            case "functionResponse":
                guard role == .user else { throw node.wrongValue("The model answers no calls.") }
                result = .toolResult(try self.result(node))
            case "executableCode", "codeExecutionResult", "toolCall", "toolResponse":
                throw node.unsupported("It comes from a tool that only Gemini has.")
            default:
                throw node.unsupported("A part of this kind is not known.")
            }
        }
        return result
    }

    private func text(
        _ node: GeminiNode,
        in part: GeminiNode,
        _ role: GenerationMessage.Role
    ) throws(ConversionRefusal) -> GenerationPart? {
        let text = try node.string()
        guard role == .assistant, try part.member("thought")?.bool() == true else {
            return text.isEmpty ? nil : .text(text)
        }
        let signature = try part.member("thoughtSignature")?.string()
        return .thought(Thought(text: text, signature: signature, origin: .gemini))
    }

    private mutating func call(_ node: GeminiNode, in part: GeminiNode) throws(ConversionRefusal) -> ToolCall {
        _ = try node.object()
        guard let name = try node.member("name")?.string(), !name.isEmpty else { throw node.missing("name") }
        let given = try node.member("id")?.string()
        var id = given ?? ""
        // An id that stands for two calls would make the second one nobody's.
        if id.isEmpty || !self.usedIDs.insert(id).inserted { id = self.ids.next() }
        self.openCalls.append(OpenCall(givenID: given, id: id, name: name))
        return ToolCall(
            id: id,
            name: name,
            arguments: try node.member("args")?.object().value ?? .object([]),
            signature: try part.member("thoughtSignature")?.string()
        )
    }

    private mutating func result(_ node: GeminiNode) throws(ConversionRefusal) -> ToolResult {
        _ = try node.object()
        guard let name = try node.member("name")?.string(), !name.isEmpty else { throw node.missing("name") }
        let given = try node.member("id")?.string()
        let byID = given.flatMap { id in self.openCalls.firstIndex { $0.givenID == id || $0.id == id } }
        guard let index = byID ?? self.openCalls.firstIndex(where: { $0.name == name }) else {
            throw node.wrongValue("No earlier call of '\(name)' is left that it could answer.")
        }
        let call = self.openCalls.remove(at: index)
        var (content, isError) = Self.content(try node.member("response")?.object().value ?? .object([]))
        for part in try node.member("parts")?.elements() ?? [] {
            for (kind, data) in part.members {
                switch kind {
                case "inlineData": content.append(.media(try GeminiMedia.inline(data)))
                case "fileData": content.append(.media(try GeminiMedia.file(data)))
                default: throw data.unsupported("A part of this kind is not known.")
                }
            }
        }
        return ToolResult(callID: call.id, name: name, content: content, isError: isError)
    }

    /// Protocol: http §4.1: `output` and `error` are wrappers; any other object is the answer itself.
    private static func content(_ response: JSONValue) -> (parts: [GenerationPart], isError: Bool) {
        var (value, isError) = (response, false)
        if let only = response.members.first, response.members.count == 1 {
            if only.key == "output" { value = only.value }
            if only.key == "error" { (value, isError) = (only.value, true) }
        }
        let text = value.string ?? value.text
        return (text.isEmpty ? [] : [.text(text)], isError)
    }
}
