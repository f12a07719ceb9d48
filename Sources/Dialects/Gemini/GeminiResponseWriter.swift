// A whole answer as a Gemini client takes it (protocol: http §3.3, §4.5 to §4.7).

/// Writes Gemini answers.
package enum GeminiResponseWriter {
    package static func write(_ response: GenerationResponse, identity: AnswerIdentity) -> [UInt8] {
        var output = Array(#"{"candidates":["#.utf8)
        for (index, candidate) in response.candidates.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            Self.append(candidate, to: &output)
        }
        output.append(contentsOf: "]".utf8)
        if let usage = response.usage {
            output.append(contentsOf: #","usageMetadata":"#.utf8)
            GeminiUsage.append(usage, to: &output)
        }
        output.append(contentsOf: #","modelVersion":"#.utf8)
        JSONString.append(response.model ?? identity.model, to: &output)
        output.append(contentsOf: #","responseId":"#.utf8)
        JSONString.append(identity.token, to: &output)
        output.append(JSONGrammar.closeBrace)
        return output
    }

    private static func append(_ candidate: GenerationCandidate, to output: inout [UInt8]) {
        output.append(contentsOf: #"{"content":{"parts":["#.utf8)
        var isFirst = true
        for part in candidate.parts {
            guard let part = Self.part(part) else { continue }
            if !isFirst { output.append(JSONGrammar.comma) }
            isFirst = false
            part.render(into: &output)
        }
        output.append(contentsOf: #"],"role":"model"},"finishReason":""#.utf8)
        output.append(contentsOf: GeminiFinishReason.write(candidate.finish).utf8)
        output.append(contentsOf: #"","index":\#(candidate.index)}"#.utf8)
    }

    /// Nil for what a Gemini client cannot be told.
    private static func part(_ part: GenerationPart) -> JSONValue? {
        switch part {
        case .text(let text), .refusal(let text):
            guard !text.isEmpty else { return nil }
            return ["text": .string(text)]
        case .thought(let thought):
            guard !thought.isRedacted else { return nil }
            var part: JSONValue = ["text": .string(thought.text), "thought": true]
            // Signatures of others would be taken for Gemini's own when they come back.
            if thought.origin == .gemini, let signature = thought.signature {
                part["thoughtSignature"] = .string(signature)
            }
            return part
        case .toolCall(let call):
            var part: JSONValue = [
                "functionCall": ["id": .string(call.id), "name": .string(call.name), "args": call.arguments]
            ]
            if let signature = call.signature { part["thoughtSignature"] = .string(signature) }
            return part
        case .media(let media):
            switch media.source {
            case .base64(let type, let data):
                return ["inlineData": ["mimeType": .string(type), "data": .string(data)]]
            case .url(let url, let type):
                return ["fileData": ["mimeType": .string(type ?? "application/octet-stream"), "fileUri": .string(url)]]
            case .text(let text):
                return ["text": .string(text)]
            }
        case .toolResult:
            return nil
        }
    }
}
