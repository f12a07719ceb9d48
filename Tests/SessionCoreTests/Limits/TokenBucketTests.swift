// So much a minute, in whole numbers and by a clock in the test's hands.

import SessionCore
import Testing

@Suite("TokenBucket")
struct TokenBucketTests {
    private static let second: Int64 = 1_000_000_000
    private static let minute = 60 * second

    @Test func beginsFullAndEmpties() {
        var bucket = TokenBucket(limit: 2, now: 0)
        #expect(bucket.isFull && bucket.wait(for: 1) == 0)
        bucket.take(2)
        #expect(bucket.level == 0)
        #expect(bucket.wait(for: 1) == 30 * Self.second)
        #expect(bucket.wait(for: 2) == Self.minute)
    }

    @Test(arguments: [1, 7, 60, 999, 1_000_000, 1_000_000_000_000])
    func fillsByTheLimitInAMinuteHoweverOftenLookedAt(limit: Int) {
        var often = TokenBucket(limit: limit, now: 0)
        var once = often
        often.take(limit)
        once.take(limit)
        for step in 1...Int64(997) { often.fill(now: Self.minute / 2 * step / 997) }
        once.fill(now: Self.minute / 2)
        #expect(often == once)
        #expect(once.level == limit / 2)
        once.fill(now: Self.minute)
        #expect(once.level == limit && once.isFull)
        once.fill(now: .max)
        #expect(once.level == limit)
    }

    @Test func waitIsExact() {
        for limit in [1, 3, 7, 59, 61, 30_000] {
            var bucket = TokenBucket(limit: limit, now: 5)
            bucket.take(limit)
            let wait = bucket.wait(for: 1)
            var early = bucket
            early.fill(now: 5 + wait - 1)
            bucket.fill(now: 5 + wait)
            #expect(early.level == 0 && bucket.level == 1, "limit \(limit)")
        }
    }

    @Test func aDebtIsPaidByWaiting() {
        var bucket = TokenBucket(limit: 60, now: 0)
        bucket.take(90)
        #expect(bucket.level == -30)
        #expect(bucket.wait(for: 1) == 31 * Self.second)
        bucket.fill(now: 31 * Self.second)
        #expect(bucket.level == 1)
    }

    @Test func aDebtHasABound() {
        var bucket = TokenBucket(limit: 10, now: 0)
        bucket.take(.max)
        bucket.take(.max)
        #expect(bucket.level == -600)
        bucket.take(.min)
        #expect(bucket.level == 10)
    }

    @Test func whatIsGivenBackNeverOverflowsTheBucket() {
        var bucket = TokenBucket(limit: 10, now: 0)
        bucket.take(3)
        bucket.take(-3)
        bucket.take(-3)
        #expect(bucket.level == 10)
    }

    @Test func timeNeverRunsBackwards() {
        var bucket = TokenBucket(limit: 60, now: Self.minute)
        bucket.take(60)
        bucket.fill(now: 0)
        bucket.fill(now: Self.minute)
        #expect(bucket.level == 0)
        bucket.fill(now: .min)
        bucket.fill(now: Self.minute + Self.second)
        #expect(bucket.level == 1)
    }

    @Test func aChangedLimitKeepsWhatWasUsedAndMakesNoDebt() {
        var bucket = TokenBucket(limit: 10, now: 0)
        bucket.take(10)
        bucket.change(limit: 15, now: 0)
        #expect(bucket.limit == 15 && bucket.level == 5)
        bucket.change(limit: 3, now: 0)
        #expect(bucket.limit == 3 && bucket.level == 3)
        bucket.change(limit: 3, now: Self.minute)
        #expect(bucket.level == 3)
    }

    @Test func aLimitOfZeroLetsNothingThrough() {
        for limit in [0, -5] {
            var bucket = TokenBucket(limit: limit, now: 0)
            bucket.fill(now: .max)
            #expect(bucket.level == 0 && bucket.wait(for: 1) == Self.minute)
            bucket.take(5)
            #expect(bucket.level == 0)
        }
    }
}
