// Messages of Gemini Live that pass are looked at when they are whole, in one piece or in many (protocol: realtime §14).

import Dialects
import RealtimeTranslation
import Testing
import WebSocketFraming

@testable import Relay

@Suite("LiveTap")
struct LiveTapTests {
    private static let end = Array(
        #"{"serverContent":{"turnComplete":true},"usageMetadata":{"promptTokenCount":5}}"#.utf8
    )

    private func look(_ tap: LiveTap, _ message: [UInt8], piece: Int) -> [Int?] {
        var found: [Int?] = []
        var start = 0
        while start < message.count {
            let stop = min(message.count, start + piece)
            let chunk = MessageChunk(
                kind: .binary,
                isFirst: start == 0,
                isLast: stop == message.count,
                payload: start..<stop
            )
            if let look = tap.look(chunk, in: message.span) { found.append(look.usage?.inputText) }
            start = stop
        }
        return found
    }

    @Test("however a message is cut, it is seen once", arguments: [1, 7, 50, 10_000])
    func cut(_ piece: Int) {
        let tap = LiveTap(setupBytes: 0)
        #expect(self.look(tap, Self.end, piece: piece) == [5])
        #expect(self.look(tap, Self.end, piece: piece) == [5])
    }

    @Test("a message of more pieces than are kept says nothing, and the next one is seen")
    func large() {
        let tap = LiveTap(setupBytes: 0)
        let large = Self.end + [UInt8](repeating: 0x20, count: EventTap.keptBytes)
        #expect(self.look(tap, large, piece: 65_536) == [nil])
        #expect(self.look(tap, Self.end, piece: 3) == [5])
    }

    @Test("what a client asks in pieces is seen when it is whole")
    func asks() {
        let tap = LiveTap(setupBytes: 0)
        let message = Array(#"{"clientContent":{"turnComplete":true}}"#.utf8)
        let first = MessageChunk(kind: .text, isFirst: true, isLast: false, payload: 0..<9)
        let last = MessageChunk(kind: .text, isFirst: false, isLast: true, payload: 9..<message.count)
        #expect(tap.ask(first, in: message.span) == nil)
        #expect(tap.ask(last, in: message.span)?.asksForTurn == true)
    }
}
