import CoreMetrics
import MetricsTestKit
import SessionCore
import Testing

@Suite
struct RouteMetricsTests {
    private let backend = TestMetrics()

    /// RFC 6455 §7.4.2: peers may choose any code from 3000 to 4999.
    @Test
    func closeCodesAreBounded() {
        let metrics = RelayMetrics(factory: self.backend)
        for code in 0...5_000 {
            metrics.sessionClosed(model: "m", upstream: "u", code: code)
        }
        let counters = self.backend.counters.filter { $0.label == MetricName.sessionsClosed }
        #expect(counters.count < 32)
        #expect(counters.reduce(0) { $0 + $1.totalValue } == 5_001)
    }

    @Test
    func openSessionsGoUpAndDown() throws {
        let metrics = RelayMetrics(factory: self.backend, models: ["m"], upstreams: ["u"])
        metrics.sessionOpened(model: "m", upstream: "u")
        metrics.sessionOpened(model: "m", upstream: "u")
        metrics.sessionClosed(model: "m", upstream: "u", code: 1001)
        let meter = try self.backend.expectMeter(MetricName.sessions, [("model", "m"), ("upstream", "u")])
        #expect(meter.values.last == 1)
        let closed = try self.backend.expectCounter(
            MetricName.sessionsClosed,
            [("model", "m"), ("upstream", "u"), ("code", "1001")]
        )
        #expect(closed.totalValue == 1)
    }

    @Test
    func transcriptionsBilledByTimeCountTheirSeconds() throws {
        let metrics = RelayMetrics(factory: self.backend, models: ["m"], upstreams: ["u"])
        var tokens = TokenCounts()
        tokens.audioMilliseconds = 2_500
        metrics.turn(
            model: "m",
            upstream: "u",
            kind: .transcription,
            status: .completed,
            tokens: tokens,
            costMicroUSD: 0,
            estimated: false
        )
        let audio = try self.backend.expectCounter(MetricName.audio, [("model", "m"), ("upstream", "u")])
        #expect(audio.totalValue == 2_500)
    }
}
