// TestContexts.swift: contexts for both sides around one certificate authority.

import TestSupport

@testable import OpenSSLTLS

extension CertificateAuthority {
    /// A context that serves with `identity`, or with a valid certificate for localhost.
    func serverContext(_ identity: Identity? = nil) throws -> TLSContext {
        let identity = try identity ?? self.issue()
        return try TLSContext(
            server: TLSServerConfiguration(
                certificateChainFile: identity.certificateFile,
                privateKeyFile: identity.privateKeyFile
            )
        )
    }

    /// A context that trusts this authority alone.
    func clientContext(verification: TLSClientConfiguration.Verification = .full) throws -> TLSContext {
        try TLSContext(
            client: TLSClientConfiguration(trust: .file(self.certificateFile), verification: verification)
        )
    }

    /// Two of our sessions that have shaken hands.
    func establishedPair() throws -> (client: Endpoint, server: Endpoint) {
        let client = try Endpoint(client: self.clientContext())
        let server = try Endpoint(server: self.serverContext())
        try client.session.start()
        try exchange(client, server)
        return (client, server)
    }
}
