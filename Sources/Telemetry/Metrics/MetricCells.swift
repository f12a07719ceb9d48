// Where values are kept. Counters and histograms are spread over shards, one for each of the first threads, so that
// loops that count the same thing do not pass a cache line back and forth; a reader adds the shards up.
//
// An increment finds its shard by the thread's number and adds with relaxed order: it neither allocates, nor locks, nor
// waits. Sums may be torn between cells, never within one: a scrape in the middle of an observation may see its bucket
// before its sum.

import CLinux
import CoreMetrics
import Synchronization

/// Shards of one cell; threads beyond them share.
private let shardCount = 8

/// One number on a cache line of its own.
private struct Shard: ~Copyable {
    let value = Atomic<Int64>(0)
    private let apart: (Int64, Int64, Int64, Int64, Int64, Int64, Int64) = (0, 0, 0, 0, 0, 0, 0)
}

/// A number that many threads add to.
package final class CounterCell: CounterHandler {
    private let shards = InlineArray<8, Shard> { _ in Shard() }

    package init() {}

    package func increment(by amount: Int64) {
        guard amount > 0 else { return }
        self.shards[Int(lw_thread_number()) % shardCount].value.wrappingAdd(amount, ordering: .relaxed)
    }

    /// Starts again at zero, as a restart of the process would.
    package func reset() {
        for index in 0..<shardCount { self.shards[index].value.store(0, ordering: .relaxed) }
    }

    package var value: Int64 {
        (0..<shardCount).reduce(0) { $0 &+ self.shards[$1].value.load(ordering: .relaxed) }
    }
}

/// A number that is set, raised and lowered.
///
/// Not spread: what is set has one place.
package final class GaugeCell: MeterHandler, RecorderHandler {
    private let cell = Atomic<Int64>(0)
    private let scale: Int64

    package init(decimals: Int = 0) {
        self.scale = DecimalText.scale(decimals: decimals)
    }

    package func set(_ value: Int64) {
        let (product, overflow) = value.multipliedReportingOverflow(by: self.scale)
        self.cell.store(overflow ? (value < 0 ? .min : .max) : product, ordering: .relaxed)
    }

    package func set(_ value: Double) { self.cell.store(self.scaled(value), ordering: .relaxed) }
    package func increment(by amount: Double) { self.cell.wrappingAdd(self.scaled(amount), ordering: .relaxed) }
    package func decrement(by amount: Double) { self.cell.wrappingSubtract(self.scaled(amount), ordering: .relaxed) }
    package func record(_ value: Int64) { self.set(value) }
    package func record(_ value: Double) { self.set(value) }

    package var value: Int64 { self.cell.load(ordering: .relaxed) }

    /// A number that is none counts as zero, one that does not fit as the largest that does.
    private func scaled(_ value: Double) -> Int64 {
        let product = (value * Double(self.scale)).rounded()
        if product.isNaN { return 0 }
        return Int64(exactly: product) ?? (product < 0 ? .min : .max)
    }
}

/// Values sorted into buckets.
package final class HistogramCell: TimerHandler, RecorderHandler {
    /// `boundLimit` buckets, one beyond, and the sum.
    private struct Shard: ~Copyable {
        let buckets = InlineArray<24, Atomic<Int64>> { _ in Atomic(0) }
        let sum = Atomic<Int64>(0)
        private let apart: (Int64, Int64, Int64, Int64, Int64, Int64, Int64) = (0, 0, 0, 0, 0, 0, 0)
    }

    private let bounds: [Int64]
    private let scale: Int64
    private let shards = InlineArray<8, Shard> { _ in Shard() }

    /// `bounds` ascend and are no more than a family's.
    package init(bounds: [Int64], decimals: Int) {
        self.bounds = Array(bounds.prefix(MetricFamily.boundLimit))
        self.scale = DecimalText.scale(decimals: decimals)
    }

    /// Takes a time; cells of times have nine decimals.
    package func recordNanoseconds(_ duration: Int64) {
        self.observe(duration)
    }

    package func record(_ value: Int64) {
        let (product, overflow) = value.multipliedReportingOverflow(by: self.scale)
        self.observe(overflow ? .max : product)
    }

    package func record(_ value: Double) {
        let product = (value * Double(self.scale)).rounded()
        guard let number = Int64(exactly: product) else { return }
        self.observe(number)
    }

    private func observe(_ value: Int64) {
        var bucket = 0
        while bucket < self.bounds.count, value > self.bounds[bucket] { bucket += 1 }
        let shard = Int(lw_thread_number()) % shardCount
        self.shards[shard].buckets[bucket].wrappingAdd(1, ordering: .relaxed)
        self.shards[shard].sum.wrappingAdd(value, ordering: .relaxed)
    }

    /// Values in each bucket, the one beyond the last bound at the end, and the sum of all values.
    package var value: (buckets: [Int64], sum: Int64) {
        var buckets = [Int64](repeating: 0, count: self.bounds.count + 1)
        var sum: Int64 = 0
        for shard in 0..<shardCount {
            for bucket in buckets.indices {
                buckets[bucket] &+= self.shards[shard].buckets[bucket].load(ordering: .relaxed)
            }
            sum &+= self.shards[shard].sum.load(ordering: .relaxed)
        }
        return (buckets, sum)
    }
}
