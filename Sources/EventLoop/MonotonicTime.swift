// A point on CLOCK_MONOTONIC. Wall-clock steps do not touch it, so no timeout in the product is ever measured
// with anything else. Arithmetic saturates: a deadline that would overflow is `distantFuture`.

import CLinux

/// A point in time that only moves forward, in nanoseconds since an arbitrary origin.
package struct MonotonicTime: Comparable, Hashable, Sendable {
    package let nanoseconds: Int64

    package init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Later than every time that a clock shows.
    package static let distantFuture = MonotonicTime(nanoseconds: .max)

    /// Reads CLOCK_MONOTONIC.
    package static func now() -> MonotonicTime {
        MonotonicTime(nanoseconds: lw_monotonic_nanoseconds())
    }

    package static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    package static func + (time: MonotonicTime, duration: Duration) -> MonotonicTime {
        let step = duration.saturatedNanoseconds
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(step)
        if overflow {
            return MonotonicTime(nanoseconds: step < 0 ? .min : .max)
        }
        return MonotonicTime(nanoseconds: sum)
    }

    package static func - (left: MonotonicTime, right: MonotonicTime) -> Duration {
        let (difference, overflow) = left.nanoseconds.subtractingReportingOverflow(right.nanoseconds)
        if overflow {
            return .nanoseconds(left < right ? Int64.min : Int64.max)
        }
        return .nanoseconds(difference)
    }
}

extension Duration {
    /// Whole nanoseconds, rounded toward zero; the ends of `Int64` where it does not fit.
    package var saturatedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow {
            return seconds < 0 ? .min : .max
        }
        let (sum, carried) = whole.addingReportingOverflow(attoseconds / 1_000_000_000)
        if carried {
            return seconds < 0 ? .min : .max
        }
        return sum
    }
}
