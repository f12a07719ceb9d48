// How values of ours stand in columns: times as milliseconds since 1970, lists as JSON arrays of texts.

import Foundation

/// Values to columns and back.
enum StoredValue {
    /// Milliseconds since 1970; times beyond the year 9999 are cut to it.
    static func milliseconds(_ date: Date) -> Int64 {
        let bound = 253_402_300_799_000.0
        return Int64(min(max((date.timeIntervalSince1970 * 1_000).rounded(), -bound), bound))
    }

    static func date(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
    }

    static func list(_ texts: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
    }

    /// Nil for what is no list of texts.
    static func list(_ text: String) -> [String]? {
        try? JSONDecoder().decode([String].self, from: Data(text.utf8))
    }
}
