import Telemetry
import Testing

/// Prometheus, "Writing client libraries", process metrics.
@Suite
struct ProcessSampleTests {
    @Test
    func everyStandardMetricIsThere() {
        let samples = ProcessSample.take()
        #expect(
            samples.map(\.family.name).sorted() == [
                "process_cpu_seconds_total", "process_max_fds", "process_open_fds", "process_resident_memory_bytes",
                "process_start_time_seconds", "process_virtual_memory_bytes",
            ]
        )
        #expect(samples.allSatisfy { $0.value > 0 })
    }

    @Test
    func thisProcessStartedInThisCentury() throws {
        let start = try #require(ProcessSample.take().first { $0.family.name == "process_start_time_seconds" })
        #expect(start.value / 100 > 946_684_800)
    }
}
