// Messages in the order that Claude wants them (protocol: http §4.1, §4.2): roles take turns, the first is the user's, and
// of a user's message the results of tools come first.

extension ClaudeRequestWriter {
    /// Put before a conversation that the assistant begins.
    static let openingText = "."

    private static let imageTypes: Set<String> = ["image/jpeg", "image/png", "image/gif", "image/webp"]

    /// All that one side says in a row.
    private struct Turn {
        let role: GenerationMessage.Role
        var results: [JSONValue] = []
        var blocks: [JSONValue] = []

        var value: JSONValue {
            ["role": .string(role.rawValue), "content": .array(results + blocks)]
        }
    }

    mutating func messages() throws(ConversionRefusal) -> [JSONValue] {
        var turns: [Turn] = []
        for message in request.messages {
            let turn = try self.turn(message)
            if turn.results.isEmpty, turn.blocks.isEmpty { continue }
            if let last = turns.indices.last, turns[last].role == turn.role {
                turns[last].results += turn.results
                turns[last].blocks += turn.blocks
            } else {
                turns.append(turn)
            }
        }
        if turns.last?.role == .assistant { Self.trimEnd(&turns) }
        guard let first = turns.first else {
            throw ConversionRefusal(
                code: "invalid_value",
                param: "messages",
                message: "Claude needs at least one message of the user that is not empty."
            )
        }
        if first.role == .assistant {
            turns.insert(Turn(role: .user, blocks: [Self.textBlock(Self.openingText)]), at: 0)
        }
        return turns.map(\.value)
    }

    /// Claude refuses to go on from a text that ends in white space.
    private static func trimEnd(_ turns: inout [Turn]) {
        guard var turn = turns.popLast() else { return }
        if let block = turn.blocks.last, block["type"] == "text", let text = block["text"]?.string,
            let end = text.lastIndex(where: { !$0.isWhitespace })
        {
            turn.blocks[turn.blocks.count - 1] = Self.textBlock(String(text[...end]))
        }
        turns.append(turn)
    }

    private mutating func turn(_ message: GenerationMessage) throws(ConversionRefusal) -> Turn {
        var turn = Turn(role: message.role)
        for part in message.parts {
            switch part {
            case .text(let text), .refusal(let text):
                // Claude refuses texts of nothing but white space.
                if !text.allSatisfy(\.isWhitespace) { turn.blocks.append(Self.textBlock(text)) }
            case .media(let media):
                turn.blocks.append(try block(media))
            case .toolCall(let call):
                turn.blocks.append([
                    "type": "tool_use", "id": .string(ids.legal(call.id)), "name": .string(call.name),
                    "input": call.arguments,
                ])
            case .toolResult(let result):
                turn.results.append(try block(result))
            case .thought(let thought):
                if let block = Self.block(thought) { turn.blocks.append(block) }
            }
        }
        return turn
    }

    private static func textBlock(_ text: String) -> JSONValue {
        ["type": "text", "text": .string(text)]
    }

    /// §4.7: a thought goes back to whom it came from, with its signature; nobody else's can be shown.
    private static func block(_ thought: Thought) -> JSONValue? {
        guard thought.origin == .claude, let signature = thought.signature else { return nil }
        if thought.isRedacted { return ["type": "redacted_thinking", "data": .string(signature)] }
        return ["type": "thinking", "thinking": .string(thought.text), "signature": .string(signature)]
    }

    private mutating func block(_ result: ToolResult) throws(ConversionRefusal) -> JSONValue {
        var block: JSONValue = ["type": "tool_result", "tool_use_id": .string(ids.legal(result.callID))]
        if case .text(let text)? = result.content.first, result.content.count == 1 {
            if !text.isEmpty { block["content"] = .string(text) }
        } else {
            var content: [JSONValue] = []
            for part in result.content {
                switch part {
                case .text(let text), .refusal(let text):
                    if !text.allSatisfy(\.isWhitespace) { content.append(Self.textBlock(text)) }
                case .media(let media): content.append(try self.block(media))
                case .toolCall, .toolResult, .thought: continue
                }
            }
            if !content.isEmpty { block["content"] = .array(content) }
        }
        if result.isError { block["is_error"] = true }
        return block
    }

    private mutating func block(_ media: Media) throws(ConversionRefusal) -> JSONValue {
        switch media.kind {
        case .audio:
            throw Self.unsupported("messages", "Claude takes no audio.")
        case .image:
            if let detail = media.detail, detail != "auto" { drop("detail") }
            return ["type": "image", "source": try imageSource(media.source)]
        case .document:
            var block: JSONValue = ["type": "document", "source": try documentSource(media.source)]
            if let name = media.name, !name.isEmpty { block["title"] = .string(name) }
            return block
        }
    }

    private func imageSource(_ source: Media.Source) throws(ConversionRefusal) -> JSONValue {
        switch source {
        case .base64(let given, let data):
            let type = Self.mediaType(given)
            guard Self.imageTypes.contains(type) else {
                throw Self.unsupported(
                    "messages",
                    "Claude takes images as image/jpeg, image/png, image/gif and image/webp, not as '\(given)'."
                )
            }
            return ["type": "base64", "media_type": .string(type), "data": .string(data)]
        case .url(let url, _): return try urlSource(url)
        case .text: throw Self.unsupported("messages", "An image cannot be plain text.")
        }
    }

    private func documentSource(_ source: Media.Source) throws(ConversionRefusal) -> JSONValue {
        switch source {
        case .base64(let given, let data):
            guard Self.mediaType(given) == "application/pdf" else {
                throw Self.unsupported(
                    "messages",
                    "Claude takes documents as application/pdf, not as '\(given)'; send texts as text."
                )
            }
            return ["type": "base64", "media_type": "application/pdf", "data": .string(data)]
        case .url(let url, _): return try urlSource(url)
        case .text(let text): return ["type": "text", "media_type": "text/plain", "data": .string(text)]
        }
    }

    /// The scheme is all that is looked at: what lies behind a URL is for Claude to fetch.
    private func urlSource(_ url: String) throws(ConversionRefusal) -> JSONValue {
        let start = url.prefix(8).lowercased()
        guard start.hasPrefix("https://") || start.hasPrefix("http://") else {
            throw Self.unsupported("messages", "Claude fetches URLs that begin with https:// or http:// only.")
        }
        return ["type": "url", "url": .string(url)]
    }

    /// A media type without parameters, in the spelling that Claude knows.
    private static func mediaType(_ given: String) -> String {
        let type = given.prefix { $0 != ";" && $0 != " " }.lowercased()
        return type == "image/jpg" ? "image/jpeg" : type
    }
}
