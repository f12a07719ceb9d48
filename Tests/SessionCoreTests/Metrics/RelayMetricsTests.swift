import CoreMetrics
import MetricsTestKit
import SessionCore
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
}
