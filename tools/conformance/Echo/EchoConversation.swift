// The echo itself: what comes in on a leg goes out on it in the same turn, piece by piece and in place. It uses
// nothing but what the relay uses to pass a message from one leg to another.

import EventLoop
import Transport
import WebSocketFraming

/// Echoes the messages of one leg until it ends.
///
/// Loop-bound.
final class EchoConversation: WebSocketLegHandler {
    private let leg: WebSocketLeg
    private let onEnd: (EchoConversation) -> Void

    init(_ leg: WebSocketLeg, onEnd: @escaping (EchoConversation) -> Void) {
        self.leg = leg
        self.onEnd = onEnd
    }

    func start() {
        self.leg.handler = self
        self.leg.start()
    }

    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        leg.forward(chunk, floor: floor, in: &bytes)
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        leg.flush(in: &bytes)
        if leg.isCongested {
            leg.pauseReading()
        }
    }

    func legDrained(_ leg: WebSocketLeg) {
        leg.resumeReading()
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        self.onEnd(self)
    }
}
