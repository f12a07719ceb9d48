// What a leg does not hold against its peer: silence while we did not listen, and whatever comes after our own Close
// (RFC 6455 §1.4, §5.5.1).

import EventLoop
import Logging
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

/// Remembers how the leg ended.
private final class Witness: WebSocketLegHandler {
    var end: LegEnd?

    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {}

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {}

    func legDrained(_ leg: WebSocketLeg) {}

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        self.end = end
    }
}

/// Lets a leg be read again in the middle of a turn, as a drained other side does.
private final class Resumption: TimerHandler {
    private let leg: WebSocketLeg

    init(_ leg: WebSocketLeg) {
        self.leg = leg
    }

    func timerFired(tag: Int) {
        self.leg.resumeReading()
    }
}

@Suite(.ownThread)
struct WebSocketLegSilenceTests {
    private let stage: Stage
    private let peer: ScriptedPeer
    private let leg: WebSocketLeg
    private let witness = Witness()

    init() throws {
        self.stage = try Stage()
        let (descriptor, peer) = try self.stage.pair()
        self.peer = peer
        let context = TransportContext(
            loop: self.stage.loop,
            resolver: try Resolver(),
            limits: TransportLimits(),
            logger: Logger(label: "test")
        )
        self.leg = WebSocketLeg(
            channel: try Channel(descriptor: descriptor, tls: nil, context: context),
            role: .server,
            limits: WebSocketLimits(),
            deflate: DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true)
        )
        self.leg.handler = self.witness
        self.leg.start()
    }

    @Test func aPeerThatWasNotListenedToIsNotSilent() {
        self.leg.pauseReading()
        for _ in 0..<2 {
            self.stage.advance(by: .seconds(20))
        }
        // Due just before the leg's own timer, in the same turn.
        let resumption = Resumption(self.leg)
        self.stage.loop.schedule(at: self.stage.loop.now + .seconds(19), resumption)
        self.stage.advance(by: .seconds(21))
        #expect(self.witness.end == nil)
        #expect(self.leg.isOpen)
        self.leg.drop()
    }

    @Test func aPeerThatIsListenedToAndSaysNothingIsSilent() {
        self.peer.isReading = false
        for _ in 0..<3 {
            self.stage.advance(by: .seconds(20) + .milliseconds(1))
        }
        #expect(self.witness.end == .silent)
    }

    @Test func compressedMessagesAfterOurCloseAreNotInflated() throws {
        self.leg.close(code: .normal, reason: "")
        #expect(self.stage.run { self.peer.takeFrame()?.closeCode == 1000 })
        // RSV1 and a block type that does not exist: inflating it would fail the connection.
        self.peer.say(WireFrame(1, [0x07, 0xFF, 0xFF], reserved: 4).masked)
        self.stage.settle()
        #expect(self.peer.end == nil)
        self.peer.say(WireFrame.close(1000).masked)
        #expect(self.stage.run { self.peer.end == .closed })
    }
}
