// The handles behind a process's metrics: made once for each set of labels, and kept whatever is configured later.

import CoreMetrics
import Synchronization

/// What `RelayMetrics` counts with.
final class MetricHandles: Sendable {
    struct State {
        var routes: [RouteLabels: RouteMetrics] = [:]
        var admissions: [String: Counter] = [:]
        var attempts: [String: UpstreamMetrics] = [:]
        /// Upstreams of the configuration in force, and of one that is about to be.
        var upstreams: Set<String> = []
        var overhead: [Session.Kind: CoreMetrics.Timer] = [:]
        var droppedEntries = 0
    }

    let factory: any MetricsFactory
    let state = Mutex(State())
    let ledgerQueue: Meter
    let ledgerLag: Meter
    let ledgerDropped: Counter
    /// From the start at 0, so that the first one is seen as an increase.
    let reloadsTaken: Counter
    let reloadsRefused: Counter

    init(_ factory: any MetricsFactory) {
        func reloads(_ outcome: String) -> Counter {
            Counter(label: MetricName.reloads, dimensions: [("outcome", outcome)], factory: factory)
        }
        self.factory = factory
        self.ledgerQueue = Meter(label: MetricName.ledgerQueue, factory: factory)
        self.ledgerLag = Meter(label: MetricName.ledgerLag, factory: factory)
        self.ledgerDropped = Counter(label: MetricName.ledgerDropped, factory: factory)
        self.reloadsTaken = reloads("taken")
        self.reloadsRefused = reloads("refused")
    }
}
