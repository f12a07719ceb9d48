// How an upstream fares, as metrics tell it.

import CoreMetrics

/// The handles of one upstream.
struct UpstreamMetrics: Sendable {
    private let answered: Counter
    private let failed: Counter
    private let isUp: Meter

    init(_ label: String, factory: any MetricsFactory) {
        func attempts(_ result: String) -> Counter {
            Counter(
                label: MetricName.upstreamAttempts,
                dimensions: [("upstream", label), ("result", result)],
                factory: factory
            )
        }
        self.answered = attempts("ok")
        self.failed = attempts("failed")
        self.isUp = Meter(label: MetricName.upstreamUp, dimensions: [("upstream", label)], factory: factory)
    }

    func tried(ok: Bool) {
        (ok ? self.answered : self.failed).increment()
        self.isUp.set(ok ? 1 : 0)
    }
}
