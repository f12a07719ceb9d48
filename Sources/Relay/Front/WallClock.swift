// When in the world a moment of the loop's clock was. Sessions remember that clock alone, which never jumps; people want dates.

import EventLoop
import Foundation

/// Dates of moments on CLOCK_MONOTONIC.
///
/// The same moment has the same date whenever it is asked for, until the system's clock is set anew.
struct WallClock {
    /// A system clock that is off by more was set, or the machine slept; less is the two clocks' own drift.
    private static let tolerance: TimeInterval = 1

    /// What the system's clock says.
    var today: () -> Date
    /// Seconds since 1970 at which the monotonic clock began; nil before it was first asked.
    private var origin: TimeInterval?

    init(today: @escaping () -> Date = { Date() }) {
        self.today = today
    }

    /// The date of `moment`.
    ///
    /// - Parameter now: the monotonic clock, read just now: the two clocks are compared.
    mutating func date(of moment: MonotonicTime, now: MonotonicTime) -> Date {
        let fresh = self.today().timeIntervalSince1970 - Self.seconds(now)
        let origin = self.origin.flatMap { abs($0 - fresh) <= Self.tolerance ? $0 : nil } ?? fresh
        self.origin = origin
        return Date(timeIntervalSince1970: origin + Self.seconds(moment))
    }

    private static func seconds(_ moment: MonotonicTime) -> TimeInterval {
        Double(moment.nanoseconds) / 1_000_000_000
    }
}
