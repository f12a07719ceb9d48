import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("How answers end (protocol: realtime §6, §7)")
struct CompactEndTests {
    @Test(
        "each way has its word",
        arguments: [
            (#"{"status":"completed"}"#, "stop"), ("{}", "stop"),
            (#"{"status":"incomplete","status_details":{"reason":"max_output_tokens"}}"#, "length"),
            (#"{"status":"incomplete","status_details":{"reason":"content_filter"}}"#, "content_filter"),
            (#"{"status":"cancelled","status_details":{"reason":"turn_detected"}}"#, "cancelled"),
            (#"{"status":"failed","status_details":null}"#, "error"),
        ]
    )
    func reasons(response: String, reason: String) throws {
        let end = CompactEnd(try JSONParser.parse(Array(response.utf8)), calls: false)
        #expect(end.reason == reason)
        #expect((end.failure != nil) == (reason == "error"))
    }

    @Test("calls are a reason of their own, unless something else ended the answer")
    func calls() {
        #expect(CompactEnd(["status": "completed"], calls: true).reason == "tool_calls")
        #expect(CompactEnd(["status": "cancelled"], calls: true).reason == "cancelled")
    }

    @Test("sums are told, and 0 where there are none")
    func usage() {
        #expect(CompactEnd.usage([nil, [:]])["total_tokens"] == 0)
        let usage = CompactEnd.usage([[:], ["input_tokens": 3, "output_tokens": 4]])
        #expect(usage == ["input_tokens": 3, "output_tokens": 4, "total_tokens": 7])
        let huge = CompactEnd.usage([["input_tokens": .integer(.max), "output_tokens": 1]])
        #expect(huge["total_tokens"] == .integer(.max))
    }

    @Test("the text of a response is that of all its parts")
    func text() throws {
        let response = try JSONParser.parse(
            Array(#"{"output":[{"content":[{"text":"a"},{"transcript":"b"}]},{"type":"function_call"},7]}"#.utf8)
        )
        #expect(CompactEnd.text(of: response) == "ab")
    }

    @Test("an error without words gets some")
    func refusal() {
        #expect(CompactEnd.refusal([:]).code == "server_error")
        #expect(!CompactEnd.refusal([:]).message.isEmpty)
        #expect(CompactEnd.refusal(["param": "session.max_output_tokens"]).param == "session.max_tokens")
    }
}
