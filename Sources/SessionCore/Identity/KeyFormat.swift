// How a key looks: `sk-lw-`, 32 random digits of base 62 (190 bits), 6 digits of CRC-32 over what stands before them.
//
// - Only `token` characters of RFC 9110 §5.6.2, because a browser sends the key as a subprotocol (RFC 6455 §4.1).
// - The checksum lets a typo be refused without asking the store, and secret scanners be sure of a find.
// - A key is shown once; what is kept is its SHA-256 and the display prefix.

package import OpenSSLTLS

/// The text of a whole key; printing it shows the display prefix only.
package struct KeyText: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key itself: to be handed to its owner once, never to be logged.
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// What the store keeps in place of the key.
    package var digest: SHA256Digest { SHA256Digest(hashing: Array(text.utf8)) }

    /// The first digits, enough for people to tell their keys apart.
    package var displayPrefix: String { KeyFormat.displayPrefix(text) }

    package var description: String { displayPrefix }
    package var debugDescription: String { displayPrefix }
    package var customMirror: Mirror { Mirror(self, children: ["text": displayPrefix]) }
}

/// Makes and recognises keys of ours.
package enum KeyFormat {
    package static let prefix = "sk-lw-"

    /// Length of every key in characters, all of them ASCII.
    package static let length = prefix.utf8.count + randomCount + checksumCount

    private static let randomCount = 32
    private static let checksumCount = 6
    private static let shownCount = 4

    /// Makes a new key; `random` is the process's secure source unless a test gives another.
    package static func make(random: RandomSource = SecureRandom.bytes) throws -> KeyText {
        let body = prefix + (try Base62.random(count: randomCount, from: random))
        return KeyText(body + checksum(body.utf8))
    }

    /// Tells whether a text is a key as `make` builds them; says nothing about whether we ever issued it.
    package static func isWellFormed(_ text: String) -> Bool {
        let bytes = Array(text.utf8.prefix(length + 1))
        guard bytes.count == length, bytes.starts(with: prefix.utf8) else { return false }
        guard bytes.dropFirst(prefix.utf8.count).allSatisfy(Base62.isDigit) else { return false }
        let body = bytes.dropLast(checksumCount)
        return bytes.suffix(checksumCount).elementsEqual(checksum(body).utf8)
    }

    /// Returns what may be shown of a key, such as `sk-lw-Ab3d…`; nothing of a text that is no key of ours.
    package static func displayPrefix(_ text: String) -> String {
        guard text.hasPrefix(prefix), text.utf8.count > prefix.utf8.count + 2 * shownCount else { return "…" }
        return String(text.prefix(prefix.count + shownCount)) + "…"
    }

    private static func checksum(_ body: some Sequence<UInt8>) -> String {
        Base62.encode(CRC32.checksum(body), width: checksumCount)
    }
}
