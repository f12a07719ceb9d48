// Which pongs are told of, and what (RFC 6455 §5.5.3).

import Testing

@testable import RTCatCore

@Suite("AwaitedPongs")
struct AwaitedPongsTests {
    private let hello = Array("hello".utf8)

    @Test("a pong is told with its payload and how long it took")
    func answered() {
        var pongs = AwaitedPongs()
        pongs.sent(self.hello, now: 1_000_000)
        #expect(pongs.received(self.hello, now: 4_250_000) == "pong hello after 3.2 ms")
        #expect(pongs.received(self.hello, now: 5_000_000) == "pong hello, unasked")
    }

    @Test("an empty pong is told only after an empty ping that was typed")
    func empty() {
        var pongs = AwaitedPongs()
        #expect(pongs.received([], now: 1) == nil)
        pongs.sent([], now: 0)
        #expect(pongs.received([], now: 100_000) == "pong after 0.1 ms")
        #expect(pongs.received([], now: 1) == nil)
    }

    @Test("a pong answers the pings before its own as well")
    func latestOnly() {
        var pongs = AwaitedPongs()
        for text in ["a", "b", "c"] { pongs.sent(Array(text.utf8), now: 0) }
        #expect(pongs.received(Array("b".utf8), now: 0) == "pong b after 0.0 ms")
        #expect(pongs.received(Array("a".utf8), now: 0) == "pong a, unasked")
        #expect(pongs.received(Array("c".utf8), now: 0) == "pong c after 0.0 ms")
    }

    @Test("a peer's control characters are shown, not obeyed")
    func hostile() {
        var pongs = AwaitedPongs()
        #expect(pongs.received([0x1B, 0x5B, 0x4A, 0xFF], now: 0) == "pong ␛[J\u{FFFD}, unasked")
    }

    @Test("unanswered pings are forgotten beyond the limit, the oldest first")
    func bounded() {
        var pongs = AwaitedPongs()
        for index in 0...AwaitedPongs.limit { pongs.sent([UInt8(0x30 + index)], now: 0) }
        #expect(pongs.received([0x30], now: 0) == "pong 0, unasked")
        #expect(pongs.received([0x31], now: 0) == "pong 1 after 0.0 ms")
    }

    @Test("a clock that went backwards is no trap")
    func clock() {
        var pongs = AwaitedPongs()
        pongs.sent([], now: .max)
        #expect(pongs.received([], now: .min) != nil)
    }
}
