import CoreMetrics
import SessionCore
import Telemetry
import Testing

@Suite
struct MetricCatalogTests {
    private let spot = [
        MetricCatalog.loopQueue, MetricCatalog.loopLag, MetricCatalog.loopsAnswering, MetricCatalog.openConnections,
        MetricCatalog.logDropped, MetricCatalog.build,
    ]

    /// Prometheus, "Metric and label naming": base units, `_total` for what only grows.
    @Test
    func namesFollowTheCustom() {
        let all = MetricCatalog.families + self.spot
        #expect(Set(all.map(\.name)).count == all.count)
        for family in all {
            #expect(family.name.hasPrefix("longwire_"))
            #expect((family.shape == .counter) == family.name.hasSuffix("_total"), "\(family.name)")
            #expect(family.help.hasSuffix("."), "\(family.name)")
        }
    }

    /// What the relay counts in thousandths and millionths is shown in seconds and dollars.
    @Test
    func everythingThatIsCountedIsDescribed() {
        let registry = MetricRegistry(MetricCatalog.families)
        let metrics = RelayMetrics(factory: registry, models: ["m"], upstreams: ["u"])
        var tokens = TokenCounts()
        tokens.audioMilliseconds = 2_500
        metrics.admission(outcome: RelayMetrics.admitted, kind: .http)
        metrics.sessionOpened(model: "m", upstream: "u")
        metrics.sessionClosed(model: "m", upstream: "u", code: 1000)
        metrics.turn(
            model: "m",
            upstream: "u",
            status: .completed,
            tokens: tokens,
            costMicroUSD: 1_250_000,
            estimated: true
        )
        metrics.firstByte(milliseconds: 30, model: "m", upstream: "u")
        metrics.overhead(microseconds: 120, kind: .realtime)
        metrics.upstream(name: "u", ok: true)
        metrics.ledger(queued: 1, lagMilliseconds: 1_500, dropped: 2)
        let lines = registry.prometheusText().split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("# TYPE") }.count == MetricCatalog.families.count)
        for line in [
            #"longwire_cost_usd_total{model="m",upstream="u"} 1.25"#,
            #"longwire_transcribed_audio_seconds_total{model="m",upstream="u"} 2.5"#,
            #"longwire_first_byte_seconds_sum{model="m",upstream="u"} 0.03"#,
            #"longwire_relay_overhead_seconds_bucket{kind="realtime",le="0.00025"} 1"#,
            #"longwire_sessions{model="m",upstream="u"} 0"#, "longwire_ledger_lag_seconds 1.5",
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
    }
}
