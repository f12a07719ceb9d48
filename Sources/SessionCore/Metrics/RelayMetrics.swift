// What a relay counts and times about its own work, over the swift-metrics API, whatever backend stands behind it.
//
// Handles are made once for each set of labels and kept. Their number is bounded whatever peers send: models and
// upstreams count under their names only as the configuration lists them, close codes and refusals only while they are
// few; all others share the label `other`. What is called for each message must not be counted here: a session's call
// takes a lock for the length of a look-up.

package import CoreMetrics
import Synchronization

/// The counters, gauges and histograms of one process.
package final class RelayMetrics: Sendable {
    /// Counts nothing.
    package static let none = RelayMetrics(factory: NOOPMetricsHandler.instance)

    /// The outcome of an admission that is no refusal.
    package static let admitted = "admitted"
    /// The label of everything that has no label of its own.
    package static let other = "other"
    /// Refusals with a label of their own.
    private static let outcomeLimit = 64

    private struct State {
        var routes: [RouteLabels: RouteMetrics] = [:]
        var admissions: [String: Counter] = [:]
        var attempts: [String: UpstreamMetrics] = [:]
        var overhead: [Session.Kind: CoreMetrics.Timer] = [:]
        var droppedEntries = 0
    }

    private let factory: any MetricsFactory
    private let models: Set<String>
    private let upstreams: Set<String>
    private let state = Mutex(State())
    private let ledgerQueue: Meter
    private let ledgerLag: Meter
    private let ledgerDropped: Counter

    /// `models` and `upstreams` are those that get labels of their own.
    package init(factory: any MetricsFactory, models: Set<String> = [], upstreams: Set<String> = []) {
        self.factory = factory
        self.models = models
        self.upstreams = upstreams
        self.ledgerQueue = Meter(label: MetricName.ledgerQueue, factory: factory)
        self.ledgerLag = Meter(label: MetricName.ledgerLag, factory: factory)
        self.ledgerDropped = Counter(label: MetricName.ledgerDropped, factory: factory)
    }
}

// MARK: - Sessions

extension RelayMetrics {
    /// The phase *admit* has ended: `admitted`, or the code of the refusal.
    package func admission(outcome: String, kind: Session.Kind) {
        let key = "\(kind.rawValue) \(outcome)"
        let counter = self.state.withLock { state in
            if let known = state.admissions[key] { return known }
            let isOther = state.admissions.count >= Self.outcomeLimit
            let name = isOther ? "\(kind.rawValue) \(Self.other)" : key
            if let known = state.admissions[name] { return known }
            let made = Counter(
                label: MetricName.admissions,
                dimensions: [("kind", kind.rawValue), ("outcome", isOther ? Self.other : outcome)],
                factory: self.factory
            )
            state.admissions[name] = made
            return made
        }
        counter.increment()
    }

    /// A realtime session has got its 101.
    package func sessionOpened(model: String, upstream: String) {
        self.route(model, upstream).opened()
    }

    /// A realtime session has ended; `code` is the close code the client saw, or 1006 when it saw none.
    package func sessionClosed(model: String, upstream: String, code: Int) {
        self.route(model, upstream).closed(code: code)
    }

    /// A turn, a transcription or an exchange was settled.
    package func turn(
        model: String,
        upstream: String,
        kind: LedgerRow.Kind = .turn,
        status: LedgerRow.Status,
        tokens: TokenCounts,
        costMicroUSD: Int64,
        estimated: Bool
    ) {
        self.route(model, upstream).settled(
            kind: kind,
            status: status,
            tokens: tokens,
            costMicroUSD: costMicroUSD,
            estimated: estimated
        )
    }

    /// What the ledger keeps of a turn says all that is counted of it.
    package func turn(_ row: LedgerRow) {
        self.turn(
            model: row.model,
            upstream: row.upstream,
            kind: row.kind,
            status: row.status,
            tokens: row.tokens,
            costMicroUSD: row.costMicroUSD,
            estimated: row.isEstimated
        )
        if let milliseconds = row.firstByteMilliseconds {
            self.firstByte(milliseconds: milliseconds, model: row.model, upstream: row.upstream)
        }
    }

    /// From the beginning of a turn or exchange to the first byte of content.
    ///
    /// `turn(_:)` calls it for the rows it is given.
    package func firstByte(milliseconds: Int, model: String, upstream: String) {
        self.route(model, upstream).firstByte.recordMilliseconds(max(0, milliseconds))
    }

    private func route(_ model: String, _ upstream: String) -> RouteMetrics {
        let labels = RouteLabels(
            model: self.models.contains(model) ? model : Self.other,
            upstream: self.upstreams.contains(upstream) ? upstream : Self.other
        )
        return self.state.withLock { state in
            if let known = state.routes[labels] { return known }
            let made = RouteMetrics(labels, factory: self.factory)
            state.routes[labels] = made
            return made
        }
    }
}

// MARK: - The relay's own work

extension RelayMetrics {
    /// Time that a request spent in the relay itself: from its head to the request sent upstream, and from the
    /// upstream's head to the head of the answer.
    package func overhead(microseconds: Int, kind: Session.Kind) {
        let timer = self.state.withLock { state in
            if let known = state.overhead[kind] { return known }
            let made = CoreMetrics.Timer(
                label: MetricName.overhead,
                dimensions: [("kind", kind.rawValue)],
                factory: self.factory
            )
            state.overhead[kind] = made
            return made
        }
        timer.recordMicroseconds(max(0, microseconds))
    }

    /// As `overhead(microseconds:kind:)`, of a stopwatch that ran along.
    package func overhead(_ time: OwnTime, now: Int64, kind: Session.Kind) {
        self.overhead(microseconds: time.microseconds(now: now), kind: kind)
    }

    /// An upstream was tried: whether it answered as one that works.
    package func upstream(name: String, ok: Bool) {
        let label = self.upstreams.contains(name) ? name : Self.other
        let metrics = self.state.withLock { state in
            if let known = state.attempts[label] { return known }
            let made = UpstreamMetrics(label, factory: self.factory)
            state.attempts[label] = made
            return made
        }
        metrics.tried(ok: ok)
    }

    /// How the ledger's writer stands; `dropped` is the sum since the start.
    package func ledger(queued: Int, lagMilliseconds: Int, dropped: Int) {
        self.ledgerQueue.set(queued)
        self.ledgerLag.set(Double(lagMilliseconds) / 1_000)
        let fresh = self.state.withLock { state in
            let fresh = max(0, dropped - state.droppedEntries)
            state.droppedEntries = max(state.droppedEntries, dropped)
            return fresh
        }
        if fresh > 0 { self.ledgerDropped.increment(by: fresh) }
    }
}
