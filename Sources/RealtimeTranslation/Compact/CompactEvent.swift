// Events of the compact vocabulary as the client gets them: every one has `type` and a string `message`.

internal import Dialects

/// Writes events.
struct CompactEvent: Sendable, Equatable {
    /// Nil before there is a conversation.
    let conversationID: String?
    /// The message that is being said.
    var messageID: String?

    init(conversationID: String?, messageID: String? = nil) {
        self.conversationID = conversationID
        self.messageID = messageID
    }

    func conversationCreated(model: String) -> JSONValue {
        self.event("conversation.created", ["model": .string(model)])
    }

    func messageCreated() -> JSONValue {
        self.event("message.created", ["role": "assistant"])
    }

    func contentStart(_ block: CompactBlock) -> JSONValue {
        self.event("content.start", block.json)
    }

    func contentDelta(_ block: CompactBlock, text: String) -> JSONValue {
        self.event("content.delta", block.json, message: text)
    }

    func contentDelta(_ block: CompactBlock, arguments: String) -> JSONValue {
        self.event("content.delta", block.json(arguments: arguments))
    }

    func contentStop(_ block: CompactBlock, arguments: String? = nil) -> JSONValue {
        self.event("content.stop", block.json(arguments: arguments))
    }

    func messageCompleted(_ text: String, finish: String, usage: JSONValue, calls: [JSONValue]) -> JSONValue {
        var rest: JSONValue = ["finish_reason": .string(finish), "usage": usage]
        if !calls.isEmpty { rest["tool_calls"] = .array(calls) }
        return self.event("message.completed", rest, message: text)
    }

    func error(_ refusal: CompactRefusal) -> JSONValue {
        self.event("error", ["error": refusal.json], message: refusal.message)
    }

    private func event(_ type: String, _ rest: JSONValue, message: String = "") -> JSONValue {
        var event: JSONValue = ["type": .string(type)]
        event["conversation_id"] = self.conversationID.map(JSONValue.string)
        event["message_id"] = self.messageID.map(JSONValue.string)
        event["message"] = .string(message)
        return event.overlaid(with: rest)
    }
}

/// One part of a message: a text, or a tool call.
struct CompactBlock: Sendable, Equatable {
    /// What the model is to have called.
    struct Call: Sendable, Equatable {
        let id: String
        let name: String
    }

    /// Counts the parts of a message from 0.
    let index: Int
    /// Nil for text.
    let call: Call?
    /// Where it stands in the response.
    let itemID: String
    let contentIndex: Int
    /// The events that its text comes with; those of other names that say the same again are passed over (realtime §13).
    var source: EventType?
    var isOpen = true

    init(index: Int, call: Call?, itemID: String, contentIndex: Int) {
        self.index = index
        self.call = call
        self.itemID = itemID
        self.contentIndex = contentIndex
    }

    var json: JSONValue { self.json(arguments: nil) }

    func json(arguments: String?) -> JSONValue {
        guard let call = self.call else { return ["index": .integer(self.index), "content_type": "text"] }
        return [
            "index": .integer(self.index), "content_type": "tool_call", "tool_call": Self.json(call, arguments),
        ]
    }

    static func json(_ call: Call, _ arguments: String?) -> JSONValue {
        var json: JSONValue = ["id": .string(call.id), "name": .string(call.name)]
        json["arguments"] = arguments.map(JSONValue.string)
        return json
    }
}
