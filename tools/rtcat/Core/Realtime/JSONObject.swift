// Events as they come from a server of unknown manners: every field may be missing or of another type, and then it is
// simply not there.

import Foundation

/// A JSON object read leniently.
package struct JSONObject {
    private let values: [String: Any]

    /// Nil when the bytes are no JSON object.
    package init?(_ bytes: [UInt8]) {
        guard let object = try? JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else { return nil }
        self.values = object
    }

    private init(values: [String: Any]) {
        self.values = values
    }

    package func string(_ name: String) -> String? { self.values[name] as? String }

    package func integer(_ name: String) -> Int? {
        guard let number = self.values[name] as? Double else { return nil }
        return Int(exactly: number.rounded(.towardZero))
    }

    package func boolean(_ name: String) -> Bool? { self.values[name] as? Bool }

    package func object(_ name: String) -> JSONObject? {
        (self.values[name] as? [String: Any]).map { JSONObject(values: $0) }
    }

    /// The objects of an array; nothing when it is none.
    package func objects(_ name: String) -> [JSONObject] {
        (self.values[name] as? [Any] ?? []).compactMap { $0 as? [String: Any] }.map { JSONObject(values: $0) }
    }

    /// Whether the name is there, be it with null.
    package func contains(_ name: String) -> Bool { self.values[name] != nil }
}
