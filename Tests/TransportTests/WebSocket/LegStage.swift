// A leg with a handler that writes everything down, and the peer at its other end.

import EventLoop
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

/// A leg on a stage.
final class LegStage {
    let transport: TransportStage
    let leg: WebSocketLeg
    let handler = RecordingLegHandler()
    let peer: ScriptedPeer
    let role: Role

    init(
        _ role: Role,
        isSecure: Bool = false,
        limits: WebSocketLimits = WebSocketLimits(),
        deflate: DeflateParameters? = nil,
        _ adjust: (inout TransportLimits) -> Void = { _ in }
    ) throws {
        let transport = try TransportStage(adjust)
        self.transport = transport
        self.role = role
        let made = try isSecure ? transport.secureServerChannel(reading: false) : transport.channel(reading: false)
        self.peer = made.peer
        if isSecure {
            made.channel.resumeReading()
            #expect(transport.run { made.owner.securings == 1 && made.peer.isSecured })
            made.channel.pauseReading()
        }
        self.leg = WebSocketLeg(channel: made.channel, role: role, limits: limits, deflate: deflate)
        self.leg.handler = self.handler
    }

    func run(until condition: () -> Bool) -> Bool { self.transport.run(until: condition) }
    func settle() { self.transport.settle() }
    func advance(by duration: Duration) { self.transport.advance(by: duration) }

    /// Says frames as the leg's peer must: masked to a server, bare to a client (RFC 6455 §5.1).
    func say(_ frames: WireFrame...) {
        self.peer.say(frames.flatMap { self.bytes($0) })
    }

    func bytes(_ frame: WireFrame) -> [UInt8] {
        self.role == .server ? frame.masked : frame.unmasked
    }

    /// The next frame that the peer hears; its masking is checked on the way.
    func frame() -> WireFrame? {
        var frame: WireFrame?
        _ = self.run {
            frame = frame ?? self.peer.takeFrame()
            return frame != nil || self.peer.end != nil
        }
        frame = frame ?? self.peer.takeFrame()
        if let frame { #expect(frame.isMasked == (self.role == .client)) }
        return frame
    }

    /// Makes the handler send every piece back in the turn in which it came.
    func echo() {
        self.handler.onChunk = { leg, chunk, floor, bytes in leg.forward(chunk, floor: floor, in: &bytes) }
        self.handler.onTurn = { leg, bytes in leg.flush(in: &bytes) }
    }

    /// Lets both ends go, and checks that nothing is left.
    func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) {
        self.peer.cut()
        self.leg.drop()
        _ = self.run { self.transport.loop.registrationCount == 0 }
        self.transport.expectNothingLeft(sourceLocation: sourceLocation)
    }
}

/// A frame's payload and opcode, for comparing what came back whatever its masking.
func plain(_ frame: WireFrame?) -> WireFrame? {
    var frame = frame
    frame?.isMasked = false
    return frame
}
