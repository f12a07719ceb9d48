// OpenSSLErrorQueue.swift: reading the list of errors that OpenSSL keeps per thread.
//
// The queue outlives the call that filled it, and SSL_get_error looks at it: an error left by one session would be taken
// for a failure of the next. So it is cleared before each call whose result is inspected, and emptied after a failure.

import COpenSSL
import Glibc

/// The calling thread's error queue.
enum OpenSSLErrorQueue {
    /// One error, as the number OpenSSL packs library and reason into.
    struct Entry: Equatable {
        let code: UInt
        /// The choice of the application protocol is what OpenSSL objected to.
        var concernsApplicationProtocol = false

        var isFromTLS: Bool { lw_error_is_from_tls(self.code) == 1 }
        var reason: Int32 { lw_error_reason(self.code) }

        /// OpenSSL's fixed text for the reason; never bytes of a peer.
        var text: String {
            guard let text = unsafe ERR_reason_error_string(self.code) else { return "OpenSSL error \(self.code)" }
            return unsafe String(cString: text)
        }
    }

    static func clear() {
        ERR_clear_error()
    }

    /// Takes the first error, which is the cause of those that follow, and empties the queue.
    static func takeFirst() -> Entry? {
        var function: UnsafePointer<CChar>?
        let code = unsafe ERR_get_error_all(nil, nil, &function, nil, nil)
        defer { ERR_clear_error() }
        guard code != 0 else { return nil }
        // A choice that was not offered is reported as a "bad extension", like any other; only the place tells it apart.
        let isChoice = unsafe function.map { unsafe strcmp($0, "tls_parse_stoc_alpn") == 0 } ?? false
        return Entry(code: code, concernsApplicationProtocol: isChoice)
    }

    /// The text of the first error for a message, emptying the queue.
    static func takeText() -> String {
        self.takeFirst()?.text ?? "no reason given"
    }
}

extension TLSError {
    // RFC 8446 §6: OpenSSL reports an alert of the peer as this number plus the alert's own.
    private static let alertOffset: Int32 = 1000

    /// Explains a failed OpenSSL call by the first error on the queue.
    ///
    /// - Parameter verifyResult: the `X509_V_…` code of the session; it tells more than "certificate verify failed".
    init(_ entry: OpenSSLErrorQueue.Entry?, verifyResult: Int, handshaking: Bool) {
        guard let entry else {
            self = .internalError("OpenSSL reported a failure without a reason")
            return
        }
        guard entry.isFromTLS else {
            self = handshaking ? .handshakeFailed(entry.text) : .protocolViolation(entry.text)
            return
        }
        if entry.concernsApplicationProtocol {
            self = .alpnMismatch
            return
        }
        switch entry.reason {
        case SSL_R_CERTIFICATE_VERIFY_FAILED:
            self.init(verifyResult: verifyResult)
        case SSL_R_HTTP_REQUEST, SSL_R_HTTPS_PROXY_REQUEST:
            self = .notTLS
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_WRONG_SSL_VERSION, SSL_R_VERSION_TOO_LOW, SSL_R_VERSION_TOO_HIGH,
            SSL_R_UNKNOWN_SSL_VERSION, SSL_R_UNKNOWN_PROTOCOL, SSL_R_UNSUPPORTED_SSL_VERSION,
            SSL_R_TLSV1_ALERT_PROTOCOL_VERSION:
            self = .protocolVersion
        case SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL:
            self = .alpnMismatch
        case Self.alertOffset...:
            self = .peerAlert(entry.text)
        case Int32(ERR_R_MALLOC_FAILURE), Int32(ERR_R_INTERNAL_ERROR):
            self = .internalError(entry.text)
        default:
            self = handshaking ? .handshakeFailed(entry.text) : .protocolViolation(entry.text)
        }
    }

    /// Explains why a certificate was refused (`X509_V_…`).
    init(verifyResult: Int) {
        switch Int32(exactly: verifyResult) {
        case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
            self = .hostnameMismatch
        case X509_V_ERR_CERT_HAS_EXPIRED:
            self = .certificateExpired
        case X509_V_ERR_CERT_NOT_YET_VALID:
            self = .certificateNotYetValid
        default:
            let text = unsafe X509_verify_cert_error_string(verifyResult)
            self = .certificateUntrusted(unsafe text.map { unsafe String(cString: $0) } ?? "no reason given")
        }
    }
}
