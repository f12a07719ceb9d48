// TLSProgress.swift: what one call of TLSSession.receive did, and how a stream ended.

/// What became of the bytes handed to a session.
package struct TLSProgress: Equatable, Sendable {
    /// Bytes of the wire that need not be offered again.
    package var wireConsumed = 0
    /// Bytes of plaintext that were written.
    package var plaintextCount = 0
    /// The handshake came to its end in this very call.
    package var handshakeCompleted = false
    /// The peer said close_notify: no more data will come.
    package var peerClosed = false
    /// The plaintext filled up or an error waits behind it: call again with what is left of the wire, even if nothing is.
    package var mayHaveMore = false

    package init() {}
}

/// What the end of the TCP stream means for the TLS session on it (RFC 8446 §6.1).
package enum TLSEnd: Equatable, Sendable {
    /// The peer had said close_notify; nothing is missing.
    case clean
    /// It had not; the end of the data may have been cut off.
    case truncated
    /// There was no session yet.
    case duringHandshake
}
