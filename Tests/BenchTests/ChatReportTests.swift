// What is told of HTTP exchanges, and per what.

import BenchCore
import Testing

@Suite struct ChatReportTests {
    private func report(_ mode: ChatWorkload.Mode) -> ChatReport {
        var end = ProcessSample()
        end.cpuNanoseconds = 10_000_000
        var start = ProcessSample()
        start.cpuNanoseconds = 0
        let time = CPUTime(from: start, to: end, ticksPerSecond: 100)
        var latency = LatencyHistogram()
        latency.record(200_000)
        return ChatReport(
            ChatWorkload(mode: mode),
            seconds: 1,
            exchanges: 100,
            pieces: 1_000,
            relay: time,
            bench: time,
            firstByte: latency
        )
    }

    @Test func wholeAnswersAreCountedByTheExchangeAndStreamsByThePiece() {
        #expect(self.report(.whole).relay?.microsecondsPerMessage == 100)
        #expect(self.report(.events).relay?.microsecondsPerMessage == 10)
    }

    @Test func itIsToldAsJSONAndForPeople() throws {
        let report = self.report(.events)
        #expect(try report.json().contains(#""microseconds_per_message":10"#))
        #expect(report.table.contains("relay CPU per piece"))
        #expect(report.table.hasSuffix("\n"))
    }
}
