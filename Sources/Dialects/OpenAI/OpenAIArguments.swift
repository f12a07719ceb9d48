// What a function call carries in the OpenAI dialect besides its name: arguments as a text within the JSON, and Gemini's
// signature in the place that Google's own OpenAI-compatible interface puts it (protocol: http §4.7).

/// The arguments of a function call.
enum OpenAIArguments {
    /// The object that a text is; empty for a blank text or null, nil for anything else.
    static func read(_ text: String) -> JSONValue? {
        guard text.utf8.contains(where: { $0 != 0x20 && $0 != 0x0A && $0 != 0x0D && $0 != 0x09 }) else {
            return .object([])
        }
        guard let value = try? JSONParser.parse(Array(text.utf8)) else { return nil }
        if value.isNull { return .object([]) }
        guard value.isObject else { return nil }
        return value
    }
}

/// `extra_content.google.thought_signature` of a function call.
enum OpenAISignature {
    /// The signature of a call; nil when there is none.
    static func read(_ call: JSONValue) -> String? {
        guard let text = call["extra_content"]?["google"]?["thought_signature"]?.string, !text.isEmpty else {
            return nil
        }
        return text
    }

    /// The value of `extra_content`.
    static func extraContent(_ signature: String) -> JSONValue {
        ["google": ["thought_signature": .string(signature)]]
    }
}
