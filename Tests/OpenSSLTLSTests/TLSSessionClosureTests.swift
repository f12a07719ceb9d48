// How a session ends: close_notify, truncation, damage (RFC 8446 §6; robustness F9, F10).

import TestSupport
import Testing

@testable import OpenSSLTLS

struct TLSSessionClosureTests {
    private let authority: CertificateAuthority

    init() throws {
        self.authority = try CertificateAuthority()
    }

    @Test func deliversDataAndCloseThatArriveTogether() throws {
        let (client, server) = try self.authority.establishedPair()
        let payload = pattern(40 * 1024)
        try server.send(payload)
        server.session.close()
        try client.receive(server.drain())
        #expect(client.takePlaintext() == payload)
        #expect(client.sawClose)
        #expect(client.session.transportEnded() == .clean)
    }

    @Test(arguments: [1, 7, 16 * 1024])
    func deliversDataBeforeCloseInSlices(room: Int) throws {
        let (client, server) = try self.authority.establishedPair()
        let payload = pattern(16 * 1024)
        try client.send(payload)
        client.session.close()
        server.plaintextRoom = room
        try server.receive(client.drain())
        #expect(server.takePlaintext() == payload)
        #expect(server.sawClose)
        #expect(server.session.transportEnded() == .clean)
    }

    @Test func tellsTruncationFromAnEnd() throws {
        let (client, server) = try self.authority.establishedPair()
        try server.send(pattern(100))
        server.session.close()
        let wire = server.drain()
        // All but the last byte of the close_notify.
        try client.receive(Array(wire.dropLast()))
        #expect(client.takePlaintext() == pattern(100))
        #expect(!client.sawClose)
        #expect(client.session.transportEnded() == .truncated)
    }

    @Test func saysCloseOnlyOnce() throws {
        let (client, _) = try self.authority.establishedPair()
        client.session.close()
        #expect(!client.drain().isEmpty)
        client.session.close()
        #expect(client.drain().isEmpty)
        #expect(throws: TLSError.internalError("data was sent after close")) { try client.send([1]) }
    }

    @Test func hasNothingToCloseBeforeTheHandshake() throws {
        let client = try Endpoint(client: self.authority.clientContext())
        try client.session.start()
        _ = client.drain()
        client.session.close()
        #expect(client.drain().isEmpty)
        #expect(client.session.transportEnded() == .duringHandshake)
    }

    @Test func readsOnAfterItsOwnClose() throws {
        let (client, server) = try self.authority.establishedPair()
        client.session.close()
        try server.receive(client.drain())
        // RFC 8446 §6.1: closing one direction leaves the other open.
        try server.send(pattern(5000))
        server.session.close()
        try client.receive(server.drain())
        #expect(client.takePlaintext() == pattern(5000))
        #expect(client.sawClose)
    }

    @Test func ignoresWhatFollowsACloseNotify() throws {
        let (client, server) = try self.authority.establishedPair()
        server.session.close()
        try client.receive(server.drain() + pattern(300))
        try client.receive(pattern(300))
        #expect(client.takePlaintext().isEmpty)
        #expect(client.session.transportEnded() == .clean)
    }

    @Test func deliversGoodRecordsBeforeADamagedOne() throws {
        let (client, server) = try self.authority.establishedPair()
        try client.send(pattern(100))
        let good = client.drain()
        try client.send(pattern(100))
        var bad = client.drain()
        bad[bad.count - 1] ^= 1
        do {
            try server.receive(good + bad)
            Issue.record("a damaged record was accepted")
        } catch let error as TLSError {
            guard case .protocolViolation = error else {
                Issue.record("unexpected \(error)")
                return
            }
            #expect(error.blame == .peer)
        }
        #expect(server.takePlaintext() == pattern(100))
        #expect(!server.session.isEstablished)
        // The alert that says so, and the same error ever after.
        #expect(!server.drain().isEmpty)
        #expect(throws: TLSError.self) { try server.receive([]) }
        #expect(throws: TLSError.self) { try server.send([1]) }
        server.session.close()
        #expect(server.drain().isEmpty)
        #expect(server.session.transportEnded() == .truncated)
    }
}
