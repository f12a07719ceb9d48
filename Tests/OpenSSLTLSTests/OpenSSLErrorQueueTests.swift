// How OpenSSL's codes become reasons of ours.

import COpenSSL
import Testing

@testable import OpenSSLTLS

struct OpenSSLErrorQueueTests {
    private func failToOpen(_ file: String) {
        #expect(unsafe BIO_new_file(file, "r") == nil)
    }

    @Test func takesTheFirstErrorAndEmptiesTheQueue() {
        OpenSSLErrorQueue.clear()
        #expect(OpenSSLErrorQueue.takeFirst() == nil)
        self.failToOpen("/nowhere/at/all")
        #expect(ERR_peek_error() != 0)
        #expect(OpenSSLErrorQueue.takeFirst()?.isFromTLS == false)
        #expect(ERR_peek_error() == 0)
        self.failToOpen("/nowhere/at/all")
        OpenSSLErrorQueue.clear()
        #expect(OpenSSLErrorQueue.takeText() == "no reason given")
    }

    @Test(arguments: [
        (X509_V_ERR_HOSTNAME_MISMATCH, TLSError.hostnameMismatch),
        (X509_V_ERR_IP_ADDRESS_MISMATCH, .hostnameMismatch),
        (X509_V_ERR_CERT_HAS_EXPIRED, .certificateExpired),
        (X509_V_ERR_CERT_NOT_YET_VALID, .certificateNotYetValid),
        (X509_V_ERR_CERT_REVOKED, .certificateUntrusted("certificate revoked")),
    ])
    func explainsARefusedCertificate(verdict: Int32, expected: TLSError) {
        #expect(TLSError(verifyResult: Int(verdict)) == expected)
    }

    @Test(arguments: [
        (SSL_R_HTTP_REQUEST, TLSError.notTLS),
        (SSL_R_UNSUPPORTED_PROTOCOL, .protocolVersion),
        (SSL_R_TLSV1_ALERT_PROTOCOL_VERSION, .protocolVersion),
        (SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL, .alpnMismatch),
        (SSL_R_CERTIFICATE_VERIFY_FAILED, .hostnameMismatch),
    ])
    func explainsAFailedHandshake(reason: Int32, expected: TLSError) {
        let entry = OpenSSLErrorQueue.Entry(code: lw_error_of_tls(reason))
        let verdict = Int(X509_V_ERR_HOSTNAME_MISMATCH)
        #expect(TLSError(entry, verifyResult: verdict, handshaking: true) == expected)
    }

    @Test func tellsAlertsFromFaults() {
        let alert = OpenSSLErrorQueue.Entry(code: lw_error_of_tls(SSL_R_TLSV1_ALERT_UNKNOWN_CA))
        guard case .peerAlert = TLSError(alert, verifyResult: 0, handshaking: true) else {
            Issue.record("an alert of the peer was not told as one")
            return
        }
        let damage = OpenSSLErrorQueue.Entry(code: lw_error_of_tls(SSL_R_DECRYPTION_FAILED_OR_BAD_RECORD_MAC))
        guard case .protocolViolation = TLSError(damage, verifyResult: 0, handshaking: false),
            case .handshakeFailed = TLSError(damage, verifyResult: 0, handshaking: true)
        else {
            Issue.record("damage was not told as what it is")
            return
        }
        guard case .internalError = TLSError(nil, verifyResult: 0, handshaking: true) else {
            Issue.record("a failure without a reason must be ours")
            return
        }
    }
}
