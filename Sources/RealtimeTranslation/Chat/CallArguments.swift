// The arguments of function calls: a text within the protocol, an object for the models (realtime §6).

import Dialects

/// Reads the arguments of function calls.
enum CallArguments {
    /// The object that a text is, blank ones being `{}`; nil for anything else.
    static func object(_ text: String) -> JSONValue? {
        if isBlank(text) { return .object([]) }
        guard let value = try? JSONParser.parse(Array(text.utf8)), value.isObject else { return nil }
        return value
    }

    static func isBlank(_ text: String) -> Bool { text.utf8.allSatisfy { $0 <= 0x20 } }
}
