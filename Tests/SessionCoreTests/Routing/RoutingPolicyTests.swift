// Times of the policy as the numbers that routing counts with.

import Testing

@testable import SessionCore

@Suite("RoutingPolicy")
struct RoutingPolicyTests {
    @Test("durations are counted as far as they can be")
    func durations() {
        #expect(Duration.milliseconds(250).countedNanoseconds == 250_000_000)
        #expect(Duration.seconds(-1).countedNanoseconds == 0)
        #expect(Duration.seconds(Int64.max).countedNanoseconds == .max)
    }

    @Test("nothing is later than the last moment")
    func later() {
        #expect(Int64(1).later(by: 2) == 3)
        #expect(Int64.max.later(by: 1) == .max)
    }
}
