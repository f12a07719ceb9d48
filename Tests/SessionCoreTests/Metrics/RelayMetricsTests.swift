import CoreMetrics
import MetricsTestKit
import SessionCore
import Telemetry
import Testing

@Suite
struct RelayMetricsTests {
    private let backend = TestMetrics()
    private let metrics: RelayMetrics

    init() {
        self.metrics = RelayMetrics(factory: self.backend, models: ["gpt-realtime"], upstreams: ["openai"])
    }

    private func total(_ name: String, _ labels: [(String, String)]) -> Int64? {
        try? self.backend.expectCounter(name, labels).totalValue
    }

    @Test
    func admissionsCountByOutcome() {
        self.metrics.admission(outcome: "admitted", kind: .http)
        self.metrics.admission(outcome: "admitted", kind: .http)
        self.metrics.admission(outcome: "invalid_api_key", kind: .realtime)
        #expect(self.total(MetricName.admissions, [("kind", "http"), ("outcome", "admitted")]) == 2)
        #expect(self.total(MetricName.admissions, [("kind", "realtime"), ("outcome", "invalid_api_key")]) == 1)
    }

    /// An upstream words some refusals itself, and may word each anew.
    @Test
    func outcomesAreBounded() {
        for number in 0..<1_000 {
            self.metrics.admission(outcome: "made_up_\(number)", kind: .http)
        }
        let named = self.backend.counters.filter { $0.label == MetricName.admissions }
        #expect(named.count <= 65)
        #expect(named.reduce(0) { $0 + $1.totalValue } == 1_000)
        #expect((self.total(MetricName.admissions, [("kind", "http"), ("outcome", "other")]) ?? 0) > 900)
    }

    @Test
    func namesThatAreNotConfiguredShareALabel() {
        for number in 0..<100 {
            self.metrics.sessionOpened(model: "passed-through-\(number)", upstream: "openai")
        }
        #expect(self.total(MetricName.sessionsOpened, [("model", "other"), ("upstream", "openai")]) == 100)
        #expect(self.backend.counters.filter { $0.label == MetricName.sessionsOpened }.count == 1)
    }

    @Test
    func aRowIsATurnWithItsTokensCostAndFirstByte() throws {
        var tokens = TokenCounts()
        tokens.inputText = 100
        tokens.cachedText = 40
        tokens.outputAudio = 7
        self.metrics.turn(
            LedgerRow(
                kind: .turn,
                sessionID: "s",
                turnID: "t",
                requestID: "r",
                keyID: "k",
                accountID: "a",
                model: "gpt-realtime",
                upstream: "openai",
                upstreamModel: "gpt-realtime",
                tokens: tokens,
                costMicroUSD: 1_234,
                status: .completed,
                startedAt: 0,
                firstByteMilliseconds: 250
            )
        )
        let route = [("model", "gpt-realtime"), ("upstream", "openai")]
        #expect(
            self.total(
                MetricName.turns,
                route + [("kind", "turn"), ("status", "completed"), ("estimated", "false")]
            ) == 1
        )
        #expect(self.total(MetricName.tokens, route + [("class", "input_text")]) == 100)
        #expect(self.total(MetricName.tokens, route + [("class", "cached_text")]) == 40)
        #expect(self.total(MetricName.tokens, route + [("class", "output_audio")]) == 7)
        #expect(self.total(MetricName.cost, route) == 1_234)
        #expect(try self.backend.expectTimer(MetricName.firstByte, route).values == [250_000_000])
    }

    @Test
    func theLedgersDropsArriveAsTheirGrowth() {
        self.metrics.ledger(queued: 5, lagMilliseconds: 1_500, dropped: 3)
        self.metrics.ledger(queued: 0, lagMilliseconds: 0, dropped: 3)
        self.metrics.ledger(queued: 0, lagMilliseconds: 0, dropped: 10)
        #expect(self.total(MetricName.ledgerDropped, []) == 10)
    }

    @Test
    func timesAreNeverNegative() throws {
        self.metrics.overhead(microseconds: -5, kind: .http)
        #expect(try self.backend.expectTimer(MetricName.overhead, [("kind", "http")]).values == [0])
    }

    @Test
    func anUpstreamIsUpAsItsLastAnswerWas() throws {
        self.metrics.upstream(name: "openai", ok: true)
        self.metrics.upstream(name: "openai", ok: false)
        #expect(self.total(MetricName.upstreamAttempts, [("upstream", "openai"), ("result", "failed")]) == 1)
        #expect(try self.backend.expectMeter(MetricName.upstreamUp, [("upstream", "openai")]).values.last == 0)
    }

    @Test
    func nothingIsCountedByNone() {
        RelayMetrics.none.sessionOpened(model: "m", upstream: "u")
        RelayMetrics.none.sessionClosed(model: "m", upstream: "u", code: 1000)
    }

    /// A session counts under the names that it began with, whatever is configured meanwhile: no gauge ends below zero.
    @Test
    func namesOfAnotherConfigurationCountBesideThoseBefore() throws {
        let next = self.metrics.naming(models: ["new"], upstreams: ["openai"])
        self.metrics.sessionOpened(model: "gpt-realtime", upstream: "openai")
        self.metrics.sessionOpened(model: "new", upstream: "openai")
        next.sessionOpened(model: "new", upstream: "openai")
        next.sessionOpened(model: "gpt-realtime", upstream: "openai")
        let names = [("gpt-realtime", Int64(1)), ("new", 1), ("other", 2)]
        for (model, count) in names {
            let labels = [("model", model), ("upstream", "openai")]
            #expect(self.total(MetricName.sessionsOpened, labels) == count, "\(model)")
        }
        self.metrics.sessionClosed(model: "gpt-realtime", upstream: "openai", code: 1000)
        let gauge = [("model", "gpt-realtime"), ("upstream", "openai")]
        #expect(try self.backend.expectMeter(MetricName.sessions, gauge).lastValue == 0)
    }

    @Test
    func reloadsCountByOutcomeFromTheStart() {
        #expect(self.total(MetricName.reloads, [("outcome", "refused")]) == 0)
        self.metrics.reload(isTaken: true)
        self.metrics.naming(models: [], upstreams: []).reload(isTaken: true)
        self.metrics.reload(isTaken: false)
        #expect(self.total(MetricName.reloads, [("outcome", "taken")]) == 2)
        #expect(self.total(MetricName.reloads, [("outcome", "refused")]) == 1)
    }

    /// An alert on an upstream that is down must not go on when there is no such upstream.
    @Test
    func upstreamsThatAreGoneAreNeitherUpNorDown() {
        let registry = MetricRegistry(MetricCatalog.families)
        let before = RelayMetrics(factory: registry, upstreams: ["stays", "goes"])
        for name in ["stays", "goes"] { before.upstream(name: name, ok: false) }
        let after = before.naming(models: [], upstreams: ["stays"])
        after.retireUpstreams(of: before)
        let lines = registry.prometheusText().split(separator: "\n")
        #expect(lines.contains(#"longwire_upstream_up{upstream="stays"} 0"#))
        #expect(!lines.contains { $0.hasPrefix(#"longwire_upstream_up{upstream="goes"}"#) })
        #expect(lines.contains(#"longwire_upstream_attempts_total{upstream="goes",result="failed"} 1"#))
    }

    /// Whoever began before goes on to ask an upstream that is gone, and fails when it was switched off.
    @Test
    func upstreamsThatAreGoneDoNotComeBack() {
        let registry = MetricRegistry(MetricCatalog.families)
        let before = RelayMetrics(factory: registry, upstreams: ["stays", "goes"])
        let after = before.naming(models: [], upstreams: ["stays", "comes"])
        after.upstream(name: "comes", ok: true)
        after.retireUpstreams(of: before)
        for name in ["stays", "goes"] { before.upstream(name: name, ok: false) }
        let up = registry.prometheusText().split(separator: "\n").filter { $0.hasPrefix("longwire_upstream_up{") }
        #expect(
            up.sorted() == [#"longwire_upstream_up{upstream="comes"} 1"#, #"longwire_upstream_up{upstream="stays"} 0"#]
        )
    }
}
