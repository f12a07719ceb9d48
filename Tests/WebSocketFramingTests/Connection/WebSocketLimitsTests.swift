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
}
