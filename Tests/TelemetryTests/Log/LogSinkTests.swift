import Testing

@testable import Telemetry

@Suite
struct LogSinkTests {
    private func line(_ text: String) -> [UInt8] { Array((text + "\n").utf8) }

    @Test
    func linesKeepTheirOrder() {
        let pipe = LinePipe()
        let sink = LogSink(descriptor: pipe.writer)
        for number in 0..<100 { sink.write(self.line("\(number)")) { _ in [] } }
        sink.flush(milliseconds: 10_000)
        #expect(pipe.read() == (0..<100).map { "\($0)\n" }.joined())
        #expect(sink.dropped == 0)
    }

    /// Nobody reads: the pipe takes 64 KiB, the queue its limit, and no call waits.
    @Test
    func aReaderThatStopsCostsLinesNotTime() {
        let pipe = LinePipe()
        let sink = LogSink(descriptor: pipe.writer, limit: 4_096)
        let long = self.line(String(repeating: "x", count: 1_023))
        // The queue may find room in between, and then tells what was lost until then.
        var told = 0
        for _ in 0..<1_000 {
            sink.write(long) {
                told += $0
                return []
            }
        }
        let untold = sink.dropped - told
        #expect(sink.dropped > 900)
        // The writer still holds what it was given; reading lets it go on and tell the loss.
        var read = pipe.read()
        sink.flush(milliseconds: 10_000)
        sink.write(self.line("after")) { self.line("lost \($0)") }
        sink.flush(milliseconds: 10_000)
        read += pipe.read()
        #expect(read.hasSuffix(untold > 0 ? "x\nlost \(untold)\nafter\n" : "x\nafter\n"))
    }

    /// `robustness.md` H3.
    @Test
    func aClosedPipeLosesLinesAndNothingElse() {
        let pipe = LinePipe()
        let sink = LogSink(descriptor: pipe.writer)
        pipe.closeReader()
        sink.write(self.line("one")) { _ in [] }
        sink.flush(milliseconds: 10_000)
        #expect(sink.dropped == 1)
    }
}
