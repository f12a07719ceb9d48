// So much a minute: a bucket that holds a minute's worth and fills at that rate.
//
// Whole numbers throughout. What has flowed in but makes no whole unit yet is kept as a remainder of nanoseconds times
// units, so nothing is lost between two looks at the clock, however close. The level may go below zero: who used more
// than was foreseen waits until the debt has flowed in. Time is an argument and never runs backwards here: loops look at
// the clock at different moments.

/// A bucket of units, such as requests or tokens.
package struct TokenBucket: Sendable, Equatable {
    /// Units per minute, which is also the most that the bucket holds.
    package private(set) var limit: Int
    /// Units to be had; below zero, owed.
    package private(set) var level: Int
    /// Nanoseconds times units that have flowed in beyond `level`; less than a minute.
    private var fraction: Int64 = 0
    /// Monotonic nanoseconds up to which the inflow is counted.
    private var updatedAt: Int64

    private static let minute: Int64 = 60_000_000_000
    /// More than any provider serves; keeps sums far from the ends of `Int`.
    private static let maximumLimit = 1_000_000_000_000
    /// The longest that a debt is waited for: beyond it a provider's numbers are not believed.
    private static let maximumDebtMinutes = 60

    /// A full bucket.
    ///
    /// A limit of zero lets nothing through.
    package init(limit: Int, now: Int64) {
        let bounded = Self.bounded(limit)
        self.limit = bounded
        level = bounded
        updatedAt = now
    }

    private static func bounded(_ limit: Int) -> Int { min(max(limit, 0), maximumLimit) }

    /// Takes over another limit: what was used of the old one stays used, but a lower limit makes no debt.
    package mutating func change(limit newLimit: Int, now: Int64) {
        let newLimit = Self.bounded(newLimit)
        guard newLimit != limit else { return }
        fill(now: now)
        level = newLimit > limit ? level + (newLimit - limit) : min(level, newLimit)
        limit = newLimit
        if level >= limit { fraction = 0 }
    }

    /// Counts what has flowed in until `now`.
    package mutating func fill(now: Int64) {
        guard now > updatedAt else { return }
        let (elapsed, overflow) = now.subtractingReportingOverflow(updatedAt)
        updatedAt = now
        // 128 bits: a limit of ten to the twelfth times a long silence.
        let inflow = Int128(overflow ? .max : elapsed) * Int128(limit) + Int128(fraction)
        let units = inflow / Int128(Self.minute)
        guard units < Int128(limit - level) else {
            level = limit
            fraction = 0
            return
        }
        level += Int(units)
        fraction = Int64(inflow % Int128(Self.minute))
    }

    /// Takes units that are there or makes a debt; negative units are given back.
    ///
    /// Call `fill` first.
    package mutating func take(_ units: Int) {
        let floor = -limit * Self.maximumDebtMinutes
        let (rest, overflow) = level.subtractingReportingOverflow(units)
        level = overflow ? (units > 0 ? floor : limit) : min(max(rest, floor), limit)
        if level == limit { fraction = 0 }
    }

    /// Nanoseconds after `fill` until the level is `units`; 0 when it is, a minute when it never will be.
    package func wait(for units: Int) -> Int64 {
        guard level < units else { return 0 }
        guard limit > 0 else { return Self.minute }
        let missing = (Int128(units) - Int128(level)) * Int128(Self.minute) - Int128(fraction)
        return Int64(clamping: (missing + Int128(limit) - 1) / Int128(limit))
    }

    /// Whether nothing would be lost if the bucket were made anew.
    package var isFull: Bool { level >= limit }
}
