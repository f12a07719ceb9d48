// Resumed sessions: who gets one, and that it is checked like the first (RFC 8446 §2.2, RFC 5077; robustness F16).

import COpenSSL
import TestSupport
import Testing

@testable import OpenSSLTLS

struct TLSSessionResumptionTests {
    private let authority: CertificateAuthority

    init() throws {
        self.authority = try CertificateAuthority()
    }

    private func connect(
        _ context: TLSContext,
        to serverContext: TLSContext,
        host: String = "localhost",
        port: Int = 443
    ) throws -> Endpoint {
        let client = try Endpoint(client: context, serverName: host, port: port)
        let server = try Endpoint(server: serverContext)
        try client.session.start()
        try exchange(client, server)
        try client.send(pattern(100))
        try exchange(client, server)
        #expect(server.takePlaintext() == pattern(100))
        #expect(client.session.wasResumed == server.session.wasResumed)
        return client
    }

    @Test func resumesTheSecondConnection() throws {
        let context = try self.authority.clientContext()
        let server = try self.authority.serverContext()
        #expect(try !self.connect(context, to: server).session.wasResumed)
        let second = try self.connect(context, to: server)
        #expect(second.session.wasResumed)
        #expect(second.session.negotiatedApplicationProtocol == "http/1.1")
    }

    @Test func resumesAfterAConnectionThatWasCutOff() throws {
        let context = try self.authority.clientContext()
        let server = try self.authority.serverContext()
        // Freed without a close_notify, as a reset connection is.
        _ = try self.connect(context, to: server)
        #expect(try self.connect(context, to: server).session.wasResumed)
    }

    @Test func keepsHostsAndPortsApart() throws {
        let context = try self.authority.clientContext()
        let server = try self.authority.serverContext()
        _ = try self.connect(context, to: server, host: "localhost", port: 443)
        #expect(try !self.connect(context, to: server, host: "127.0.0.1", port: 443).session.wasResumed)
        #expect(try !self.connect(context, to: server, host: "localhost", port: 444).session.wasResumed)
        #expect(try self.connect(context, to: server, host: "localhost", port: 443).session.wasResumed)
    }

    @Test func keepsContextsApart() throws {
        let server = try self.authority.serverContext(self.authority.makeSelfSigned())
        let careless = try self.authority.clientContext(verification: .none)
        _ = try self.connect(careless, to: server)
        #expect(try self.connect(careless, to: server).session.wasResumed)
        // What the careless one learned is of no use to the careful one.
        #expect(throws: TLSError.self) { _ = try self.connect(self.authority.clientContext(), to: server) }
    }

    @Test func offersEachSessionOnce() throws {
        let context = try self.authority.clientContext()
        let server = try self.authority.serverContext()
        _ = try self.connect(context, to: server)
        guard case .client(_, let cache) = context.side else { return }
        let kept = cache.count
        #expect(kept > 0)
        var clients: [Endpoint] = []
        for _ in 0..<kept { clients.append(try Endpoint(client: context)) }
        #expect(cache.count == 0)
    }

    @Test func shakesHandsInFullWhenTheServerHasForgotten() throws {
        let context = try self.authority.clientContext()
        let identity = try self.authority.issue()
        _ = try self.connect(context, to: self.authority.serverContext(identity))
        // Another context is what a reload or a restart makes: other ticket keys.
        let second = try self.connect(context, to: self.authority.serverContext(identity))
        #expect(!second.session.wasResumed)
    }

    @Test func checksTheNameOfARememberedCertificateAgain() throws {
        let context = try self.authority.clientContext(verification: .full)
        let server = try self.authority.serverContext(self.authority.issue(names: ["DNS:localhost"]))
        _ = try self.connect(context, to: server)
        guard case .client(_, let cache) = context.side,
            let session = cache.take(for: SessionCache.Key(host: "localhost", port: 443))
        else {
            Issue.record("nothing was remembered")
            return
        }
        #expect(session.isVerified(for: try ServerName("localhost")))
        #expect(!session.isVerified(for: try ServerName("other.test")))
        #expect(!session.isVerified(for: try ServerName("127.0.0.1")))
        // Put under another name on purpose, it is passed over: the handshake is a full one and fails on the name.
        cache.store(session, for: SessionCache.Key(host: "other.test", port: 443))
        #expect(throws: TLSError.hostnameMismatch) {
            _ = try self.connect(context, to: server, host: "other.test")
        }
    }

    @Test func resumesTLS12MoreThanOnceFromOneSession() throws {
        let context = try self.authority.clientContext()
        let identity = try self.authority.issue()
        let tickets = [UInt8](repeating: 7, count: 80)
        var resumed: [Bool] = []
        for _ in 0..<3 {
            let client = try Endpoint(client: context)
            let peer = try OpenSSLPeer.server(
                certificateFile: identity.certificateFile,
                privateKeyFile: identity.privateKeyFile,
                maximumVersion: TLS1_2_VERSION
            ) { context in
                // The same ticket keys for each: one server that remembers.
                var keys = tickets
                unsafe SSL_CTX_ctrl(context.raw, SSL_CTRL_SET_TLSEXT_TICKET_KEYS, keys.count, &keys)
            }
            try client.session.start()
            try exchange(client, peer)
            #expect(client.session.protocolVersion == "TLSv1.2")
            #expect(client.session.isEstablished)
            resumed.append(client.session.wasResumed)
        }
        #expect(resumed == [false, true, true])
    }
}
