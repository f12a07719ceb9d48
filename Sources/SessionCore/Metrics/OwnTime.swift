// How long a request was the relay's own business, as against waiting for its client, a provider or the network.

/// A stopwatch that is stopped while others are waited for.
package struct OwnTime: Sendable {
    private var spent: Int64 = 0
    private var runningSince: Int64?

    /// Starts at `now`, monotonic nanoseconds.
    package init(now: Int64) {
        self.runningSince = now
    }

    /// The relay waits for somebody else from now on.
    package mutating func stop(now: Int64) {
        guard let since = self.runningSince else { return }
        self.runningSince = nil
        let (step, overflow) = now.subtractingReportingOverflow(since)
        guard !overflow, step > 0 else { return }
        self.spent = self.spent.addingReportingOverflow(step).partialValue
    }

    /// What was waited for is there.
    package mutating func start(now: Int64) {
        self.runningSince = self.runningSince ?? now
    }

    /// Microseconds in all, what runs counted up to `now`.
    package func microseconds(now: Int64) -> Int {
        var copy = self
        copy.stop(now: now)
        return Int(clamping: max(0, copy.spent) / 1_000)
    }
}
