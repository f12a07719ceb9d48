// Endpoint.swift: a TLSSession with its output and everything it has given, driven by hand.

import Testing

@testable import OpenSSLTLS

/// One of our sessions as a test sees it.
final class Endpoint {
    let session: TLSSession
    let output: TLSOutput
    private(set) var plaintext: [UInt8] = []
    private(set) var handshakes = 0
    private(set) var sawClose = false
    /// Bytes offered to `receive` at once as room for plaintext.
    var plaintextRoom = 192 * 1024

    init(client context: TLSContext, serverName: String = "localhost", port: Int = 443) throws {
        self.output = TLSOutput()
        self.session = try TLSSession(client: context, serverName: serverName, port: port, output: self.output)
    }

    init(server context: TLSContext) throws {
        self.output = TLSOutput()
        self.session = try TLSSession(server: context, output: self.output)
    }

    /// Takes the ciphertext that waits in the output.
    func drain() -> [UInt8] {
        let bytes = unsafe self.output.withBytes { unsafe Array($0) }
        self.output.removeAll()
        return bytes
    }

    /// Hands over wire bytes and calls again for as long as the session asks for it.
    func receive(_ wire: [UInt8]) throws {
        var block = [UInt8](repeating: 0, count: self.plaintextRoom)
        var offset = 0
        var calls = 0
        while true {
            let progress = try unsafe wire[offset...].withUnsafeBytes { input in
                try unsafe block.withUnsafeMutableBytes { try unsafe self.session.receive(input, into: $0) }
            }
            offset += progress.wireConsumed
            self.plaintext.append(contentsOf: block.prefix(progress.plaintextCount))
            if progress.handshakeCompleted { self.handshakes += 1 }
            if progress.peerClosed { self.sawClose = true }
            guard progress.mayHaveMore else { break }
            calls += 1
            // Each call but the last must have moved something, or the caller's loop would spin.
            try #require(calls <= wire.count + 2 * 1024 * 1024 / self.plaintextRoom + 2)
        }
        #expect(offset == wire.count)
    }

    /// Hands over wire bytes in pieces of `size`.
    func receive(_ wire: [UInt8], inPiecesOf size: Int) throws {
        for start in stride(from: 0, to: wire.count, by: size) {
            try self.receive(Array(wire[start..<min(start + size, wire.count)]))
        }
    }

    func send(_ plaintext: [UInt8]) throws {
        try unsafe plaintext.withUnsafeBytes { try unsafe self.session.send($0) }
    }

    func takePlaintext() -> [UInt8] {
        defer { self.plaintext = [] }
        return self.plaintext
    }
}

/// Moves bytes both ways, in pieces, until neither side has anything to say.
func exchange(_ left: Endpoint, _ right: Endpoint, inPiecesOf size: Int = .max / 2) throws {
    for _ in 0..<20 {
        let toRight = left.drain()
        try right.receive(toRight, inPiecesOf: size)
        let toLeft = right.drain()
        try left.receive(toLeft, inPiecesOf: size)
        if toRight.isEmpty, toLeft.isEmpty { return }
    }
    Issue.record("the two sides never fall silent")
}

/// The same between one of ours and OpenSSL's own.
func exchange(_ ours: Endpoint, _ peer: OpenSSLPeer, inPiecesOf size: Int = .max / 2) throws {
    for _ in 0..<20 {
        let toPeer = ours.drain()
        peer.feed(toPeer)
        peer.handshake()
        let toOurs = peer.drain()
        try ours.receive(toOurs, inPiecesOf: size)
        if toPeer.isEmpty, toOurs.isEmpty { return }
    }
    Issue.record("the two sides never fall silent")
}

/// Bytes that no compressor and no off-by-one can hide in.
func pattern(_ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: ($0 &* 2_654_435_761) >> 13) }
}
