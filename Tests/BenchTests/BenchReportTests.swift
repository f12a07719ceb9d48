// What is printed says what was measured, and nothing that was not.

import BenchCore
import Foundation
import Testing

@Suite struct BenchReportTests {
    private func cpu(_ microseconds: UInt64, messages: Int, seconds: Double) -> BenchReport.CPU {
        var end = ProcessSample()
        end.userTicks = 1
        end.systemTicks = 3
        end.cpuNanoseconds = microseconds * 1_000
        var start = ProcessSample()
        start.cpuNanoseconds = 0
        return BenchReport.CPU(CPUTime(from: start, to: end, ticksPerSecond: 100), messages: messages, seconds: seconds)
    }

    private func report(_ mode: WorkloadMode) -> BenchReport {
        let workload = Workload(mode: mode, sessions: 10, size: 1000)
        let bench = self.cpu(1_000_000, messages: 4_000, seconds: 2)
        return BenchReport(workload, tlsUpstream: true, seconds: 2, messages: 4_000, bench: bench)
    }

    @Test func ratesFollowFromCountsAndTime() {
        let report = self.report(.stream)
        #expect(report.messagesPerSecond == 2_000)
        #expect(report.megabytesPerSecond == 2)
        #expect(report.bench.microsecondsPerMessage == 250)
        #expect(report.bench.userMicrosecondsPerMessage == 62.5)
        #expect(report.bench.systemMicrosecondsPerMessage == 187.5)
        #expect(report.bench.utilization == 0.5)
    }

    @Test func withoutMessagesNothingIsDividedByThem() {
        #expect(self.cpu(5, messages: 0, seconds: 1).microsecondsPerMessage == nil)
        #expect(self.cpu(5, messages: 0, seconds: 0).utilization == 0)
    }

    @Test func memoryIsTheDifferenceForEachSession() {
        let memory = BenchReport.Memory(before: 1_000, open: 6_000, peak: 11_000, sessions: 10)
        #expect(memory.bytesPerOpenSession == 500)
        #expect(memory.bytesPerSessionAtPeak == 1_000)
        #expect(BenchReport.Memory(before: 6_000, open: 1_000, peak: 0, sessions: 10).bytesPerOpenSession == -500)
    }

    @Test func theObjectHasTheNamesThatTheRunnerReads() throws {
        var report = self.report(.paced)
        var histogram = LatencyHistogram()
        histogram.record(50_000)
        report.relay = self.cpu(8_000, messages: 4_000, seconds: 2)
        report.latency = BenchReport.Latency(histogram)
        report.opening = BenchReport.Opening(relayMicrosecondsPerSession: 44, seconds: 1)
        report.memory = BenchReport.Memory(before: 1, open: 2, peak: 3, sessions: 1)
        let data = Data(try report.json().utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect((object["relay"] as? [String: Any])?["microseconds_per_message"] as? Double == 2)
        #expect((object["relay"] as? [String: Any])?["user_microseconds_per_message"] as? Double == 0.5)
        #expect((object["latency"] as? [String: Any])?["p50_microseconds"] as? Double == 50)
        #expect((object["latency"] as? [String: Any])?["p99_microseconds"] as? Double == 50)
        #expect((object["opening"] as? [String: Any])?["relay_microseconds_per_session"] as? Double == 44)
        #expect((object["memory"] as? [String: Any])?["bytes_per_open_session"] as? Double == 1)
        #expect((object["memory"] as? [String: Any])?["peak_bytes"] as? Double == 3)
        #expect(object["megabytes_per_second"] as? Double == 2)
        #expect(object["mode"] as? String == "paced")
    }

    @Test func theTableLeavesOutWhatWasNotMeasured() {
        var report = self.report(.pingPong)
        #expect(report.table.contains("ping-pong both, 10 sessions, 1000 B"))
        #expect(!report.table.contains("relay CPU"))
        #expect(!report.table.contains("latency"))
        report.relay = self.cpu(8_000, messages: 4_000, seconds: 2)
        #expect(report.table.contains("2.00 µs (user 0.500, kernel 1.50)"))
    }
}
