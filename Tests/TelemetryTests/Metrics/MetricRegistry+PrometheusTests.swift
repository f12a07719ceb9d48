import CoreMetrics
import Telemetry
import Testing

/// Prometheus text format 0.0.4.
@Suite
struct MetricRegistryPrometheusTests {
    @Test
    func aWholeScrape() {
        let registry = MetricRegistry([
            MetricFamily("cost_usd_total", help: "What was spent.", .counter, decimals: 6),
            MetricFamily("wait_seconds", help: "A wait.", .histogram(bounds: [1_000_000, 2_500_000_000]), decimals: 9),
            MetricFamily("never_used", help: "Nothing.", .counter),
        ])
        Counter(label: "cost_usd_total", dimensions: [("model", "m")], factory: registry).increment(by: 1_500_000)
        let timer = CoreMetrics.Timer(label: "wait_seconds", factory: registry)
        timer.recordMilliseconds(1)
        timer.recordSeconds(2)
        timer.recordSeconds(3)
        let sample = MetricSample(MetricFamily("rss_bytes", help: "RAM.\nAll of it.", .gauge), value: 4_096)
        #expect(
            registry.prometheusText(with: [sample]) == #"""
                # HELP cost_usd_total What was spent.
                # TYPE cost_usd_total counter
                cost_usd_total{model="m"} 1.5
                # HELP wait_seconds A wait.
                # TYPE wait_seconds histogram
                wait_seconds_bucket{le="0.001"} 1
                wait_seconds_bucket{le="2.5"} 2
                wait_seconds_bucket{le="+Inf"} 3
                wait_seconds_sum 5.001
                wait_seconds_count 3
                # HELP rss_bytes RAM.\nAll of it.
                # TYPE rss_bytes gauge
                rss_bytes 4096

                """#
        )
    }

    @Test
    func samplesOfOneFamilyShareItsHead() {
        let family = MetricFamily("loop_lag", help: "Lag.", .gauge)
        let samples = (0..<2).map { MetricSample(family, dimensions: [("loop", "\($0)")], value: Int64($0)) }
        let text = MetricRegistry([]).prometheusText(with: samples)
        #expect(text.split(separator: "\n").count == 4)
    }
}
