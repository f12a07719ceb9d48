// What a relay counts and times about its own work, over the swift-metrics API, whatever backend stands behind it.
//
// Handles are made once for each set of labels and kept. Their number is bounded whatever peers send: models and
// upstreams count under their names only as the configuration lists them, close codes and refusals only while they are
// few; all others share the label `other`. What is called for each message must not be counted here: a session's call
// takes a lock for the length of a look-up.

package import CoreMetrics
import Synchronization

/// The counters, gauges and histograms of one process, under the names of one configuration.
package final class RelayMetrics: Sendable {
    /// Counts nothing.
    package static let none = RelayMetrics(factory: NOOPMetricsHandler.instance)

    /// The outcome of an admission that is no refusal.
    package static let admitted = "admitted"
    /// The label of everything that has no label of its own.
    package static let other = "other"
    /// Refusals with a label of their own.
    private static let outcomeLimit = 64
    /// Pairs of model and upstream with labels of their own, those of earlier configurations included.
    private static let routeLimit = 8_192

    private let handles: MetricHandles
    private let models: Set<String>
    private let upstreams: Set<String>

    /// `models` and `upstreams` are those that get labels of their own.
    package convenience init(factory: any MetricsFactory, models: Set<String> = [], upstreams: Set<String> = []) {
        self.init(MetricHandles(factory), models, upstreams)
    }

    private init(_ handles: MetricHandles, _ models: Set<String>, _ upstreams: Set<String>) {
        self.handles = handles
        self.models = models
        self.upstreams = upstreams
        handles.state.withLock { $0.upstreams.formUnion(upstreams) }
    }

    /// The same counters under the names of another configuration.
    ///
    /// Who counted under the names of one goes on to do so, else a gauge would fall under another label than it rose.
    package func naming(models: Set<String>, upstreams: Set<String>) -> RelayMetrics {
        RelayMetrics(self.handles, models, upstreams)
    }
}

// MARK: - Sessions

extension RelayMetrics {
    /// The phase *admit* has ended: `admitted`, or the code of the refusal.
    package func admission(outcome: String, kind: Session.Kind) {
        let key = "\(kind.rawValue) \(outcome)"
        let counter = self.handles.state.withLock { state in
            if let known = state.admissions[key] { return known }
            let isOther = state.admissions.count >= Self.outcomeLimit
            let name = isOther ? "\(kind.rawValue) \(Self.other)" : key
            if let known = state.admissions[name] { return known }
            let made = Counter(
                label: MetricName.admissions,
                dimensions: [("kind", kind.rawValue), ("outcome", isOther ? Self.other : outcome)],
                factory: self.handles.factory
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
        return self.handles.state.withLock { state in
            if let known = state.routes[labels] { return known }
            let isOther = state.routes.count >= Self.routeLimit
            let labels = isOther ? RouteLabels(model: Self.other, upstream: Self.other) : labels
            if let known = state.routes[labels] { return known }
            let made = RouteMetrics(labels, factory: self.handles.factory)
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
        let timer = self.handles.state.withLock { state in
            if let known = state.overhead[kind] { return known }
            let made = CoreMetrics.Timer(
                label: MetricName.overhead,
                dimensions: [("kind", kind.rawValue)],
                factory: self.handles.factory
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
    ///
    /// One that is not configured any more, and is still asked by who began before, is not told to be up or down again.
    package func upstream(name: String, ok: Bool) {
        let metrics = self.handles.state.withLock { state in
            let isNamed = self.upstreams.contains(name) && state.upstreams.contains(name)
            let label = isNamed ? name : Self.other
            if let known = state.attempts[label] { return known }
            let made = UpstreamMetrics(label, tellsUp: isNamed, factory: self.handles.factory)
            state.attempts[label] = made
            return made
        }
        metrics.tried(ok: ok)
    }

    /// How the ledger's writer stands; `dropped` is the sum since the start.
    package func ledger(queued: Int, lagMilliseconds: Int, dropped: Int) {
        self.handles.ledgerQueue.set(queued)
        self.handles.ledgerLag.set(Double(lagMilliseconds) / 1_000)
        let fresh = self.handles.state.withLock { state in
            let fresh = max(0, dropped - state.droppedEntries)
            state.droppedEntries = max(state.droppedEntries, dropped)
            return fresh
        }
        if fresh > 0 { self.handles.ledgerDropped.increment(by: fresh) }
    }

    /// Upstreams that were known under `earlier`, and are not any more, are no longer told to be up or down.
    package func retireUpstreams(of earlier: RelayMetrics) {
        let gone = earlier.upstreams.subtracting(self.upstreams)
        let metrics = self.handles.state.withLock { state in
            state.upstreams = self.upstreams
            return gone.compactMap { state.attempts.removeValue(forKey: $0) }
        }
        for upstream in metrics { upstream.retire() }
    }

    /// The configuration was read again: it was taken, or refused for its faults.
    package func reload(isTaken: Bool) {
        (isTaken ? self.handles.reloadsTaken : self.handles.reloadsRefused).increment()
    }
}
