// How often each time to the first byte occurred, small enough to be kept for every hour.
//
// Exact up to `Limits.exactValues` different values; beyond that values keep their eight leading bits, which moves a
// percentile down by less than one part in 128.

import Foundation

/// Times to the first byte with their counts.
struct FirstByteTally: Equatable {
    enum Limits {
        /// Different values that are kept as they are.
        static let exactValues = 512
        static let leadingBits = 8
        /// Milliseconds, about 24 days.
        static let value = Int(Int32.max)
    }

    private(set) var counts: [Int: Int] = [:]

    init() {}

    var isEmpty: Bool { counts.isEmpty }

    mutating func add(_ milliseconds: Int, count: Int = 1) {
        counts[min(max(milliseconds, 0), Limits.value), default: 0] += count
    }

    mutating func merge(_ other: Self) {
        counts.merge(other.counts) { $0 + $1 }
    }

    /// Nearest rank: the smallest value that `percent` of all values do not exceed; nil when there is none.
    func percentile(_ percent: Int) -> Int? {
        let total = counts.values.reduce(0, +)
        guard total > 0 else { return nil }
        let rank = max(1, (total * percent + 99) / 100)
        var seen = 0
        for (value, count) in counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen >= rank { return value }
        }
        return nil
    }

    // MARK: Storage

    /// Pairs of value and count, ascending, the value as its distance from the one before; all as LEB128.
    var encoded: Data {
        var bytes = Data()
        var last = 0
        for (value, count) in bounded.sorted(by: { $0.key < $1.key }) {
            Self.append(UInt64(value - last), to: &bytes)
            Self.append(UInt64(max(count, 0)), to: &bytes)
            last = value
        }
        return bytes
    }

    /// Nil for bytes that `encoded` does not write.
    init?(encoded bytes: Data) {
        var rest = bytes[...]
        var value = 0
        while !rest.isEmpty {
            guard let step = Self.number(from: &rest), let count = Self.number(from: &rest),
                step <= Limits.value - value
            else { return nil }
            value += step
            counts[value, default: 0] += count
        }
    }

    private var bounded: [Int: Int] {
        guard counts.count > Limits.exactValues else { return counts }
        var rounded: [Int: Int] = [:]
        for (value, count) in counts {
            let surplus = max(0, Int.bitWidth - value.leadingZeroBitCount - Limits.leadingBits)
            rounded[(value >> surplus) << surplus, default: 0] += count
        }
        return rounded
    }

    private static func append(_ number: UInt64, to bytes: inout Data) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// At most 48 bits: sums of such numbers stay far from overflowing.
    private static func number(from bytes: inout Data) -> Int? {
        var result = 0
        for shift in stride(from: 0, to: 49, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            result |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return result }
        }
        return nil
    }
}
