// An answer as `POST /v1/messages` gives it (protocol: http §2.3).
//
// Only the first candidate can be told. A foreign thought is shown without a signature: Claude's own cannot be forged.

/// Writes whole answers in the Claude dialect.
package enum ClaudeResponseWriter {
    package static func write(_ response: GenerationResponse, identity: AnswerIdentity) -> [UInt8] {
        let candidate = response.candidates.first
        let parts = candidate?.parts ?? []
        let blocks = parts.compactMap { block($0, identity) }
        let (reason, sequence) = ClaudeStopReason.write(
            candidate?.finish ?? .stop,
            refuses: parts.contains { if case .refusal = $0 { true } else { false } },
            calls: parts.contains { if case .toolCall = $0 { true } else { false } }
        )
        var output: [UInt8] = []
        output.append(contentsOf: #"{"id":"#.utf8)
        JSONString.append(id(response.id, identity), to: &output)
        output.append(contentsOf: #","type":"message","role":"assistant","model":"#.utf8)
        JSONString.append(response.model ?? identity.model, to: &output)
        output.append(contentsOf: #","content":"#.utf8)
        JSONValue.array(blocks).render(into: &output)
        output.append(contentsOf: #","stop_reason":"#.utf8)
        JSONString.append(reason, to: &output)
        output.append(contentsOf: #","stop_sequence":"#.utf8)
        JSONString.append(orNull: sequence, to: &output)
        output.append(contentsOf: #","usage":"#.utf8)
        ClaudeUsage.append(response.usage ?? ChatUsage(promptTokens: identity.estimatedInputTokens), to: &output)
        output.append(JSONGrammar.closeBrace)
        return output
    }

    /// The provider's id where it looks like one of Claude's, else one of ours.
    static func id(_ provided: String?, _ identity: AnswerIdentity) -> String {
        if let provided, provided.hasPrefix("msg_") { return provided }
        return "msg_" + identity.token
    }

    private static func block(_ part: GenerationPart, _ identity: AnswerIdentity) -> JSONValue? {
        switch part {
        case .text(let text), .refusal(let text):
            return text.isEmpty ? nil : ["type": "text", "text": .string(text)]
        case .thought(let thought):
            if thought.origin == .claude, thought.isRedacted {
                return ["type": "redacted_thinking", "data": .string(thought.signature ?? "")]
            }
            guard thought.origin == .claude || identity.showsThoughts && !thought.text.isEmpty else { return nil }
            let signature = thought.origin == .claude ? thought.signature ?? "" : ""
            return ["type": "thinking", "thinking": .string(thought.text), "signature": .string(signature)]
        case .toolCall(let call):
            return [
                "type": "tool_use", "id": .string(ClaudeToolIDs.replaced(call.id)), "name": .string(call.name),
                "input": call.arguments,
            ]
        case .media, .toolResult:
            // An answer in this dialect has no such blocks.
            return nil
        }
    }
}
