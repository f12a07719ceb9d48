// How an upstream fares, as metrics tell it.

import CoreMetrics

/// The handles of one upstream.
struct UpstreamMetrics: Sendable {
    private let answered: Counter
    private let failed: Counter
    private let isUp: Meter?

    /// `tellsUp`: whether it is an upstream of its own, which is up or down.
    init(_ label: String, tellsUp: Bool, factory: any MetricsFactory) {
        func attempts(_ result: String) -> Counter {
            Counter(
                label: MetricName.upstreamAttempts,
                dimensions: [("upstream", label), ("result", result)],
                factory: factory
            )
        }
        self.answered = attempts("ok")
        self.failed = attempts("failed")
        self.isUp =
            tellsUp ? Meter(label: MetricName.upstreamUp, dimensions: [("upstream", label)], factory: factory) : nil
    }

    /// There is no such upstream any more; what was counted stays.
    func retire() {
        self.isUp?.destroy()
    }

    func tried(ok: Bool) {
        (ok ? self.answered : self.failed).increment()
        self.isUp?.set(ok ? 1 : 0)
    }
}
