// How this process is doing: its metrics with what is read on the spot, and whether it should get work.
//
// Loops are asked to answer, each once; one that does not within a second counts as one that does not run.

import EventLoop
import SQLiteStore
import SessionCore
import Synchronization
import Telemetry
import Transport

/// Watches one running relay.
final class RelayStatus: ServiceStatus {
    /// How long a loop may take to answer.
    static let patience: Duration = .seconds(1)

    private let registry: MetricRegistry
    private let ledger: @Sendable () -> LedgerHealth
    private let relayMetrics: RelayMetrics
    private let more: @Sendable () -> [MetricSample]
    private let crew = Mutex<LoopCrew?>(nil)
    private let keyBoard = Mutex<ProviderKeyBoard?>(nil)

    /// `more` gives what only the executable knows.
    init(
        registry: MetricRegistry,
        ledger: @escaping @Sendable () -> LedgerHealth,
        metrics: RelayMetrics,
        more: @escaping @Sendable () -> [MetricSample]
    ) {
        self.registry = registry
        self.ledger = ledger
        self.relayMetrics = metrics
        self.more = more
    }

    /// From now on these loops are asked.
    func watch(_ crew: LoopCrew) {
        self.crew.withLock { $0 = crew }
    }

    /// From now on these provider keys are told of.
    func watch(_ board: ProviderKeyBoard) {
        self.keyBoard.withLock { $0 = board }
    }

    func metrics() async -> String {
        let health = self.ledger()
        self.relayMetrics.ledger(
            queued: health.queued,
            lagMilliseconds: health.lagMilliseconds,
            dropped: health.dropped
        )
        var samples = ProcessSample.take() + self.more()
        if let crew = self.crew.withLock({ $0 }) {
            let count = Int64(crew.openChannels.count)
            samples.append(MetricSample(MetricCatalog.openConnections, value: count))
            samples += await Self.samples(of: crew.group.loops)
        }
        if let board = self.keyBoard.withLock({ $0 }) {
            samples += ProviderKeySample.take(from: board, now: MonotonicTime.now().nanoseconds)
        }
        return self.registry.prometheusText(with: samples)
    }

    func readiness() async -> ServiceReadiness {
        guard let crew = self.crew.withLock({ $0 }) else { return .notReady("starting") }
        guard self.ledger().isHealthy else { return .notReady("the ledger cannot be written") }
        let loops = crew.group.loops
        let answered = await LoopCall.ask(loops, patience: Self.patience)
        guard answered.count == loops.count else {
            return .notReady("\(loops.count - answered.count) of \(loops.count) loops do not answer")
        }
        return .ready
    }

    private static func samples(of loops: [LoopHandle]) async -> [MetricSample] {
        // Before they are asked, which would be in the queue itself.
        var samples = loops.map { loop in
            MetricSample(
                MetricCatalog.loopQueue,
                dimensions: [("loop", "\(loop.index)")],
                value: Int64(loop.queueDepth)
            )
        }
        let answered = await LoopCall.ask(loops, patience: Self.patience)
        samples.append(MetricSample(MetricCatalog.loopsAnswering, value: Int64(answered.count)))
        samples += answered.sorted { $0.key < $1.key }.map { index, nanoseconds in
            MetricSample(MetricCatalog.loopLag, dimensions: [("loop", "\(index)")], value: nanoseconds)
        }
        return samples
    }
}
