// `x-ratelimit-*` as official clients read it (protocol: http §1.6).

import Testing

@testable import SessionCore

@Suite("RateStatus")
struct RateStatusTests {
    @Test(
        "durations look as Go writes them",
        arguments: [
            (0, "0s"), (-4, "0s"), (12, "12ms"), (999, "999ms"), (1_000, "1s"), (1_500, "1.5s"), (1_050, "1.05s"),
            (59_999, "59.999s"), (60_000, "1m0s"), (360_000, "6m0s"), (61_200, "1m1.2s"), (3_600_000, "1h0m0s"),
            (5_025_010, "1h23m45.01s"),
        ]
    )
    func durations(milliseconds: Int, text: String) {
        #expect(RateStatus.goDuration(milliseconds: milliseconds) == text)
    }

    @Test func tellsOnlyWhatIsLimited() {
        let status = RateStatus(tokens: RateStatus.Window(limit: 100, remaining: 40, resetMilliseconds: 36_000))
        #expect(
            status.fields.map { "\($0.name): \($0.value)" } == [
                "x-ratelimit-limit-tokens: 100", "x-ratelimit-remaining-tokens: 40", "x-ratelimit-reset-tokens: 36s",
            ]
        )
        #expect(RateStatus().fields.isEmpty)
    }

    @Test func theTightestOfAllCounts() {
        var status = RateStatus()
        var small = TokenBucket(limit: 3, now: 0)
        var large = TokenBucket(limit: 100, now: 0)
        small.take(1)
        large.take(99)
        status.include(requests: small, tokens: nil)
        status.include(requests: large, tokens: small)
        status.include(requests: nil, tokens: nil)
        #expect(status.requests == .init(limit: 100, remaining: 1, resetMilliseconds: 59_400))
        #expect(status.tokens == .init(limit: 3, remaining: 2, resetMilliseconds: 20_000))
    }

    @Test func aDebtIsNothingLeft() {
        var bucket = TokenBucket(limit: 60, now: 0)
        bucket.take(90)
        #expect(RateStatus.Window(bucket) == .init(limit: 60, remaining: 0, resetMilliseconds: 90_000))
    }
}
