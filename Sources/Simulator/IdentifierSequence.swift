// Identifiers that look random and are not: the same seed gives the same sequence.

/// A seeded source of ids such as `item_4mTq…`.
package struct IdentifierSequence: Sendable {
    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private var state: UInt64

    package init(seed: UInt64) {
        self.state = seed
    }

    /// The next id with that prefix, 20 base-62 characters behind it.
    package mutating func next(_ prefix: String) -> String {
        var text = prefix
        text.reserveCapacity(prefix.utf8.count + 20)
        var remaining: UInt64 = 0
        for index in 0..<20 {
            if index % 10 == 0 { remaining = self.nextWord() }
            text.unicodeScalars.append(Unicode.Scalar(Self.alphabet[Int(remaining % 62)]))
            remaining /= 62
        }
        return text
    }

    /// SplitMix64: one addition and three mixing steps per word.
    package mutating func nextWord() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var word = self.state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

/// FNV-1a over a text: a hash that is the same in every process, unlike `Hasher`.
package func stableHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in text.utf8 {
        hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    return hash
}
