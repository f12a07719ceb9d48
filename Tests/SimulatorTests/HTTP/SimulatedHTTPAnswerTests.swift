// Answers made ready: JSON, errors, refusals.

import Dialects
import Testing

@testable import Simulator

@Suite("HTTP answers")
struct SimulatedHTTPAnswerTests {
    @Test("Every refusal is an error object with a code", arguments: FaultModel.refusals)
    func refuses(_ status: Int) throws {
        let answer = SimulatedHTTPAnswer.refusal(status)
        #expect(answer.status == status)
        let error = try JSONParser.parse(answer.pieces.flatMap(\.bytes))["error"]
        #expect(error?["code"]?.string != nil)
        #expect(error?["type"]?.string != nil)
        #expect(answer.headers.contains { $0.name == "retry-after" } == (status == 429))
        #expect(answer.headers.contains(SimulatedHeader("content-type", "application/json")))
    }

    @Test("Silence has no pieces and never ends")
    func isSilent() {
        #expect(SimulatedHTTPAnswer.silence.isSilent)
        #expect(SimulatedHTTPAnswer.silence.end == .stall)
    }
}
