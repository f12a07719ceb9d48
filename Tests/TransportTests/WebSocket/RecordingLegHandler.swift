// A leg's handler that puts messages together and writes down what else it is told.

import TestSupport
import WebSocketFraming

@testable import Transport

/// Records everything a leg tells it.
final class RecordingLegHandler: WebSocketLegHandler {
    /// Whole messages, as frames.
    private(set) var messages: [WireFrame] = []
    private(set) var chunks: [MessageChunk] = []
    private(set) var ends: [LegEnd] = []
    private(set) var drains = 0
    private(set) var pongs: [[UInt8]] = []
    private(set) var turns = 0
    private var unfinished: [UInt8] = []
    /// Called with every piece, after it was noted.
    var onChunk: (WebSocketLeg, MessageChunk, Int, inout MutableSpan<UInt8>) -> Void = { _, _, _, _ in }
    var onTurn: (WebSocketLeg, inout MutableSpan<UInt8>) -> Void = { _, _ in }
    var onEnd: (WebSocketLeg, LegEnd) -> Void = { _, _ in }
    var onDrain: (WebSocketLeg) -> Void = { _ in }

    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        self.chunks.append(chunk)
        for index in chunk.payload {
            self.unfinished.append(bytes[index])
        }
        if chunk.isLast {
            self.messages.append(WireFrame(chunk.kind.opcode.rawValue, self.unfinished))
            self.unfinished = []
        }
        self.onChunk(leg, chunk, floor, &bytes)
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        self.turns += 1
        self.onTurn(leg, &bytes)
    }

    func legDrained(_ leg: WebSocketLeg) {
        self.drains += 1
        self.onDrain(leg)
    }

    func legReceivedPong(_ leg: WebSocketLeg, payload: Span<UInt8>) {
        self.pongs.append(payload.indices.map { payload[$0] })
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        self.ends.append(end)
        self.onEnd(leg, end)
    }
}
