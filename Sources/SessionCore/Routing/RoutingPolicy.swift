// How often, how long and how patiently providers are asked: the `routing` section of the configuration.

/// The rules of fail-over, retries and breakers; the same for every upstream.
package struct RoutingPolicy: Sendable, Equatable {
    /// When the breaker of a provider key opens, and for how long.
    package struct Breaker: Sendable, Equatable {
        /// Failures in a row, all within `window`, that open it.
        package var failures = 5
        package var window: Duration = .seconds(30)
        /// How long it stays open the first time; each probe that fails doubles it.
        package var open: Duration = .seconds(10)
        package var longestOpen: Duration = .seconds(300)

        package init() {}
    }

    /// Requests to providers for one piece of work, the first one included.
    package var attempts = 3
    /// Before the same key is asked again for the first time; then it doubles.
    ///
    /// Zero: no key is asked twice for one piece of work.
    package var backoff: Duration = .milliseconds(250)
    /// All waiting for one piece of work together; a `Retry-After` beyond it is told to the client instead.
    package var longestWait: Duration = .seconds(5)
    package var breaker = Breaker()

    package init() {}
}

extension Duration {
    /// Nanoseconds, as far as they can be counted; what is negative counts as none.
    var countedNanoseconds: Int64 {
        let (seconds, attoseconds) = self.components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        guard !overflow else { return .max }
        let (sum, carried) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
        return carried ? .max : sum
    }
}

extension Int64 {
    /// The point in time so much later; nothing is later than the last one.
    func later(by nanoseconds: Int64) -> Int64 {
        let (sum, overflow) = self.addingReportingOverflow(nanoseconds)
        return overflow ? .max : sum
    }
}
