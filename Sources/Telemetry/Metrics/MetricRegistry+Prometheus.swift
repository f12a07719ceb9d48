// The registry as a scraper reads it: Prometheus text format 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats/).

/// A value that is not kept but read when somebody asks: what the kernel knows of the process, how loops stand.
package struct MetricSample: Sendable {
    package let family: MetricFamily
    package let dimensions: [(String, String)]
    /// In the integers of the family's cells.
    package let value: Int64

    package init(_ family: MetricFamily, dimensions: [(String, String)] = [], value: Int64) {
        self.family = family
        self.dimensions = dimensions
        self.value = value
    }
}

extension MetricRegistry {
    /// What `content-type` says of the text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// All series, and the given samples, which are counters or gauges of families that the registry does not have.
    package func prometheusText(with samples: [MetricSample] = []) -> String {
        var text = ""
        for (family, series) in self.families() where !series.isEmpty {
            Self.head(family, into: &text)
            for (labels, cell) in series {
                Self.lines(family, labels, cell, into: &text)
            }
        }
        var last: MetricFamily?
        for sample in samples.sorted(by: { $0.family.name < $1.family.name }) {
            if sample.family != last { Self.head(sample.family, into: &text) }
            last = sample.family
            let value = DecimalText.text(sample.value, decimals: sample.family.decimals)
            Self.line(sample.family.name, MetricText.labels(sample.dimensions), value, into: &text)
        }
        return text
    }

    private static func head(_ family: MetricFamily, into text: inout String) {
        let type =
            switch family.shape {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        text += "# HELP \(family.name) \(MetricText.help(family.help))\n# TYPE \(family.name) \(type)\n"
    }

    private static func line(_ name: String, _ labels: String, _ value: String, into text: inout String) {
        text += labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    private static func lines(_ family: MetricFamily, _ labels: String, _ cell: Cell, into text: inout String) {
        switch cell {
        case .counter(let cell):
            self.line(family.name, labels, DecimalText.text(cell.value, decimals: family.decimals), into: &text)
        case .gauge(let cell):
            self.line(family.name, labels, DecimalText.text(cell.value, decimals: family.decimals), into: &text)
        case .histogram(let cell):
            self.buckets(family, labels, cell, into: &text)
        }
    }

    /// Buckets count all values up to their bound, so each holds those before it.
    private static func buckets(
        _ family: MetricFamily,
        _ labels: String,
        _ cell: HistogramCell,
        into text: inout String
    ) {
        guard case .histogram(let bounds) = family.shape else { return }
        let (buckets, sum) = cell.value
        let prefix = labels.isEmpty ? "" : labels + ","
        var count: Int64 = 0
        for (index, bound) in bounds.enumerated() {
            count &+= buckets[index]
            let shown = DecimalText.text(bound, decimals: family.decimals)
            self.line("\(family.name)_bucket", "\(prefix)le=\"\(shown)\"", "\(count)", into: &text)
        }
        count &+= buckets[bounds.count]
        self.line("\(family.name)_bucket", "\(prefix)le=\"+Inf\"", "\(count)", into: &text)
        self.line("\(family.name)_sum", labels, DecimalText.text(sum, decimals: family.decimals), into: &text)
        self.line("\(family.name)_count", labels, "\(count)", into: &text)
    }
}
