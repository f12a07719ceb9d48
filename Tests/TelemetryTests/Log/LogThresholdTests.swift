import Logging
import Telemetry
import Testing

@Suite
struct LogThresholdTests {
    @Test
    func copiesOfALoggerFollowItUntilTheyAreToldOtherwise() {
        let pipe = LinePipe()
        let sink = LogSink(descriptor: pipe.writer)
        let threshold = LogThreshold(.notice)
        let logger = Logger(label: "longwire") {
            LineLogHandler(label: $0, format: .text, sink: sink, threshold: threshold)
        }
        var own = logger
        own.logLevel = .error
        logger.info("one")
        threshold.level = .info
        logger.info("two")
        own.info("three")
        threshold.level = .critical
        logger.error("four")
        own.error("five")
        sink.flush(milliseconds: 10_000)
        let words = pipe.read().split(separator: "\n").compactMap { $0.split(separator: " ").last }
        #expect(words == ["two", "five"])
    }

    @Test(arguments: Logger.Level.allCases)
    func everyLevelIsKept(level: Logger.Level) {
        let threshold = LogThreshold(.trace)
        threshold.level = level
        #expect(threshold.level == level)
    }
}
