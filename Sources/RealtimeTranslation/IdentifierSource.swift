// Names for what a session makes: events, items, responses. Drawn from a text that is the session's own and a count, so
// that a machine needs no source of chance and a test knows every name beforehand.

/// Makes the names of one session.
package struct IdentifierSource: Sendable, Equatable {
    /// The session's own text, at most 16 letters and digits: items' names may have 32 characters (realtime §6).
    private let base: String
    private var count: UInt64 = 0

    package init(base: String) {
        self.base = String(base.prefix(16))
    }

    /// Returns the next name, such as `item_` + base + count.
    package mutating func next(_ prefix: String) -> String {
        count &+= 1
        return "\(prefix)\(base)\(String(count, radix: 36))"
    }
}
