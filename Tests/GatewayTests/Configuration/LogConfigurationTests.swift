// `log: { format, level }`.

import Gateway
import Logging
import Telemetry
import Testing

@Suite("Log configuration")
struct LogConfigurationTests {
    private func log(_ text: String) throws -> Configuration.Log {
        try ConfigurationReader.read(text: text, file: "longwire.yaml", environment: [:]).log
    }

    @Test func leavesTheChoiceToTheCommandLine() throws {
        #expect(try self.log("store: sqlite:x.sqlite\n") == Configuration.Log())
    }

    @Test func readsFormatAndLevel() throws {
        let log = try self.log("log: { format: json, level: warning }\n")
        #expect(log.format == .json)
        #expect(log.level == .warning)
    }

    @Test(arguments: ["log: { format: xml }", "log: { level: loud }", "log: { colour: red }", "log: json"])
    func refusesWhatItDoesNotKnow(text: String) {
        #expect(throws: ConfigurationErrors.self) { try self.log(text + "\n") }
    }
}
