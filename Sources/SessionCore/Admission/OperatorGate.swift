// Who may see what is the operator's: whoever sits at this machine, and whoever shows the admin key.
//
// A connection from the loopback is no evidence when a proxy on this machine made it for somebody else, or a browser
// did because a page's name was pointed here; both can be told by what the request says of itself.

import OpenSSLTLS

/// Lets operators in.
package struct OperatorGate: Sendable {
    private let adminKey: SHA256Digest?

    /// Without an admin key only the loopback is let in.
    package init(adminKey: Secret? = nil) {
        self.adminKey = adminKey.map { SHA256Digest(hashing: $0.reveal()) }
    }

    /// Fields that proxies add (RFC 7239, and the customs before it).
    private static let proxyFields = ["forwarded", "x-forwarded-for", "x-real-ip", "via"]

    /// `header` gives all values of a field, by lower-case name; a key that is shown and wrong is not passed over.
    package func allows(isLoopback: Bool, header: (String) -> [String]) -> Bool {
        switch CredentialReader.read(header: { $0 == "authorization" ? header($0) : [] }) {
        case .one(let credential):
            // Digests compare in constant time (`robustness.md` G3).
            return self.adminKey.map { $0 == credential.digest } ?? false
        case .conflict:
            return false
        case .none:
            return isLoopback && Self.proxyFields.allSatisfy { header($0).isEmpty }
                && header("host").allSatisfy(Self.isOfThisMachine)
        }
    }

    /// Whether a `Host` is an address or `localhost`; other names may be anybody's.
    private static func isOfThisMachine(_ host: String) -> Bool {
        var name = Substring(host.lowercased())
        if name.hasPrefix("[") {
            name = name.dropFirst().prefix { $0 != "]" }
        } else if let colon = name.firstIndex(of: ":") {
            name = name[..<colon]
        }
        return name == "localhost" || name.hasSuffix(".localhost") || IPAddress(String(name)) != nil
    }
}
