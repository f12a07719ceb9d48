// A whole answer as a chat completion (protocol: http §1.3, §4.5-§4.7).

/// Writes chat completions.
package enum OpenAIResponseWriter {
    package static func write(_ response: GenerationResponse, identity: AnswerIdentity) -> [UInt8] {
        var output: [UInt8] = []
        output.append(contentsOf: #"{"id":"#.utf8)
        JSONString.append("chatcmpl-\(identity.token)", to: &output)
        output.append(
            contentsOf: #","object":"chat.completion","created":\#(response.created ?? identity.created)"#.utf8
        )
        output.append(contentsOf: #","model":"#.utf8)
        JSONString.append(response.model ?? identity.model, to: &output)
        output.append(contentsOf: #","choices":"#.utf8)
        JSONValue.array(response.candidates.map { choice($0, identity) }).render(into: &output)
        if let usage = response.usage {
            output.append(contentsOf: #","usage":"#.utf8)
            usage.render(into: &output)
        }
        output.append(UInt8(ascii: "}"))
        return output
    }

    private static func choice(_ candidate: GenerationCandidate, _ identity: AnswerIdentity) -> JSONValue {
        var (text, refusal, thoughts) = ("", "", "")
        var (calls, images) = ([JSONValue](), [JSONValue]())
        for part in candidate.parts {
            switch part {
            case .text(let more): text += more
            case .refusal(let more): refusal += more
            case .thought(let thought): thoughts += thought.text
            case .toolCall(let call): calls.append(OpenAIMessageWriter.call(call))
            case .media(let media):
                if let image = image(media) { images.append(image) }
            case .toolResult: break
            }
        }
        let hasContent = !text.isEmpty || (calls.isEmpty && refusal.isEmpty)
        var message: [JSONField] = [
            JSONField("role", "assistant"), JSONField("content", hasContent ? .string(text) : .null),
            JSONField("refusal", refusal.isEmpty ? .null : .string(refusal)), JSONField("annotations", []),
        ]
        if identity.showsThoughts, !thoughts.isEmpty {
            message.append(JSONField("reasoning_content", .string(thoughts)))
        }
        if !images.isEmpty { message.append(JSONField("images", .array(images))) }
        if !calls.isEmpty { message.append(JSONField("tool_calls", .array(calls))) }
        let finish = OpenAIFinishReason.name(candidate.finish, hasCalls: !calls.isEmpty)
        return [
            "index": .integer(candidate.index), "message": .object(message), "logprobs": nil,
            "finish_reason": .string(finish.description),
        ]
    }

    /// An image that the model made, in the place where compatibles have them: the dialect itself has none.
    private static func image(_ media: Media) -> JSONValue? {
        guard media.kind == .image else { return nil }
        switch media.source {
        case .base64(let type, let data):
            return ["type": "image_url", "image_url": ["url": .string(DataURI(mediaType: type, base64: data).text)]]
        case .url(let url, _):
            return ["type": "image_url", "image_url": ["url": .string(url)]]
        case .text:
            return nil
        }
    }
}
