// Whom a client believes (RFC 5280 §6, RFC 6125 §6.4, RFC 6066 §3; robustness F1-F3, F5).

import TestSupport
import Testing

@testable import OpenSSLTLS

struct TLSSessionVerificationTests {
    private let authority: CertificateAuthority

    init() throws {
        self.authority = try CertificateAuthority()
    }

    /// Shakes hands and returns how it ended for the client; checks that a refusal lets no data out.
    private func outcome(
        of identity: CertificateAuthority.Identity,
        dialling host: String,
        with context: TLSContext? = nil
    ) throws -> TLSError? {
        let client = try Endpoint(client: context ?? self.authority.clientContext(), serverName: host)
        let server = try Endpoint(server: self.authority.serverContext(identity))
        try client.session.start()
        try server.receive(client.drain())
        do {
            try client.receive(server.drain())
        } catch let error as TLSError {
            #expect(!client.session.isEstablished)
            #expect(client.session.transportEnded() == .duringHandshake)
            #expect(throws: error) { try client.send([1]) }
            // The server learns by an alert and never sees the handshake end.
            #expect(throws: TLSError.self) { try server.receive(client.drain()) }
            #expect(server.handshakes == 0)
            return error
        }
        #expect(client.session.isEstablished)
        try server.receive(client.drain())
        #expect(server.session.isEstablished)
        return nil
    }

    @Test(arguments: [
        ("DNS:localhost", "localhost"),
        ("DNS:localhost", "LOCALHOST"),
        ("DNS:localhost", "localhost."),
        ("DNS:*.example.test", "api.example.test"),
        ("IP:127.0.0.1", "127.0.0.1"),
        ("IP:::1", "::1"),
        ("IP:::1", "[::1]"),
        ("IP:::1", "0:0:0:0:0:0:0:1"),
        ("DNS:other.test,DNS:localhost", "localhost"),
    ])
    func believesAName(names: String, host: String) throws {
        #expect(try self.outcome(of: self.authority.issue(names: [names]), dialling: host) == nil)
    }

    @Test(arguments: [
        ("DNS:localhost", "example.test"),
        ("DNS:*.example.test", "example.test"),
        ("DNS:*.example.test", "a.b.example.test"),
        ("DNS:a*.example.test", "api.example.test"),
        ("DNS:example.test", "api.example.test"),
        ("DNS:127.0.0.1", "127.0.0.1"),
        ("IP:127.0.0.1", "127.0.0.2"),
        ("IP:127.0.0.1", "localhost"),
        ("IP:127.0.0.1", "127.1"),
        ("IP:127.0.0.1", "::ffff:127.0.0.1"),
    ])
    func refusesAnotherName(names: String, host: String) throws {
        let identity = try self.authority.issue(names: [names], commonName: host)
        #expect(try self.outcome(of: identity, dialling: host) == .hostnameMismatch)
    }

    @Test func refusesANameThatIsOnlyTheSubject() throws {
        let identity = try self.authority.issue(names: [], commonName: "localhost")
        #expect(try self.outcome(of: identity, dialling: "localhost") == .hostnameMismatch)
    }

    @Test func refusesANameWithANulInside() throws {
        // SEQUENCE { [2] "localhost\0.evil.test" }: a C string ends where the attacker wants it to.
        let name = Array("localhost".utf8) + [0] + Array(".evil.test".utf8)
        let der: [UInt8] = [0x30, UInt8(name.count + 2), 0x82, UInt8(name.count)] + name
        let hex = der.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0" + text : text
        }
        let identity = try self.authority.issue(
            names: [],
            extensions: ["2.5.29.17=DER:" + hex.joined(separator: ":")]
        )
        #expect(try self.outcome(of: identity, dialling: "localhost") != nil)
    }

    @Test func refusesAnExpiredCertificate() throws {
        let identity = try self.authority.issue(days: -1)
        #expect(try self.outcome(of: identity, dialling: "localhost") == .certificateExpired)
    }

    @Test func refusesACertificateThatVouchesForItself() throws {
        let identity = try self.authority.makeSelfSigned()
        guard case .certificateUntrusted = try self.outcome(of: identity, dialling: "localhost") else {
            Issue.record("a self-signed certificate was not refused as untrusted")
            return
        }
    }

    @Test func refusesAnotherAuthority() throws {
        let stranger = try CertificateAuthority()
        guard case .certificateUntrusted = try self.outcome(of: stranger.issue(), dialling: "localhost") else {
            Issue.record("a certificate of a stranger was not refused as untrusted")
            return
        }
    }

    @Test func refusesACertificateMeantForClients() throws {
        let identity = try self.authority.issue(extensions: ["extendedKeyUsage=clientAuth"])
        guard case .certificateUntrusted = try self.outcome(of: identity, dialling: "localhost") else {
            Issue.record("a client's certificate passed for a server's")
            return
        }
    }

    @Test func refusesTheTestAuthorityUnderTheSystemsTrust() throws {
        let context = try TLSContext(client: TLSClientConfiguration(trust: .system))
        let error = try self.outcome(of: self.authority.issue(), dialling: "localhost", with: context)
        guard case .certificateUntrusted = error else {
            Issue.record("unexpected \(String(describing: error))")
            return
        }
    }

    @Test func believesAPinnedCertificate() throws {
        let identity = try self.authority.makeSelfSigned()
        let context = try TLSContext(client: TLSClientConfiguration(trust: .file(identity.certificateFile)))
        #expect(try self.outcome(of: identity, dialling: "localhost", with: context) == nil)
        #expect(try self.outcome(of: identity, dialling: "other.test", with: context) == .hostnameMismatch)
    }

    @Test func believesAnyoneWhenToldTo() throws {
        let context = try self.authority.clientContext(verification: .none)
        for identity in [try self.authority.makeSelfSigned(), try self.authority.issue(days: -1)] {
            #expect(try self.outcome(of: identity, dialling: "elsewhere.test", with: context) == nil)
        }
    }

    @Test func namesHostsButNotAddresses() throws {
        let context = try self.authority.clientContext()
        let named = try Endpoint(client: context, serverName: "api.example.test.")
        try named.session.start()
        let hello = named.drain()
        // server_name: list length, type 0, length, name (RFC 6066 §3), without the final dot.
        let entry: [UInt8] = [0, 19, 0, 0, 16] + Array("api.example.test".utf8)
        #expect(hello.contains(entry))
        for address in ["127.0.0.1", "::1"] {
            let unnamed = try Endpoint(client: context, serverName: address)
            try unnamed.session.start()
            #expect(!unnamed.drain().contains(Array(address.utf8)))
        }
    }

    @Test(arguments: ["", ".", "[]", "a..b", "has space", "nul\0l", "[localhost]", "::1%lo", "bücher.example", "a:80"])
    func refusesToDialNoName(host: String) throws {
        let context = try self.authority.clientContext()
        #expect(throws: TLSError.self) { _ = try Endpoint(client: context, serverName: host) }
    }
}
