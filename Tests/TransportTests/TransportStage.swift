// A stage with a transport context on its loop, and what every test wants to see at the end: nothing left over.

import EventLoop
import Logging
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

/// A loop with its transport, turned by hand.
final class TransportStage {
    let stage: Stage
    let context: TransportContext

    init(_ adjust: (inout TransportLimits) -> Void = { _ in }, resolver: Resolver? = nil) throws {
        var limits = TransportLimits()
        adjust(&limits)
        let stage = try Stage()
        self.stage = stage
        self.context = TransportContext(
            loop: stage.loop,
            resolver: try resolver ?? Resolver(threads: 1),
            limits: limits,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    var loop: EventLoop { self.stage.loop }
    var calls: FaultyCalls { self.stage.calls }
    var limits: TransportLimits { self.context.limits }

    func run(until condition: () -> Bool) -> Bool { self.stage.run(until: condition) }
    func settle() { self.stage.settle() }
    func advance(by duration: Duration) { self.stage.advance(by: duration) }

    /// A plain channel with an owner that writes everything down, and the peer at its other end.
    func channel(reading: Bool = true) throws -> (channel: Channel, owner: RecordingOwner, peer: ScriptedPeer) {
        let (descriptor, peer) = try self.stage.pair()
        return try self.own(Channel(descriptor: descriptor, tls: nil, context: self.context), peer, reading)
    }

    /// A channel that answers a TLS client.
    func secureServerChannel(
        reading: Bool = true
    ) throws -> (channel: Channel, owner: RecordingOwner, peer: ScriptedPeer) {
        let (descriptor, peer) = try self.stage.pair(tls: Trust.shared().client(), serverName: "localhost")
        let session = try TLSSession(server: Trust.shared().server, output: self.context.tlsOutput)
        return try self.own(Channel(descriptor: descriptor, tls: session, context: self.context), peer, reading)
    }

    /// A channel that shakes hands with a TLS server.
    func secureClientChannel(
        reading: Bool = true
    ) throws -> (channel: Channel, owner: RecordingOwner, peer: ScriptedPeer) {
        let (descriptor, peer) = try self.stage.pair(tls: Trust.shared().server)
        let session = try TLSSession(
            client: Trust.shared().client(),
            serverName: "localhost",
            port: 443,
            output: self.context.tlsOutput
        )
        let made = try self.own(Channel(descriptor: descriptor, tls: session, context: self.context), peer, reading)
        try made.channel.startTLS()
        return made
    }

    private func own(
        _ channel: Channel,
        _ peer: ScriptedPeer,
        _ reading: Bool
    ) throws -> (channel: Channel, owner: RecordingOwner, peer: ScriptedPeer) {
        let owner = RecordingOwner()
        channel.owner = owner
        if reading { channel.resumeReading() }
        return (channel, owner, peer)
    }

    /// Checks that no descriptor, registration, timer or block outlived what the test did.
    func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) {
        self.settle()
        #expect(self.calls.openDescriptors == [], sourceLocation: sourceLocation)
        #expect(self.loop.registrationCount == 0, sourceLocation: sourceLocation)
        #expect(self.loop.timerCount == 0, sourceLocation: sourceLocation)
        #expect(self.loop.blocks.leasedCount == 0, sourceLocation: sourceLocation)
        #expect(self.context.tlsOutput.isEmpty, sourceLocation: sourceLocation)
        #expect(self.context.staged.isEmpty, sourceLocation: sourceLocation)
    }
}

/// A certificate authority and a server that it vouches for, made once for all tests.
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

    static func shared() throws -> Trust { try self.made.get() }

    /// A context that trusts this authority alone and remembers no sessions yet.
    func client() throws -> TLSContext {
        try TLSContext(client: TLSClientConfiguration(trust: .file(self.authority.certificateFile)))
    }
}

/// Bytes that look random and are the same every time.
func noise(_ count: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededRandom(seed: seed)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count + 8)
    while bytes.count < count {
        var word = random.next()
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: word))
            word >>= 8
        }
    }
    bytes.removeLast(bytes.count - count)
    return bytes
}

/// The same bytes again and again.
func repeated(_ bytes: [UInt8], _ count: Int) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count * count)
    for _ in 0..<count { result += bytes }
    return result
}
