// The backend behind the swift-metrics API: keeps a cell for each set of labels, and shows all of them.
//
// Bounded: a family has `seriesLimit` series, whatever labels come; later ones share a series whose labels all say
// `other`. Families that were not described beforehand are taken as well, up to a limit. A series lives as long as the
// process, because one that comes and goes makes rates jump; destroying a handle therefore does nothing, but for gauges: what
// is no more must not be told as if it were.

package import CoreMetrics
import Synchronization

/// All metrics of a process.
package final class MetricRegistry: MetricsFactory {
    /// Series of one family.
    package static let seriesLimit = 2_048
    /// Families that nobody described.
    package static let strangerLimit = 128
    package static let overflowLabel = "other"

    enum Cell {
        case counter(CounterCell)
        case gauge(GaugeCell)
        case histogram(HistogramCell)
    }

    struct Family {
        let description: MetricFamily
        /// By the text of their labels.
        var series: [String: Cell] = [:]
    }

    private struct State {
        var families: [String: Family] = [:]
        var strangers = 0
    }

    private let state = Mutex(State())

    /// `families` describes what will come; what is not described shows up without help and with bounds for times.
    package init(_ families: [MetricFamily]) {
        self.state.withLock { state in
            for family in families { state.families[family.name] = Family(description: family) }
        }
    }

    /// Families in the order of their names, each with its series in the order of their labels.
    func families() -> [(MetricFamily, [(labels: String, cell: Cell)])] {
        let families = self.state.withLock { $0.families }
        return families.values.sorted { $0.description.name < $1.description.name }.map { family in
            (family.description, family.series.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
        }
    }

    /// The cell of a series; nil when the name belongs to a family of another shape, or there are too many families.
    ///
    /// `shape` and `decimals` are what a family becomes that nobody described.
    private func cell(
        _ label: String,
        _ dimensions: [(String, String)],
        _ shape: MetricFamily.Shape,
        decimals: Int = 0
    ) -> Cell? {
        let name = MetricText.name(label)
        return self.state.withLock { state in
            if state.families[name] == nil {
                guard state.strangers < Self.strangerLimit else { return nil }
                state.strangers += 1
                let described = MetricFamily(name, help: label, shape, decimals: decimals)
                state.families[name] = Family(description: described)
            }
            guard var family = state.families[name], family.description.shape.isLike(shape) else { return nil }
            var labels = MetricText.labels(dimensions)
            if family.series[labels] == nil, family.series.count >= Self.seriesLimit - 1 {
                labels = MetricText.labels(dimensions.map { ($0.0, Self.overflowLabel) })
            }
            if let known = family.series[labels] { return known }
            let made = Cell(of: family.description)
            family.series[labels] = made
            state.families[name] = family
            return made
        }
    }
}

extension MetricFamily.Shape {
    /// Whether cells of one shape may stand in a family of the other.
    fileprivate func isLike(_ other: MetricFamily.Shape) -> Bool {
        switch (self, other) {
        case (.counter, .counter), (.gauge, .gauge), (.histogram, .histogram): true
        case (.counter, _), (.gauge, _), (.histogram, _): false
        }
    }
}

extension MetricRegistry.Cell {
    fileprivate init(of family: MetricFamily) {
        switch family.shape {
        case .counter: self = .counter(CounterCell())
        case .gauge: self = .gauge(GaugeCell(decimals: family.decimals))
        case .histogram(let bounds): self = .histogram(HistogramCell(bounds: bounds, decimals: family.decimals))
        }
    }
}

// MARK: - MetricsFactory

extension MetricRegistry {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        guard case .counter(let cell) = self.cell(label, dimensions, .counter) else {
            return NOOPMetricsHandler.instance
        }
        return cell
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        guard case .gauge(let cell) = self.cell(label, dimensions, .gauge) else { return NOOPMetricsHandler.instance }
        return cell
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        let shape: MetricFamily.Shape = aggregate ? .histogram(bounds: MetricFamily.depths) : .gauge
        switch self.cell(label, dimensions, shape) {
        case .gauge(let cell): return cell
        case .histogram(let cell): return cell
        case .counter, nil: return NOOPMetricsHandler.instance
        }
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let shape = MetricFamily.Shape.histogram(bounds: MetricFamily.longTimes)
        guard case .histogram(let cell) = self.cell(label, dimensions, shape, decimals: 9) else {
            return NOOPMetricsHandler.instance
        }
        return cell
    }

    package func destroyCounter(_ handler: any CounterHandler) {}

    package func destroyMeter(_ handler: any MeterHandler) {
        guard let gone = handler as? GaugeCell else { return }
        self.state.withLock { state in
            // In a family that is full a series may be shared.
            for (name, family) in state.families where family.series.count < Self.seriesLimit - 1 {
                let found = family.series.first { if case .gauge(let cell) = $0.value { cell === gone } else { false } }
                guard let labels = found?.key else { continue }
                state.families[name]?.series[labels] = nil
                return
            }
        }
    }

    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}
