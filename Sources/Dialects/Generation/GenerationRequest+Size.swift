// How long a request is, for an estimate where no provider counts it.

extension GenerationRequest {
    /// What a request is made of, as far as tokens are concerned.
    package struct Size: Sendable, Equatable {
        /// Bytes of text: instructions, messages, calls, results, and what tools say of themselves.
        package var textBytes = 0
        package var messages = 0
        package var tools = 0
        package var images = 0
        /// Bytes of documents and sound, as base64.
        package var otherMediaBytes = 0
    }

    package var size: Size {
        var size = Size()
        for text in system { size.textBytes += text.utf8.count }
        size.messages = messages.count
        for message in messages {
            for part in message.parts { Self.add(part, to: &size) }
        }
        size.tools = tools.count
        for tool in tools {
            size.textBytes += tool.name.utf8.count + (tool.description?.utf8.count ?? 0)
            size.textBytes += tool.parameters?.rendered.count ?? 0
        }
        return size
    }

    private static func add(_ part: GenerationPart, to size: inout Size) {
        switch part {
        case .text(let text), .refusal(let text):
            size.textBytes += text.utf8.count
        case .thought(let thought):
            size.textBytes += thought.text.utf8.count
        case .toolCall(let call):
            size.textBytes += call.name.utf8.count + call.arguments.rendered.count
        case .toolResult(let result):
            for part in result.content { add(part, to: &size) }
        case .media(let media):
            switch (media.kind, media.source) {
            case (.image, _): size.images += 1
            case (_, .base64(_, let data)): size.otherMediaBytes += data.utf8.count
            case (_, .text(let text)): size.textBytes += text.utf8.count
            case (_, .url): size.images += 1
            }
        }
    }
}
