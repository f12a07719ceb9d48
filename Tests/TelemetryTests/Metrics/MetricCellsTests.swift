import Dispatch
import Telemetry
import Testing

@Suite
struct MetricCellsTests {
    /// Threads share shards when there are more of them than shards; nothing may be lost then.
    @Test
    func manyThreadsLoseNothing() {
        let counter = CounterCell()
        let histogram = HistogramCell(bounds: [1, 2], decimals: 0)
        DispatchQueue.concurrentPerform(iterations: 16) { thread in
            for _ in 0..<1_000 {
                counter.increment(by: 2)
                histogram.record(Int64(thread % 4))
            }
        }
        #expect(counter.value == 32_000)
        #expect(histogram.value.buckets == [8_000, 4_000, 4_000])
        #expect(histogram.value.sum == 16_000 / 4 * 6)
    }

    @Test
    func countersOnlyGrow() {
        let counter = CounterCell()
        counter.increment(by: 5)
        counter.increment(by: -3)
        counter.increment(by: 0)
        #expect(counter.value == 5)
        counter.reset()
        #expect(counter.value == 0)
    }

    @Test
    func gaugesAreSetRaisedAndLowered() {
        let gauge = GaugeCell(decimals: 3)
        gauge.set(Int64(2))
        gauge.increment(by: 0.5)
        gauge.decrement(by: 1)
        #expect(gauge.value == 1_500)
        gauge.set(0.001)
        #expect(gauge.value == 1)
    }

    @Test
    func numbersThatDoNotFitAreClamped() {
        let gauge = GaugeCell(decimals: 9)
        gauge.set(Int64.max)
        #expect(gauge.value == .max)
        gauge.set(-Double.infinity)
        #expect(gauge.value == .min)
        gauge.set(Double.nan)
        #expect(gauge.value == 0)
        let histogram = HistogramCell(bounds: [10], decimals: 9)
        histogram.record(Int64.max)
        histogram.record(Double.nan)
        #expect(histogram.value.buckets == [0, 1])
    }

    @Test
    func aValueOnABoundBelongsToItsBucket() {
        let histogram = HistogramCell(bounds: [10, 20], decimals: 0)
        for value in [0, 10, 11, 20, 21] as [Int64] { histogram.recordNanoseconds(value) }
        #expect(histogram.value.buckets == [2, 2, 1])
    }
}
