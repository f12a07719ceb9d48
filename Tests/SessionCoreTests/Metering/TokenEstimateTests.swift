// Rules of thumb (protocol: realtime §7).

import SessionCore
import Testing

@Suite("TokenEstimate")
struct TokenEstimateTests {
    @Test func text() {
        #expect([0, 1, 4, 5, 400].map(TokenEstimate.text) == [0, 1, 1, 2, 100])
    }

    @Test func audio() {
        // One second of 24 kHz PCM is 48,000 bytes, 64,000 characters of base64.
        #expect(TokenEstimate.milliseconds(base64Bytes: 64_000) == 1_000)
        #expect(TokenEstimate.audioIn(base64Bytes: 64_000) == 10)
        #expect(TokenEstimate.audioOut(base64Bytes: 64_000) == 20)
        #expect(TokenEstimate.audioIn(base64Bytes: 64_001) == 11)
        // G.711 has 8,000 bytes to the second.
        #expect(TokenEstimate.audioOut(base64Bytes: 32_000, bytesPerSecond: 8_000) == 60)
        #expect(TokenEstimate.audioIn(milliseconds: 101) == 2 && TokenEstimate.audioOut(milliseconds: 101) == 3)
    }

    @Test func neverTraps() {
        for count in [Int.min, -1, 0, .max] {
            #expect(TokenEstimate.text(bytes: count) >= 0)
            #expect(TokenEstimate.audioIn(base64Bytes: count, bytesPerSecond: 0) >= 0)
            #expect(TokenEstimate.audioOut(base64Bytes: count, bytesPerSecond: .max) >= 0)
        }
    }
}
