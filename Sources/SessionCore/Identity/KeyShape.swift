// What keys and client secrets have in common: a prefix, 32 random digits of base 62, 6 digits of CRC-32 over both.

import OpenSSLTLS

/// One kind of text that we issue, told from others by its prefix.
struct KeyShape: Sendable {
    let prefix: String

    private static let randomCount = 32
    private static let checksumCount = 6
    private static let shownCount = 4

    /// Length of every text of the kind in characters, all of them ASCII.
    var length: Int { prefix.utf8.count + Self.randomCount + Self.checksumCount }

    func make(random: RandomSource) throws -> KeyText {
        let body = prefix + (try Base62.random(count: Self.randomCount, from: random))
        return KeyText(body + Self.checksum(body.utf8.span))
    }

    func isWellFormed(_ text: String) -> Bool {
        guard text.utf8.count == length, text.utf8.starts(with: prefix.utf8) else { return false }
        let bytes = text.utf8.span
        for index in prefix.utf8.count..<length where !Base62.isDigit(bytes[index]) { return false }
        let checksum = Self.checksum(bytes.extracting(first: length - Self.checksumCount))
        return text.utf8.suffix(Self.checksumCount).elementsEqual(checksum.utf8)
    }

    func displayPrefix(_ text: String) -> String {
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count + 2 * Self.shownCount else { return "…" }
        return String(text.prefix(prefix.count + Self.shownCount)) + "…"
    }

    private static func checksum(_ body: Span<UInt8>) -> String {
        Base62.encode(CRC32.checksum(body), width: checksumCount)
    }
}
