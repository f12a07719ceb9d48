// One response while it is under way (protocol: realtime §7).

import Testing

@testable import SessionCore

@Suite("Turn")
struct TurnTests {
    private func turn(input: TokenCounts = TokenCounts()) -> Turn {
        Turn(id: "r", isNamed: true, startedAt: 5, permit: nil, input: input)
    }

    @Test("the first delta is the first byte; text and audio are counted apart")
    func deltas() {
        var turn = self.turn()
        #expect(turn.firstByteAt == nil && turn.estimate.isEmpty)
        turn.take(.text, bytes: 8, now: 7)
        turn.take(.audio, bytes: 6_400, now: 9)
        #expect(turn.firstByteAt == 7)
        // 6,400 characters of base64 are 100 ms: two tokens of 50 ms.
        #expect(turn.estimate.outputText == 2 && turn.estimate.outputAudio == 2)
    }

    @Test("what it took in is part of the estimate, and no count makes it trap")
    func bounds() {
        var input = TokenCounts()
        input.inputText = 3
        var turn = self.turn(input: input)
        turn.take(.text, bytes: .max, now: 0)
        turn.take(.text, bytes: .max, now: 0)
        turn.take(.audio, bytes: .min, now: 0)
        #expect(turn.estimate.inputText == 3 && turn.estimate.outputText > 0 && turn.estimate.outputAudio == 0)
    }
}
