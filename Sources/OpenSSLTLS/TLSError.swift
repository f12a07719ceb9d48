// TLSError.swift: every way in which TLS can fail here, each with its blame.
//
// A case becomes 502 toward a client when an upstream's TLS fails, and a log line when a client's does. No message holds
// anything secret: reasons are OpenSSL's fixed texts, never bytes of the peer.

/// Why a context could not be made or a session came to its end.
package enum TLSError: Error, Equatable, Sendable {
    /// A file or value of the configuration cannot be used. `file` is empty when no file is concerned.
    case configuration(file: String, reason: String)
    /// The name to dial is empty or no host name; with it nothing could be verified.
    case invalidServerName(String)

    /// The chain does not lead to a trusted anchor, or is broken in another way.
    case certificateUntrusted(String)
    /// The certificate, or one that signed it, is past its last day.
    case certificateExpired
    /// The certificate, or one that signed it, is not valid yet.
    case certificateNotYetValid
    /// The certificate is trusted but names other hosts.
    case hostnameMismatch

    /// The peer speaks something else, most likely plaintext HTTP.
    case notTLS
    /// No protocol version in common; ours start at TLS 1.2.
    case protocolVersion
    /// The server chose an application protocol that we did not offer.
    case alpnMismatch
    /// The handshake failed for another reason.
    case handshakeFailed(String)
    /// The peer ended the session by a fatal alert (RFC 8446 §6.2).
    case peerAlert(String)
    /// A record after the handshake was forged, damaged or out of order.
    case protocolViolation(String)
    /// The stream ended without a close_notify: its end may have been cut off (RFC 8446 §6.1).
    case truncated

    /// The output has no room; flush it and call again. The session lives on.
    case outputFull
    /// The caller or OpenSSL broke a rule of ours, or memory ran out.
    case internalError(String)

    package enum Blame: Sendable, Equatable {
        case configuration
        case peer
        case ourselves
    }

    /// Whose fault it is.
    package var blame: Blame {
        switch self {
        case .configuration, .invalidServerName: .configuration
        case .certificateUntrusted, .certificateExpired, .certificateNotYetValid, .hostnameMismatch, .notTLS,
            .protocolVersion, .alpnMismatch, .handshakeFailed, .peerAlert, .protocolViolation, .truncated:
            .peer
        case .outputFull, .internalError: .ourselves
        }
    }
}

extension TLSError: CustomStringConvertible {
    /// The reason, then what to do about it.
    package var description: String {
        switch self {
        case .configuration("", let reason):
            reason
        case .configuration(let file, let reason):
            "\(file): \(reason)"
        case .invalidServerName(let name):
            "\"\(name)\" is neither a host name nor an IP address; write the name as its certificate has it"
        case .certificateUntrusted(let reason):
            "the peer's certificate is not trusted: \(reason); set ca_file if it comes from an authority of your own"
        case .certificateExpired:
            "the peer's certificate has expired; it must be renewed there (or this machine's clock is wrong)"
        case .certificateNotYetValid:
            "the peer's certificate is not valid yet; check this machine's clock"
        case .hostnameMismatch:
            "the peer's certificate is for another host; use a name or address it lists as subjectAltName"
        case .notTLS:
            "the peer does not speak TLS on this port; check scheme and port"
        case .protocolVersion:
            "the peer speaks no TLS version that we do; it must offer TLS 1.2 or newer"
        case .alpnMismatch:
            "the peer insists on an application protocol other than HTTP/1.1; it must allow http/1.1"
        case .handshakeFailed(let reason):
            "the TLS handshake failed: \(reason); compare what both sides offer"
        case .peerAlert(let reason):
            "the peer ended the TLS session: \(reason); its log says why"
        case .protocolViolation(let reason):
            "the peer sent a bad TLS record: \(reason); something between us may alter the stream"
        case .truncated:
            "the connection ended without the closing message of TLS; its last data may be missing"
        case .outputFull:
            "the TLS output is full; it must be flushed first"
        case .internalError(let reason):
            "TLS failed on our side: \(reason); please report it"
        }
    }
}
