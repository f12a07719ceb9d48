// Two of our sessions back to back: handshake and data at every cut of the wire (RFC 8446 §4, §5; robustness F10-F12).

import TestSupport
import Testing

@testable import OpenSSLTLS

struct TLSSessionTests {
    private let authority: CertificateAuthority

    init() throws {
        self.authority = try CertificateAuthority()
    }

    @Test(arguments: [1, 2, 5, 100, Int.max / 2])
    func shakesHandsWhateverThePieces(size: Int) throws {
        let client = try Endpoint(client: self.authority.clientContext())
        let server = try Endpoint(server: self.authority.serverContext())
        #expect(!client.session.isEstablished)
        #expect(client.session.transportEnded() == .duringHandshake)
        try client.session.start()
        try exchange(client, server, inPiecesOf: size)
        for side in [client, server] {
            #expect(side.session.isEstablished)
            #expect(side.handshakes == 1)
            #expect(side.session.protocolVersion == "TLSv1.3")
            #expect(side.session.negotiatedApplicationProtocol == "http/1.1")
            #expect(!side.session.wasResumed)
            #expect(side.session.transportEnded() == .truncated)
        }
    }

    @Test(arguments: [0, 1, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 1024 * 1024])
    func carriesPayloadsBothWays(count: Int) throws {
        let (client, server) = try self.authority.establishedPair()
        let payload = pattern(count)
        try client.send(payload)
        try server.send(payload.reversed())
        try exchange(client, server)
        #expect(server.takePlaintext() == payload)
        #expect(client.takePlaintext() == payload.reversed())
    }

    @Test func carriesRecordsByteByByte() throws {
        let (client, server) = try self.authority.establishedPair()
        let payload = pattern(16 * 1024 + 100)
        try client.send(payload)
        try exchange(client, server, inPiecesOf: 1)
        #expect(server.takePlaintext() == payload)
    }

    @Test func carriesRecordsCutAtEveryPlace() throws {
        let (client, server) = try self.authority.establishedPair()
        let payload = pattern(60)
        var cut = 0
        while true {
            try client.send(payload)
            try client.send(payload)
            let wire = client.drain()
            guard cut <= wire.count else { break }
            try server.receive(Array(wire[..<cut]))
            try server.receive(Array(wire[cut...]))
            try #require(server.takePlaintext() == payload + payload)
            cut += 1
        }
        #expect(cut > 2 * payload.count)
    }

    @Test(arguments: [1, 1000, 16 * 1024, 20 * 1024])
    func deliversARecordInSlices(room: Int) throws {
        let (client, server) = try self.authority.establishedPair()
        let payload = pattern(40 * 1024)
        try client.send(payload)
        server.plaintextRoom = room
        try exchange(client, server)
        #expect(server.takePlaintext() == payload)
    }

    @Test func tellsHowMuchItTookWhenThePlaintextIsFull() throws {
        let (client, server) = try self.authority.establishedPair()
        try client.send(pattern(16 * 1024))
        try client.send(pattern(10))
        let wire = client.drain()
        var block = [UInt8](repeating: 0, count: 16 * 1024)
        let first = try unsafe wire.withUnsafeBytes { input in
            try unsafe block.withUnsafeMutableBytes { try unsafe server.session.receive(input, into: $0) }
        }
        #expect(first.plaintextCount == 16 * 1024)
        #expect(first.wireConsumed < wire.count)
        #expect(first.mayHaveMore)
        let second = try unsafe wire[first.wireConsumed...].withUnsafeBytes { input in
            try unsafe block.withUnsafeMutableBytes { try unsafe server.session.receive(input, into: $0) }
        }
        #expect(second.plaintextCount == 10)
        #expect(first.wireConsumed + second.wireConsumed == wire.count)
        #expect(!second.mayHaveMore)
    }

    @Test func asksForNoFurtherCallWhenThePlaintextFitsExactly() throws {
        let (client, server) = try self.authority.establishedPair()
        try client.send(pattern(100))
        let wire = client.drain()
        var block = [UInt8](repeating: 0, count: 100)
        let progress = try unsafe wire.withUnsafeBytes { input in
            try unsafe block.withUnsafeMutableBytes { try unsafe server.session.receive(input, into: $0) }
        }
        #expect(progress.plaintextCount == 100)
        #expect(!progress.mayHaveMore)
    }

    @Test func takesNothingWhenTheOutputIsFull() throws {
        let (client, server) = try self.authority.establishedPair()
        let payload = pattern(1024 * 1024)
        var accepted = 0
        #expect(throws: TLSError.outputFull) {
            for _ in 0..<5 {
                try client.send(payload)
                accepted += 1
            }
        }
        #expect(accepted == 3)
        // The session is none the worse for it.
        try exchange(client, server)
        try client.send(payload)
        try exchange(client, server)
        #expect(server.takePlaintext() == payload + payload + payload + payload)
    }

    @Test func refusesDataBeforeTheHandshake() throws {
        let client = try Endpoint(client: self.authority.clientContext())
        #expect(throws: TLSError.internalError("data was sent before the handshake was done")) {
            try client.send([1])
        }
    }

    @Test func refusesAContextOfTheOtherSide() throws {
        let client = try self.authority.clientContext()
        let server = try self.authority.serverContext()
        #expect(throws: TLSError.self) { _ = try Endpoint(client: server) }
        #expect(throws: TLSError.self) { _ = try Endpoint(server: client) }
    }

    @Test func sharesOneOutputAmongSessions() throws {
        let output = TLSOutput()
        let context = try self.authority.clientContext()
        let first = try TLSSession(client: context, serverName: "localhost", port: 1, output: output)
        let second = try TLSSession(client: context, serverName: "localhost", port: 2, output: output)
        try first.start()
        let hello = unsafe output.withBytes { unsafe Array($0) }
        output.removeAll()
        try second.start()
        #expect(hello.first == 0x16)
        #expect(unsafe output.withBytes { unsafe $0.first } == 0x16)
        #expect(unsafe output.withBytes { unsafe Array($0) } != hello)
    }
}
