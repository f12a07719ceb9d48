// Latencies in buckets whose width grows with the value: 32 to each doubling, so that a percentile is off by 3 % at
// most, whatever the range, and recording one is an increment.

/// A distribution of nanoseconds.
package struct LatencyHistogram: Sendable, Equatable {
    private static let bucketsPerDoubling = 32
    private static let shift = 5

    private var buckets = [UInt64](repeating: 0, count: 64 * Self.bucketsPerDoubling)
    package private(set) var count: UInt64 = 0
    package private(set) var largest: Int64 = 0

    package init() {}

    /// Counts one value in; a negative one as zero.
    package mutating func record(_ nanoseconds: Int64) {
        let value = max(nanoseconds, 0)
        self.buckets[Self.bucket(of: UInt64(value))] += 1
        self.count += 1
        self.largest = max(self.largest, value)
    }

    /// Forgets everything.
    package mutating func reset() {
        for index in self.buckets.indices { self.buckets[index] = 0 }
        self.count = 0
        self.largest = 0
    }

    /// The value that `share` (0 to 1) of all values do not exceed, to the precision of the buckets; 0 without values.
    package func percentile(_ share: Double) -> Int64 {
        let share = min(max(share, 0), 1)
        let rank = max(UInt64((share * Double(self.count)).rounded(.up)), 1)
        var seen: UInt64 = 0
        for (index, bucket) in self.buckets.enumerated() where bucket > 0 {
            seen += bucket
            if seen >= rank { return min(Self.upperBound(of: index), self.largest) }
        }
        return 0
    }

    private static func bucket(of value: UInt64) -> Int {
        guard value >= UInt64(2 * self.bucketsPerDoubling) else { return Int(value) }
        let exponent = 63 - value.leadingZeroBitCount - self.shift
        return exponent * self.bucketsPerDoubling + Int(value >> UInt64(exponent))
    }

    /// The largest value that falls into a bucket.
    private static func upperBound(of bucket: Int) -> Int64 {
        guard bucket >= 2 * self.bucketsPerDoubling else { return Int64(bucket) }
        let exponent = bucket / self.bucketsPerDoubling - 1
        let mantissa = UInt64(bucket - exponent * self.bucketsPerDoubling)
        return Int64(clamping: ((mantissa + 1) << UInt64(exponent)) - 1)
    }
}
