// TLSLimits.swift: every bound of this target, in one place.

/// How much a TLS session, its output and its cache may hold.
package enum TLSLimits {
    /// What one record can carry (RFC 8446 §5.1).
    package static let recordPlaintext = 16 * 1024

    /// More than any cipher we offer adds to one record: header, nonce, tag, inner type.
    package static let recordOverhead = 64

    /// Ciphertext that a TLSOutput takes before it must be flushed.
    package static let outputBytes = 4 * 1024 * 1024

    /// Capacity that an emptied TLSOutput keeps for the next flush.
    package static let outputBytesKept = 512 * 1024

    /// Room in the output that plaintext leaves free for alerts and key updates.
    package static let outputReserve = 16 * 1024

    /// Plaintext that waits in a session while the peer is half-way through a post-handshake message.
    package static let deferredPlaintext = 1024 * 1024

    /// Servers whose sessions a client context remembers, and sessions for each of them.
    package static let resumableServers = 64
    package static let resumableSessionsPerServer = 64

    /// A DNS name and one label of it (RFC 1035 §2.3.4).
    package static let serverNameBytes = 253
    package static let serverNameLabelBytes = 63
}
