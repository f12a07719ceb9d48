import RTCatCore
import Testing

@Suite struct TurnReportTests {
    @Test func tellsWhatWasMeasured() {
        var report = TurnReport()
        #expect(report.text == "no usage")
        report.firstTextMilliseconds = 120
        report.firstAudioMilliseconds = 340
        report.audioMilliseconds = 2349
        report.status = "failed"
        report.reason = "why"
        #expect(report.text == "first text 120 ms · first audio 340 ms · audio 2.3 s · no usage · failed: why")
    }

    @Test(arguments: [(0, "0.0 s"), (49, "0.0 s"), (50, "0.1 s"), (1000, "1.0 s"), (61_950, "62.0 s")])
    func roundsSeconds(_ milliseconds: Int, _ text: String) {
        #expect(TurnReport.seconds(milliseconds) == text)
    }
}
