// What a client of the compact vocabulary says: a message, or the result of a tool call, read into a GA item (realtime §6).

internal import Dialects

/// Reads messages.
enum CompactMessage {
    /// A client's own name for its message; nil when it gives none that can be told back.
    static func eventID(_ event: JSONValue) -> String? {
        event["event_id"]?.string.flatMap { $0.utf8.count <= CompactLimits.eventIDBytes ? $0 : nil }
    }

    /// An item, and whether it is to be answered.
    struct Item: Equatable {
        let json: JSONValue
        let isAnswered: Bool
    }

    /// The item for a `message`: `message` is a text, or an object with `role` and `content`; `content` may stand beside the
    /// type instead, a text or a list of text parts.
    static func item(_ event: JSONValue) throws(CompactRefusal) -> Item {
        let object: JSONValue? = if let message = event["message"], message.isObject { message } else { nil }
        let role = try self.role(object?["role"] ?? event["role"])
        let (value, path) = self.content(event, object)
        guard let value, !value.isNull else { throw .missing("message") }
        let texts = try self.texts(value, at: path)
        guard texts.contains(where: { !$0.isEmpty }) else { throw .invalid(path, "a text that is not empty") }
        let type: JSONValue = role == "assistant" ? "output_text" : "input_text"
        return Item(
            json: [
                "type": "message", "role": .string(role),
                "content": .array(texts.map { ["type": type, "text": .string($0)] }),
            ],
            isAnswered: role == "user"
        )
    }

    private static func role(_ value: JSONValue?) throws(CompactRefusal) -> String {
        guard let value, !value.isNull else { return "user" }
        guard let role = value.string, ["user", "assistant", "system"].contains(role) else {
            throw .invalid("role", "'user', 'assistant' or 'system'")
        }
        return role
    }

    private static func content(_ event: JSONValue, _ object: JSONValue?) -> (JSONValue?, String) {
        if let object { return (object["content"], "message.content") }
        if let message = event["message"] { return (message, "message") }
        return (event["content"], "content")
    }

    private static func texts(_ value: JSONValue, at path: String) throws(CompactRefusal) -> [String] {
        if let text = value.string { return [text] }
        guard value.isArray else { throw .invalid(path, "a text or a list of texts") }
        var texts: [String] = []
        for (index, part) in value.elements.enumerated() {
            let types: [JSONValue] = ["text", "input_text", "output_text"]
            guard let text = part.string ?? part["text"]?.string, part["type"].map(types.contains) ?? true else {
                throw .invalid("\(path)[\(index)]", "a text")
            }
            texts.append(text)
        }
        return texts
    }

    /// The call that a `tool_result` is for.
    static func callID(_ event: JSONValue) throws(CompactRefusal) -> String {
        guard let value = event["call_id"] ?? event["tool_call_id"] else { throw .missing("call_id") }
        guard let id = value.string, !id.isEmpty else { throw .invalid("call_id", "the id of a tool call") }
        return id
    }

    /// The item for a `tool_result`; what is no text is told as JSON.
    static func result(_ event: JSONValue, callID: String) throws(CompactRefusal) -> JSONValue {
        guard let output = event["output"] ?? event["message"] else { throw .missing("output") }
        return [
            "type": "function_call_output", "call_id": .string(callID), "output": .string(output.string ?? output.text),
        ]
    }
}
