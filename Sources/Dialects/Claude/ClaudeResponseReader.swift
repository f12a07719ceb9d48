// The body of an answer that is no stream (protocol: http §2.3), in no provider's words.
//
// Blocks of Claude's own tools and of kinds that are not known yet are passed over: no translated request asks for them.

/// Reads whole answers in the Claude dialect.
package enum ClaudeResponseReader {
    /// Throws what the body says is wrong, or that it is no answer.
    package static func read(_ body: [UInt8]) throws(ProviderError) -> GenerationResponse {
        guard let root = try? JSONParser.parse(body), root.isObject else { throw nonsense("no JSON object") }
        if root["type"]?.string == "error" || root["content"] == nil, let error = ClaudeErrorBody.parse(body) {
            throw error
        }
        guard case .array(let blocks)? = root["content"] else { throw nonsense("no 'content'") }
        var parts: [GenerationPart] = []
        for block in blocks {
            if let part = try part(block) { parts.append(part) }
        }
        let finish = ClaudeStopReason.read(
            root["stop_reason"]?.string ?? "end_turn",
            sequence: root["stop_sequence"]?.string
        )
        return GenerationResponse(
            id: root["id"]?.string,
            model: root["model"]?.string,
            candidates: [GenerationCandidate(parts: parts, finish: finish)],
            usage: ClaudeUsage.inResponse(body.span)?.chatUsage
        )
    }

    private static func part(_ block: JSONValue) throws(ProviderError) -> GenerationPart? {
        switch block["type"]?.string {
        case "text":
            guard let text = block["text"]?.string else { throw nonsense("a text block without text") }
            return text.isEmpty ? nil : .text(text)
        case "thinking":
            return .thought(
                Thought(
                    text: block["thinking"]?.string ?? "",
                    signature: block["signature"]?.string.flatMap { $0.isEmpty ? nil : $0 },
                    origin: .claude
                )
            )
        case "redacted_thinking":
            return .thought(Thought(text: "", signature: block["data"]?.string, origin: .claude, isRedacted: true))
        case "tool_use":
            let input = block["input"] ?? .object([])
            guard let id = block["id"]?.string, !id.isEmpty, let name = block["name"]?.string, input.isObject else {
                throw nonsense("a call without id, name or input")
            }
            return .toolCall(ToolCall(id: id, name: name, arguments: input))
        default:
            return nil
        }
    }

    private static func nonsense(_ what: String) -> ProviderError {
        ProviderError(
            status: 502,
            type: "api_error",
            code: "bad_gateway",
            message: "The provider's answer is not a message: \(what)."
        )
    }
}
