// RFC 6455 §5.5.2, §5.5.3: a ping is answered as soon as is practical. A leg whose handler sends on the same leg, as an
// echo does, must therefore not let the answer wait behind what the handler makes of later messages of the same read.

import EventLoop
import Logging
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

/// Sends every piece of a message back in the turn in which it came.
private final class Echo: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        leg.forward(chunk, floor: floor, in: &bytes)
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        leg.flush(in: &bytes)
    }

    func legDrained(_ leg: WebSocketLeg) {}

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {}
}

@Suite(.ownThread)
struct WebSocketLegOrderTests {
    /// What comes back, as text, when the frames arrive in one read.
    private func answers(to frames: [WireFrame], role: Role) throws -> [String] {
        let stage = try Stage()
        let (descriptor, peer) = try stage.pair()
        let context = TransportContext(
            loop: stage.loop,
            resolver: try Resolver(),
            limits: TransportLimits(),
            logger: Logger(label: "test")
        )
        let channel = try Channel(descriptor: descriptor, tls: nil, context: context)
        let leg = WebSocketLeg(channel: channel, role: role, limits: WebSocketLimits())
        let echo = Echo()
        leg.handler = echo
        peer.say(frames.flatMap { role == .server ? $0.masked : $0.unmasked })
        leg.start()
        var answers: [String] = []
        let isComplete = stage.run {
            while let frame = peer.takeFrame() {
                answers.append(frame.text)
            }
            return answers.count >= frames.count
        }
        #expect(isComplete)
        leg.drop()
        return answers
    }

    @Test(arguments: [Role.server, .client])
    func pongComesBeforeTheEchoOfALaterMessage(_ role: Role) throws {
        let frames: [WireFrame] = [.ping(Array("a".utf8)), .text("b"), .ping(Array("c".utf8)), .text("d")]
        #expect(try self.answers(to: frames, role: role) == ["a", "b", "c", "d"])
    }

    /// RFC 6455 §5.4: control frames may come in the middle of a fragmented message, and are answered there.
    @Test(arguments: [Role.server, .client])
    func pongComesBetweenTheFragmentsOfTheEcho(_ role: Role) throws {
        let frames: [WireFrame] = [
            .text("a", isFinal: false), .ping(Array("b".utf8)), .continuation(Array("c".utf8), isFinal: false),
            .ping(Array("d".utf8)), .continuation(Array("e".utf8)),
        ]
        #expect(try self.answers(to: frames, role: role) == ["a", "b", "c", "d", "e"])
    }
}
