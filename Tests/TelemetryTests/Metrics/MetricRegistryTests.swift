import CoreMetrics
import Telemetry
import Testing

@Suite
struct MetricRegistryTests {
    private let registry = MetricRegistry([
        MetricFamily("requests_total", help: "Requests.", .counter),
        MetricFamily("open", help: "Open.", .gauge),
    ])

    private var lines: [Substring] { self.registry.prometheusText().split(separator: "\n") }

    @Test
    func theSameLabelsAreTheSameSeries() {
        for _ in 0..<3 {
            Counter(label: "requests_total", dimensions: [("a", "1")], factory: self.registry).increment()
        }
        #expect(self.lines.filter { $0.hasPrefix("requests_total") } == [#"requests_total{a="1"} 3"#])
    }

    /// However many values a label takes, what is kept has a bound, and nothing is lost from the sum.
    @Test
    func seriesBeyondTheLimitShareOne() {
        for number in 0..<5_000 {
            Counter(label: "requests_total", dimensions: [("a", "\(number)")], factory: self.registry).increment()
        }
        let series = self.lines.filter { $0.hasPrefix("requests_total{") }
        #expect(series.count == MetricRegistry.seriesLimit)
        let rest = 5_000 - (MetricRegistry.seriesLimit - 1)
        #expect(series.contains { $0 == "requests_total{a=\"other\"} \(rest)" })
    }

    @Test
    func familiesThatNobodyDescribedAreBounded() {
        for number in 0..<1_000 {
            Counter(label: "stranger_\(number)", factory: self.registry).increment()
        }
        #expect(self.lines.filter { $0.hasPrefix("# TYPE stranger") }.count == MetricRegistry.strangerLimit)
    }

    @Test
    func aNameOfAnotherShapeCountsNothing() {
        Counter(label: "open", factory: self.registry).increment()
        #expect(!self.lines.contains { $0.hasPrefix("open") })
    }
}
