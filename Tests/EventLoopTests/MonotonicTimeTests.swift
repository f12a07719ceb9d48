import EventLoop
import Testing

@Suite("Monotonic time")
struct MonotonicTimeTests {
    @Test("moves by durations")
    func arithmetic() {
        let start = MonotonicTime(nanoseconds: 1_000)
        #expect(start + .microseconds(2) == MonotonicTime(nanoseconds: 3_000))
        #expect(start + .nanoseconds(-1) < start)
        #expect((start + .seconds(5)) - start == .seconds(5))
        #expect(start - (start + .milliseconds(1)) == .milliseconds(-1))
    }

    @Test("saturates instead of overflowing")
    func saturation() {
        #expect(MonotonicTime.distantFuture + .seconds(1) == .distantFuture)
        #expect(MonotonicTime(nanoseconds: 0) + .seconds(Int64.max) == .distantFuture)
        let past = MonotonicTime(nanoseconds: .min)
        #expect(past + .seconds(-1) == past)
        #expect(past + .seconds(Int64.min) == past)
        #expect(MonotonicTime.distantFuture - past == .nanoseconds(Int64.max))
        #expect(past - MonotonicTime.distantFuture == .nanoseconds(Int64.min))
        #expect(Duration.seconds(Int64.min).saturatedNanoseconds == .min)
        #expect(Duration.nanoseconds(-7).saturatedNanoseconds == -7)
    }

    @Test("the clock never goes back")
    func clock() {
        var last = MonotonicTime.now()
        for _ in 0..<1_000 {
            let next = MonotonicTime.now()
            #expect(next >= last)
            last = next
        }
        #expect(last < .distantFuture)
    }
}
