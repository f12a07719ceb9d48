// The messages of a chat completion request (protocol: http §1.2, §4.1, §4.2, §4.7).
//
// Tool messages must follow the message with their calls directly, and carry text only. Of neighbouring messages of the
// user therefore all tool results come first, then one message with whatever else the tools returned, then the rest.

/// Writes the `messages` of one request.
enum OpenAIMessageWriter {
    static func messages(of request: GenerationRequest) throws(ConversionRefusal) -> [JSONValue] {
        var output: [JSONValue] = []
        if !request.system.isEmpty {
            output.append(["role": "system", "content": .string(request.system.joined(separator: "\n"))])
        }
        var start = request.messages.startIndex
        while start < request.messages.endIndex {
            let message = request.messages[start]
            switch message.role {
            case .assistant:
                if let written = assistant(message.parts) { output.append(written) }
                start += 1
            case .user:
                let end = request.messages[start...].firstIndex { $0.role != .user } ?? request.messages.endIndex
                try write(request.messages[start..<end], to: &output)
                start = end
            }
        }
        return output
    }

    private static func write(
        _ run: ArraySlice<GenerationMessage>,
        to output: inout [JSONValue]
    ) throws(ConversionRefusal) {
        var media: [JSONValue] = []
        for message in run {
            for case .toolResult(let result) in message.parts {
                let content = try toolContent(result, media: &media)
                output.append([
                    "role": "tool", "tool_call_id": .string(result.callID), "content": .string(content),
                ])
            }
        }
        if !media.isEmpty { output.append(["role": "user", "content": .array(media)]) }
        for message in run {
            var parts: [JSONValue] = []
            for part in message.parts {
                switch part {
                case .text(let text), .refusal(let text):
                    if !text.isEmpty { parts.append(Self.text(text)) }
                case .media(let media): parts.append(try Self.part(media))
                case .toolResult, .toolCall, .thought: break
                }
            }
            guard let first = parts.first else { continue }
            let isPlainText = parts.count == 1 && first["type"] == "text"
            output.append(["role": "user", "content": isPlainText ? first["text"] ?? "" : .array(parts)])
        }
    }

    /// The text of a tool message; what is no text is added to `media`, behind a line that says whose it is.
    private static func toolContent(
        _ result: ToolResult,
        media: inout [JSONValue]
    ) throws(ConversionRefusal) -> String {
        var texts: [String] = []
        var others: [JSONValue] = []
        for part in result.content {
            switch part {
            case .text(let text), .refusal(let text): texts.append(text)
            case .media(let item): others.append(try Self.part(item))
            case .toolResult, .toolCall, .thought: break
            }
        }
        if !others.isEmpty {
            media.append(Self.text("Returned by the tool call \(result.callID):"))
            media += others
            if texts.isEmpty { texts.append("The result is in the next message of the user.") }
        }
        let content = texts.joined(separator: "\n")
        return result.isError ? "Error: \(content)" : content
    }

    /// Nil when nothing is left of the message.
    ///
    /// Thoughts stay behind: the dialect has no place for them.
    private static func assistant(_ parts: [GenerationPart]) -> JSONValue? {
        var (text, refusal, calls) = ("", "", [JSONValue]())
        for part in parts {
            switch part {
            case .text(let more): text += more
            case .refusal(let more): refusal += more
            case .toolCall(let call): calls.append(Self.call(call))
            case .media, .toolResult, .thought: break
            }
        }
        guard !text.isEmpty || !refusal.isEmpty || !calls.isEmpty else { return nil }
        var message: [JSONField] = [
            JSONField("role", "assistant"), JSONField("content", text.isEmpty ? .null : .string(text)),
        ]
        if !refusal.isEmpty { message.append(JSONField("refusal", .string(refusal))) }
        if !calls.isEmpty { message.append(JSONField("tool_calls", .array(calls))) }
        return .object(message)
    }

    /// An element of `tool_calls`, in requests as in answers.
    static func call(_ call: ToolCall) -> JSONValue {
        var fields: [JSONField] = [
            JSONField("id", .string(call.id)), JSONField("type", "function"),
            JSONField("function", ["name": .string(call.name), "arguments": .string(call.arguments.text)]),
        ]
        if let signature = call.signature {
            fields.append(JSONField("extra_content", OpenAISignature.extraContent(signature)))
        }
        return .object(fields)
    }

    private static func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    private static func part(_ media: Media) throws(ConversionRefusal) -> JSONValue {
        switch (media.kind, media.source) {
        case (.image, .url(let url, _)):
            guard DataURI.isWeb(url) else { throw unsayable("An image must be given as its bytes or a web address") }
            return image(url, detail: media.detail)
        case (.image, .base64(let type, let data)):
            return image(DataURI(mediaType: type, base64: data).text, detail: media.detail)
        case (.document, .base64(let type, let data)):
            let name = media.name ?? (type == "application/pdf" ? "document.pdf" : "document")
            let data = DataURI(mediaType: type, base64: data).text
            return ["type": "file", "file": ["filename": .string(name), "file_data": .string(data)]]
        case (.document, .text(let text)):
            return Self.text(media.name.map { "\($0)\n\n\(text)" } ?? text)
        case (.audio, .base64(let type, let data)):
            guard let format = audioFormats[type] else { throw unsayable("Audio must be WAV or MP3") }
            return ["type": "input_audio", "input_audio": ["data": .string(data), "format": .string(format)]]
        case (.document, .url), (.audio, .url):
            throw unsayable("A document or a sound must be given as its bytes, not as an address")
        case (.image, .text), (.audio, .text):
            throw unsayable("An image or a sound cannot be given as a text")
        }
    }

    private static func image(_ url: String, detail: String?) -> JSONValue {
        var fields: [JSONField] = [JSONField("url", .string(url))]
        if let detail { fields.append(JSONField("detail", .string(detail))) }
        return ["type": "image_url", "image_url": .object(fields)]
    }

    private static func unsayable(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(
            code: "unsupported_value",
            param: "messages",
            message: "\(reason) for the provider of this model."
        )
    }

    /// What the dialect calls the media types that are in use.
    private static let audioFormats: [String: String] = [
        "audio/wav": "wav", "audio/x-wav": "wav", "audio/wave": "wav", "audio/vnd.wave": "wav", "audio/mp3": "mp3",
        "audio/mpeg": "mp3",
    ]
}
