// A certificate authority and a server that it vouches for, made once for all tests.

import OpenSSLTLS
import TestSupport

/// Whom the relay trusts behind it.
struct Trust: Sendable {
    private static let made = Result { try Trust() }

    let authority: CertificateAuthority
    let server: TLSContext

    private init() throws {
        self.authority = try CertificateAuthority()
        let identity = try self.authority.issue()
        self.server = try TLSContext(
            server: TLSServerConfiguration(
                certificateChainFile: identity.certificateFile,
                privateKeyFile: identity.privateKeyFile
            )
        )
    }

    /// A client that trusts this authority alone and remembers no sessions yet.
    func client() throws -> TLSContext {
        try TLSContext(client: TLSClientConfiguration(trust: .file(self.authority.certificateFile)))
    }

    static func shared() throws -> Trust { try self.made.get() }
}
