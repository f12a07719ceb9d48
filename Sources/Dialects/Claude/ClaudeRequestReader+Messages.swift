// Messages, content blocks and system texts of a request (protocol: http §2.2, §4.1, §4.2).
//
// A text that is empty is left out, as Claude itself refuses it. A thought without a signature is nobody's any more: it
// came from another provider's answer. A document's `context` becomes a text before the document.

extension ClaudeRequestReader {
    /// A string, or text blocks.
    mutating func systemTexts(_ system: JSONNode) throws(ConversionRefusal) -> [String] {
        if let text = system.value.string { return text.isEmpty ? [] : [text] }
        guard system.value.isArray else { throw system.wrongType("a string or an array of text blocks") }
        var texts: [String] = []
        for block in try system.elements() {
            let type = try block.required("type")
            guard try type.string() == "text" else { throw type.invalid("must be 'text' in system instructions") }
            leaveOut(of: block, "cache_control")
            let text = try block.required("text").string()
            if !text.isEmpty { texts.append(text) }
        }
        return texts
    }

    mutating func readMessages(
        _ messages: JSONNode,
        into request: inout GenerationRequest
    ) throws(ConversionRefusal) {
        let list = try messages.elements()
        guard !list.isEmpty else { throw messages.invalid("must not be empty") }
        for message in list {
            let role = try message.required("role")
            let content = try message.required("content")
            switch try role.string() {
            case "user": request.messages.append(GenerationMessage(.user, try parts(content, of: .user)))
            case "assistant": request.messages.append(GenerationMessage(.assistant, try parts(content, of: .assistant)))
            case "system": request.system += try systemTexts(content)
            default: throw role.invalid("must be 'user', 'assistant' or 'system'")
            }
        }
    }

    private mutating func parts(
        _ content: JSONNode,
        of role: GenerationMessage.Role
    ) throws(ConversionRefusal) -> [GenerationPart] {
        if let text = content.value.string { return text.isEmpty ? [] : [.text(text)] }
        guard content.value.isArray else { throw content.wrongType("a string or an array of content blocks") }
        var parts: [GenerationPart] = []
        for block in try content.elements() {
            leaveOut(of: block, "cache_control")
            switch (try block.required("type").string(), role) {
            case ("tool_use", .assistant):
                let call = try toolCall(block)
                calledNames[call.id] = call.name
                parts.append(.toolCall(call))
            case ("thinking", .assistant):
                let signature = try block.member("signature")?.string() ?? ""
                let text = try block.required("thinking").string()
                parts.append(
                    .thought(Thought(text: text, signature: signature.isEmpty ? nil : signature, origin: .claude))
                )
            case ("redacted_thinking", .assistant):
                let data = try block.required("data").string()
                parts.append(.thought(Thought(text: "", signature: data, origin: .claude, isRedacted: true)))
            case ("tool_result", .user): parts.append(.toolResult(try toolResult(block)))
            default: parts += try plainParts(block)
            }
        }
        return parts
    }

    /// Texts, images and documents: what messages and tool results have in common.
    private mutating func plainParts(_ block: JSONNode) throws(ConversionRefusal) -> [GenerationPart] {
        let type = try block.required("type")
        switch try type.string() {
        case "text":
            let text = try block.required("text").string()
            return text.isEmpty ? [] : [.text(text)]
        case "image":
            return [.media(Media(.image, try source(block, mediaType: nil)))]
        case "document":
            return try document(block)
        case let other:
            throw type.unsupported(
                "Content of type '\(other.prefix(64))' cannot be translated for the provider of this model."
            )
        }
    }

    private func toolCall(_ block: JSONNode) throws(ConversionRefusal) -> ToolCall {
        let id = try block.required("id")
        let name = try block.required("name")
        let call = ToolCall(
            id: try id.string(),
            name: try name.string(),
            arguments: try block.member("input")?.object().value ?? .object([])
        )
        guard !call.id.isEmpty else { throw id.invalid("must not be empty") }
        guard !call.name.isEmpty else { throw name.invalid("must not be empty") }
        return call
    }

    private mutating func toolResult(_ block: JSONNode) throws(ConversionRefusal) -> ToolResult {
        let id = try block.required("tool_use_id").string()
        var content: [GenerationPart] = []
        if let given = block.member("content") {
            if let text = given.value.string {
                if !text.isEmpty { content = [.text(text)] }
            } else {
                guard given.value.isArray else { throw given.wrongType("a string or an array of content blocks") }
                for inner in try given.elements() {
                    leaveOut(of: inner, "cache_control")
                    content += try plainParts(inner)
                }
            }
        }
        return ToolResult(
            callID: id,
            name: calledNames[id],
            content: content,
            isError: try block.member("is_error")?.bool() ?? false
        )
    }

    private mutating func document(_ block: JSONNode) throws(ConversionRefusal) -> [GenerationPart] {
        if try block.member("citations")?.object().member("enabled")?.bool() == true { leaveOut("citations") }
        var parts: [GenerationPart] = []
        if let context = try block.member("context")?.string(), !context.isEmpty { parts.append(.text(context)) }
        let source = try block.required("source")
        if try source.required("type").string() == "content" {
            let content = try source.required("content")
            if let text = content.value.string { return parts + (text.isEmpty ? [] : [.text(text)]) }
            for inner in try content.elements() {
                leaveOut(of: inner, "cache_control")
                parts += try plainParts(inner)
            }
            return parts
        }
        let media = Media(
            .document,
            try self.source(block, mediaType: "application/pdf"),
            name: try block.member("title")?.string()
        )
        return parts + [.media(media)]
    }

    /// `mediaType` is what a URL of this kind of block leads to, where that is known.
    private func source(_ block: JSONNode, mediaType: String?) throws(ConversionRefusal) -> Media.Source {
        let source = try block.required("source").object()
        let type = try source.required("type")
        switch try type.string() {
        case "base64":
            return .base64(
                mediaType: try source.required("media_type").string(),
                data: try source.required("data").string()
            )
        case "url":
            return .url(try source.required("url").string(), mediaType: mediaType)
        case "text":
            return .text(try source.required("data").string())
        case "file":
            throw type.unsupported("Files that were uploaded to Claude are unknown to the provider of this model.")
        case let other:
            throw type.unsupported(
                "A source of type '\(other.prefix(64))' cannot be translated for the provider of this model."
            )
        }
    }
}
