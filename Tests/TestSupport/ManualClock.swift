// Time that moves only when a test says so.

package import EventLoop

/// Drives an event loop's clock by hand.
package final class ManualClock {
    package private(set) var now: MonotonicTime

    package init(now: MonotonicTime = MonotonicTime(nanoseconds: 1_000_000_000)) {
        self.now = now
    }

    package func advance(by duration: Duration) {
        now = now + duration
    }

    /// What `EventLoop.init(clock:)` takes.
    package var reading: () -> MonotonicTime {
        { [self] in now }
    }
}
