// Percentiles to within the width of a bucket.

import BenchCore
import Testing

@Suite struct LatencyHistogramTests {
    @Test func smallValuesAreExact() {
        var histogram = LatencyHistogram()
        for value: Int64 in 1...60 { histogram.record(value) }
        #expect(histogram.count == 60)
        #expect(histogram.percentile(0.5) == 30)
        #expect(histogram.percentile(1) == 60)
        #expect(histogram.percentile(0) == 1)
    }

    @Test func largeValuesAreWithinThreePercentAndNeverTooSmall() {
        for value: Int64 in [64, 65, 127, 128, 1_000, 65_535, 1_000_003, 7_000_000_000, .max / 2] {
            var histogram = LatencyHistogram()
            histogram.record(value)
            histogram.record(.max)
            let found = histogram.percentile(0.5)
            #expect(found >= value)
            #expect(Double(found - value) <= Double(value) / 32)
        }
    }

    @Test func percentilesOfAKnownDistribution() {
        var histogram = LatencyHistogram()
        for value: Int64 in 1...10_000 { histogram.record(value * 1_000) }
        #expect((4_999_000...5_200_000).contains(histogram.percentile(0.5)))
        #expect((9_899_000...10_000_000).contains(histogram.percentile(0.99)))
        #expect(histogram.percentile(1) == 10_000_000)
        #expect(histogram.largest == 10_000_000)
    }

    @Test func extremesDoNotTrap() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentile(0.99) == 0)
        histogram.record(-5)
        histogram.record(0)
        histogram.record(.max)
        #expect(histogram.count == 3)
        #expect(histogram.largest == .max)
        #expect(histogram.percentile(0.3) == 0)
        histogram.reset()
        #expect(histogram == LatencyHistogram())
    }
}
