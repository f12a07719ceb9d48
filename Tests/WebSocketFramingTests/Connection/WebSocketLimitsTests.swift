// The defaults are part of what the outside sees.

import Testing
import WebSocketFraming

struct WebSocketLimitsTests {
    @Test func defaults() {
        let limits = WebSocketLimits()
        #expect(limits.messageBytes == 16 << 20)
        #expect(limits.heldFrameBytes == 64 << 10)
        #expect(limits.fragments == 131_072)
        #expect(limits.pendingPongs == 16)
        #expect(limits.controlFramesPerWindow == 20_000)
    }

    @Test func copiesAreValues() {
        let limits = WebSocketLimits()
        var copy = limits
        #expect(copy == limits)
        copy.fragments = 1
        #expect(copy.fragments == 1 && limits.fragments == 131_072)
        #expect(copy != limits)
        copy.fragments = 131_072
        #expect(copy == limits)
    }

    /// Connections count in 32 bits.
    @Test func staysWithinItsBits() {
        #expect(WebSocketLimits(messageBytes: .max).messageBytes == Int(UInt32.max))
        #expect(WebSocketLimits(messageBytes: -1).messageBytes == 0)
    }
}
