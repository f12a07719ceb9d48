// ServerName.swift: the host a client dials, checked before OpenSSL sees it.
//
// `SSL_set1_host("")` succeeds and then checks nothing, and OpenSSL would put an IP address into the server name
// indication, which RFC 6066 §3 forbids. So names and addresses are told apart here, and what is neither is refused.
// Spellings of addresses that only some resolvers understand ("127.1", "0x7f.1") count as names; no certificate has them.

import COpenSSL
import Glibc

/// A host name or an IP address to be found in a certificate.
struct ServerName: Equatable, Sendable {
    enum Kind: Equatable, Sendable {
        case name
        case address
    }

    let kind: Kind
    /// Without the final dot of a name (RFC 6066 §3) and the brackets of an address.
    let text: String

    init(_ host: String) throws(TLSError) {
        var text = Substring(host)
        let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
        if isBracketed { text = text.dropFirst().dropLast() }
        if Self.isAddress(String(text), sixOnly: isBracketed) {
            self.kind = .address
        } else {
            if text.hasSuffix(".") { text = text.dropLast() }
            guard !isBracketed, Self.isName(text) else { throw .invalidServerName(Self.printable(host)) }
            self.kind = .name
        }
        self.text = String(text)
    }

    private static func isAddress(_ text: String, sixOnly: Bool) -> Bool {
        // inet_pton stops at the first NUL and would not see what follows.
        guard !text.utf8.contains(0) else { return false }
        return unsafe withUnsafeTemporaryAllocation(byteCount: MemoryLayout<in6_addr>.size, alignment: 8) { out in
            unsafe inet_pton(AF_INET6, text, out.baseAddress) == 1
                || (!sixOnly && inet_pton(AF_INET, text, out.baseAddress) == 1)
        }
    }

    private static func isName(_ text: Substring) -> Bool {
        guard text.utf8.count <= TLSLimits.serverNameBytes else { return false }
        return text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { label in
            (1...TLSLimits.serverNameLabelBytes).contains(label.count) && label.allSatisfy(Self.mayStandInLabel)
        }
    }

    private static func mayStandInLabel(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Cut and cleaned, so that an error message stays one short line.
    private static func printable(_ host: String) -> String {
        String(host.unicodeScalars.prefix(64).map { (" "..."~").contains($0) ? Character($0) : "?" })
    }
}

extension ServerName {
    // A wildcard stands for one whole label only, and a host in the subject's common name counts for nothing
    // (RFC 6125 §6.4.3, RFC 9525 §6.3).
    private static let checkFlags = UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)

    /// Has the certificate checked against this name during the handshake.
    func expect(of ssl: SSLPointer) -> Bool {
        let parameters = unsafe SSL_get0_param(ssl.raw)
        unsafe X509_VERIFY_PARAM_set_hostflags(parameters, Self.checkFlags)
        return switch self.kind {
        case .name: unsafe X509_VERIFY_PARAM_set1_host(parameters, self.text, self.text.utf8.count) == 1
        case .address: unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, self.text) == 1
        }
    }

    /// Names the host to the server; an address is never named.
    func indicate(to ssl: SSLPointer) -> Bool {
        switch self.kind {
        case .name: unsafe lw_ssl_set_server_name(ssl.raw, self.text) == 1
        case .address: true
        }
    }

    /// Whether a certificate seen earlier is for this host and has not expired since.
    func accepts(certificate: OpaquePointer) -> Bool {
        let isForHost =
            switch self.kind {
            case .name:
                unsafe X509_check_host(certificate, self.text, self.text.utf8.count, Self.checkFlags, nil) == 1
            case .address:
                unsafe X509_check_ip_asc(certificate, self.text, Self.checkFlags) == 1
            }
        // Negative: the last day lies before now.
        return unsafe isForHost && X509_cmp_current_time(X509_get0_notAfter(certificate)) > 0
    }
}
