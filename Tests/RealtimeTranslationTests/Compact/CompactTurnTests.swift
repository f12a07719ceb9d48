import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("One answer in the compact vocabulary")
struct CompactTurnTests {
    @Test("parts are counted; of too many the oldest has to end")
    func blocks() {
        var turn = CompactTurn()
        for number in 0..<CompactLimits.blocks {
            let made = turn.open(nil, "i\(number)", 0)
            #expect(made.opened.index == number)
            #expect(made.ended == nil)
        }
        let more = turn.open(nil, "more", 0)
        #expect(more.ended?.index == 0)
        #expect(turn.blocks.count == CompactLimits.blocks)
        #expect(turn.block("i0", 0) == nil)
    }

    @Test("text is kept up to a bound, and none of it beyond")
    func text() {
        var turn = CompactTurn()
        turn.keep(String(repeating: "x", count: CompactLimits.messageBytes))
        #expect(turn.text?.utf8.count == CompactLimits.messageBytes)
        turn.keep("y")
        #expect(turn.text == nil)
        turn.keep("z")
        #expect(turn.text == nil)
    }

    @Test("calls are kept up to a bound")
    func calls() {
        var turn = CompactTurn()
        let call = CompactBlock.Call(id: "c", name: "f")
        for _ in 0..<CompactLimits.toolCalls { #expect(self.keeps(call, "{}", &turn)) }
        #expect(!self.keeps(call, "{}", &turn))
        var other = CompactTurn()
        #expect(!self.keeps(call, String(repeating: "x", count: CompactLimits.messageBytes), &other))
    }

    private func keeps(_ call: CompactBlock.Call, _ arguments: String, _ turn: inout CompactTurn) -> Bool {
        turn.keep(call, arguments: arguments)
    }

    @Test("an answer without an id, or an event without one, is this answer's")
    func concerns() {
        var turn = CompactTurn()
        #expect(!turn.concerns("r"))
        turn.begin("r")
        #expect(turn.concerns("r") && turn.concerns(nil) && !turn.concerns("s"))
        turn.begin(nil)
        #expect(turn.concerns("s"))
    }
}
