import SessionCore
import Testing

@Suite
struct OwnTimeTests {
    @Test
    func onlyWhatRunsCounts() {
        var time = OwnTime(now: 1_000_000)
        time.stop(now: 1_500_000)
        time.stop(now: 9_000_000)
        time.start(now: 10_000_000)
        time.start(now: 10_100_000)
        #expect(time.microseconds(now: 10_250_000) == 750)
        time.stop(now: 10_250_000)
        #expect(time.microseconds(now: 99_000_000) == 750)
    }

    @Test
    func aClockThatStepsBackCountsNothing() {
        var time = OwnTime(now: .max)
        time.stop(now: .min)
        #expect(time.microseconds(now: 0) == 0)
    }
}
