// A whole Gemini answer (protocol: http §3.3, §4.5 to §4.7) in no provider's words.

/// Reads Gemini answers.
package enum GeminiResponseReader {
    /// Throws what a body with status 200 tells of an error, or that it is no answer.
    package static func read(_ body: [UInt8]) throws(ProviderError) -> GenerationResponse {
        let chunk: GeminiChunk
        do throws(JSONViolation) {
            chunk = try GeminiChunk(body.span, 0..<body.count)
        } catch {
            throw GeminiErrorBody.parse(body) ?? Self.nonsense("The provider's answer is not valid.")
        }
        if chunk.hasError { throw GeminiErrorBody.parse(body) ?? Self.nonsense("The provider failed.") }
        var response = GenerationResponse(
            id: chunk.responseID,
            model: chunk.model,
            candidates: [],
            usage: chunk.usage
        )
        guard !chunk.candidates.isEmpty else {
            // A prompt that was blocked has no candidates (§4.5).
            guard chunk.blockReason != nil else { throw Self.nonsense("The provider's answer has no candidates.") }
            response.candidates = [GenerationCandidate(parts: [], finish: .contentFilter)]
            return response
        }
        var ids = ToolCallID(token: chunk.responseID ?? String(decoding: body, as: UTF8.self))
        var failed: String?
        for candidate in chunk.candidates {
            var parts: [GenerationPart] = []
            for part in candidate.parts {
                if let part = try Self.part(part, &ids) { parts.append(part) }
            }
            let reason = candidate.finishReason ?? ""
            let finish = GeminiFinishReason.read(
                reason,
                hasContent: !parts.isEmpty,
                hasCalls: candidate.hasCalls
            )
            guard let finish else {
                failed = reason
                continue
            }
            response.candidates.append(GenerationCandidate(index: candidate.index, parts: parts, finish: finish))
        }
        if response.candidates.isEmpty, let failed { throw GeminiFinishReason.failure(failed) }
        return response
    }

    private static func part(
        _ part: GeminiChunk.Part,
        _ ids: inout ToolCallID
    ) throws(ProviderError) -> GenerationPart? {
        switch part {
        case .text(let text):
            return text.isEmpty ? nil : .text(text)
        case .thought(let text, let signature):
            guard !text.isEmpty || signature != nil else { return nil }
            return .thought(Thought(text: text, signature: signature, origin: .gemini))
        case .call(let id, let name, let text, let signature):
            guard !name.isEmpty, let arguments = Self.arguments(text) else {
                throw Self.nonsense("The provider's answer calls a function in a way that makes no sense.")
            }
            return .toolCall(ToolCall(id: id ?? ids.next(), name: name, arguments: arguments, signature: signature))
        case .inline(let type, let data):
            let kind: Media.Kind = type.hasPrefix("image/") ? .image : type.hasPrefix("audio/") ? .audio : .document
            return .media(Media(kind, .base64(mediaType: type, data: Base64Text.standard(data) ?? data)))
        }
    }

    private static func arguments(_ text: String) -> JSONValue? {
        text.isEmpty ? .object([]) : try? JSONParser.parse(Array(text.utf8))
    }

    static func nonsense(_ message: String) -> ProviderError {
        ProviderError(status: 502, type: "api_error", code: "bad_gateway", message: message)
    }
}
