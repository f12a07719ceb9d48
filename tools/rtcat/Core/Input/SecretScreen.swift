// What must not go into the history file: lines that hold a key, or look as if they did. Losing a harmless line costs
// nothing; keeping a key costs the key.

import Foundation

/// Tells lines that may be written down from those that may not.
package struct SecretScreen: Sendable {
    private static let words = [
        "bearer ", "authorization", "api_key", "api-key", "apikey", "client_secret", "password", "passwd",
        "private_key",
        "access_token", "auth_token", "x-goog-api",
    ]
    private static let prefixes = ["sk-", "ek_", "pk-", "rk-", "xai-", "aiza", "ghp_", "gho_", "eyj"]
    /// Characters behind a prefix that make it a key.
    private static let tailLength = 8

    private let known: [String]

    /// `known` are the keys of this run.
    package init(known: [String]) {
        self.known = known.filter { !$0.isEmpty }
    }

    package func mayKeep(_ line: String) -> Bool {
        if self.known.contains(where: { line.contains($0) }) { return false }
        let text = line.lowercased()
        if Self.words.contains(where: { text.contains($0) }) { return false }
        return !Self.prefixes.contains { Self.holdsToken(text, startingWith: $0) }
    }

    private static func holdsToken(_ text: String, startingWith prefix: String) -> Bool {
        var rest = Substring(text)
        while let range = rest.range(of: prefix) {
            let tail = rest[range.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" }
            if tail.count >= self.tailLength { return true }
            rest = rest[range.upperBound...]
        }
        return false
    }
}
