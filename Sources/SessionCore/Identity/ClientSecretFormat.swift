// How a client secret looks: `ek_lw_`, then digits and checksum as in a key (`KeyFormat` says why).
//
// Providers' SDKs know short-lived secrets by `ek_` (protocol: realtime §2); the rest of the prefix tells ours from theirs.

import OpenSSLTLS

/// Makes and recognises client secrets of ours.
package enum ClientSecretFormat {
    package static let prefix = shape.prefix

    /// Length of every secret in characters, all of them ASCII.
    package static let length = shape.length

    static let shape = KeyShape(prefix: "ek_lw_")

    /// Makes a new secret; `random` is the process's secure source unless a test gives another.
    package static func make(random: RandomSource = SecureRandom.bytes) throws -> KeyText {
        try shape.make(random: random)
    }

    /// Tells whether a text is a secret as `make` builds them; says nothing about whether we ever issued it.
    package static func isWellFormed(_ text: String) -> Bool { shape.isWellFormed(text) }
}
