// How a key looks: `sk-lw-`, 32 random digits of base 62 (190 bits), 6 digits of CRC-32 over what stands before them.
//
// - Only `token` characters of RFC 9110 §5.6.2, because a browser sends the key as a subprotocol (RFC 6455 §4.1).
// - The checksum lets a typo be refused without asking the store, and secret scanners be sure of a find.
// - A key is shown once; what is kept is its SHA-256 and the display prefix.

package import OpenSSLTLS

/// The text of a whole key or client secret; printing it shows the display prefix only.
package struct KeyText: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The key itself: to be handed to its owner once, never to be logged.
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// What the store keeps in place of the key.
    package var digest: SHA256Digest { SHA256Digest(hashing: Array(text.utf8)) }

    /// The first digits, enough for people to tell their keys apart.
    package var displayPrefix: String {
        (text.hasPrefix(ClientSecretFormat.prefix) ? ClientSecretFormat.shape : KeyFormat.shape).displayPrefix(text)
    }

    package var description: String { displayPrefix }
    package var debugDescription: String { displayPrefix }
    package var customMirror: Mirror { Mirror(self, children: ["text": displayPrefix]) }
}

/// Makes and recognises keys of ours.
package enum KeyFormat {
    package static let prefix = shape.prefix

    /// Length of every key in characters, all of them ASCII.
    package static let length = shape.length

    static let shape = KeyShape(prefix: "sk-lw-")

    /// Makes a new key; `random` is the process's secure source unless a test gives another.
    package static func make(random: RandomSource = SecureRandom.bytes) throws -> KeyText {
        try shape.make(random: random)
    }

    /// Tells whether a text is a key as `make` builds them; says nothing about whether we ever issued it.
    package static func isWellFormed(_ text: String) -> Bool { shape.isWellFormed(text) }

    /// Returns what may be shown of a key, such as `sk-lw-Ab3d…`; nothing of a text that is no key of ours.
    package static func displayPrefix(_ text: String) -> String { shape.displayPrefix(text) }
}
