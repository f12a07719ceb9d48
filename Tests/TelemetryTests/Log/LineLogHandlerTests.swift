import Logging
import Telemetry
import Testing

@Suite
struct LineLogHandlerTests {
    private func logged(
        _ format: LogFormat,
        redact: @escaping @Sendable (String) -> String = { $0 },
        _ body: (Logger) -> Void
    ) -> String {
        let pipe = LinePipe()
        let sink = LogSink(descriptor: pipe.writer)
        var logger = Logger(label: "longwire") {
            LineLogHandler(label: $0, format: format, sink: sink, redact: redact)
        }
        logger.logLevel = .info
        body(logger)
        sink.flush(milliseconds: 10_000)
        return pipe.read()
    }

    @Test
    func anEventIsOneObjectOnOneLine() {
        let line = self.logged(.json) { logger in
            logger.warning(
                "refused",
                metadata: ["request_id": "req_1", "path": "/a\nb", "inner": ["list": ["x", "y"]]]
            )
        }
        #expect(
            line.hasSuffix(
                #","level":"warning","logger":"longwire","message":"refused","inner.list.0":"x","inner.list.1":"y","#
                    + #""path":"/a\nb","request_id":"req_1"}"# + "\n"
            )
        )
        #expect(line.hasPrefix(#"{"time":"20"#))
        #expect(line.utf8.count { $0 == 0x0A } == 1)
    }

    @Test
    func wordsForPeople() {
        let line = self.logged(.text) {
            $0.info("session ended", metadata: ["cause": "client closed", "code": "1000"])
        }
        #expect(line.hasSuffix(" info longwire: session ended cause=\"client closed\" code=1000\n"))
    }

    /// A name twice in one object would leave it to the reader which one counts.
    @Test
    func metadataDoesNotReplaceTheLinesOwnFields() {
        let line = self.logged(.json) { $0.info("true", metadata: ["message": "false", "level": "false"]) }
        #expect(line.contains(#""message":"true""#))
        #expect(line.contains(#""metadata.message":"false""#))
        #expect(line.contains(#""metadata.level":"false""#))
    }

    @Test
    func everythingPassesTheLastNet() {
        let redact: @Sendable (String) -> String = { $0.replacing("secret", with: "-") }
        let line = self.logged(.json, redact: redact) { logger in
            logger.info("a secret", metadata: ["deep": ["in": "secret"]])
        }
        #expect(!line.contains("secret"))
    }

    @Test
    func levelsBelowTheLoggersAreSilent() {
        #expect(
            self.logged(.text) { logger in
                logger.debug("no")
                logger.info("yes")
            }.split(separator: "\n").count == 1
        )
    }
}
