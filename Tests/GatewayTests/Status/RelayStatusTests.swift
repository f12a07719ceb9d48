import Logging
import SQLiteStore
import SessionCore
import Telemetry
import Testing
import Transport

@testable import Gateway

@Suite
struct RelayStatusTests {
    private let registry = MetricRegistry(MetricCatalog.families)

    private func status(isHealthy: Bool = true) -> RelayStatus {
        let health = LedgerHealth(queued: 4, lagMilliseconds: 1_500, dropped: 3, lastError: nil, isHealthy: isHealthy)
        return RelayStatus(
            registry: self.registry,
            ledger: { health },
            metrics: RelayMetrics(factory: self.registry),
            more: { [MetricSample(MetricCatalog.logDropped, value: 7)] }
        )
    }

    @Test
    func whoHasNoLoopsYetIsNotReady() async {
        #expect(await self.status().readiness() == .notReady("starting"))
    }

    @Test
    func aScrapeHasWhatIsKeptAndWhatIsReadOnTheSpot() async throws {
        let status = self.status()
        let crew = try LoopCrew(loops: 2, limits: TransportLimits(), logger: Logger(label: "test"))
        status.watch(crew)
        #expect(await status.readiness() == .ready)
        let lines = await status.metrics().split(separator: "\n")
        for line in [
            "longwire_ledger_dropped_entries_total 3", "longwire_ledger_lag_seconds 1.5",
            "longwire_ledger_queued_entries 4",
            "longwire_log_lines_dropped_total 7",
            "longwire_loops_answering 2", "longwire_open_connections 0", #"longwire_loop_queue_depth{loop="1"} 0"#,
        ] {
            #expect(lines.contains { $0 == line }, "\(line)")
        }
        #expect(lines.contains { $0.hasPrefix("process_resident_memory_bytes ") })
        await crew.shutDown(grace: .zero)
    }

    @Test
    func aLedgerThatIsNotWrittenIsAReason() async throws {
        let status = self.status(isHealthy: false)
        let crew = try LoopCrew(loops: 1, limits: TransportLimits(), logger: Logger(label: "test"))
        status.watch(crew)
        #expect(await status.readiness() == .notReady("the ledger cannot be written"))
        await crew.shutDown(grace: .zero)
    }
}
