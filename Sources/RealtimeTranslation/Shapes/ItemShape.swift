// Conversation items in both shapes: what an assistant said is `text` and `audio` in beta, `output_text` and `output_audio`
// in GA (realtime §6, §11). What users and systems say has the same names in both.

internal import Dialects

/// Translates items.
enum ItemShape {
    private static let parts: [(beta: String, ga: String)] = [("text", "output_text"), ("audio", "output_audio")]

    /// The item in the other shape; nil when nothing in it changes.
    static func renamed(_ text: ArraySlice<UInt8>, to shape: RealtimeShape) -> ArraySlice<UInt8>? {
        guard var item = JSONObjectText(text), let content = item["content"], var parts = JSONText.elements(content)
        else { return nil }
        if let role = item.string("role"), role != "assistant" { return nil }
        var changes = false
        for index in parts.indices {
            guard var part = JSONObjectText(parts[index]), let type = part.string("type"),
                let name = self.name(type, in: shape)
            else { continue }
            part["type"] = JSONText.quoted(name)
            parts[index] = part.text[...]
            changes = true
        }
        guard changes else { return nil }
        item["content"] = JSONText.array(parts)
        return item.text[...]
    }

    /// The same for a list of items.
    static func renamedAll(_ list: ArraySlice<UInt8>, to shape: RealtimeShape) -> ArraySlice<UInt8>? {
        guard let items = JSONText.elements(list) else { return nil }
        return JSONText.array(items.map { self.renamed($0, to: shape) ?? $0 })
    }

    private static func name(_ type: String, in shape: RealtimeShape) -> String? {
        switch shape {
        case .ga: self.parts.first { $0.beta == type }?.ga
        case .beta: self.parts.first { $0.ga == type }?.beta
        }
    }
}
