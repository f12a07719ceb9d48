// robustness §2, assumed defaults.

import HTTPFraming
import Testing

@Suite struct HTTPLimitsTests {
    @Test func hasThePublishedDefaults() {
        let limits = HTTPLimits()
        #expect(limits.headBytes == 16_384)
        #expect(limits.fieldCount == 100)
        #expect(limits.targetBytes == 8_192)
        #expect(limits.bodyBytes == 33_554_432)
        #expect(limits.underscoredNames == .drop)
    }

    @Test("An event stream may go on for ever, its head may not")
    func boundsResponsesButTheirBodies() {
        var limits = HTTPLimits.response
        #expect(limits.bodyBytes == .max)
        limits.bodyBytes = HTTPLimits().bodyBytes
        #expect(limits == HTTPLimits())
    }
}
