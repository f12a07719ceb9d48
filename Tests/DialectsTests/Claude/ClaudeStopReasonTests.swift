// protocol/http §4.5: why an answer ended.

import Testing

@testable import Dialects

@Suite struct ClaudeStopReasonTests {
    @Test(
        "§4.5: read",
        arguments: [
            ("end_turn", FinishReason.stop), ("stop_sequence", .stopSequence("E")), ("max_tokens", .length),
            ("model_context_window_exceeded", .length), ("tool_use", .toolCalls), ("refusal", .contentFilter),
            ("pause_turn", .pause), ("tomorrow's", .stop),
        ]
    )
    func read(reason: String, expected: FinishReason) {
        #expect(ClaudeStopReason.read(reason, sequence: "E") == expected)
    }

    @Test(
        "§4.5: written",
        arguments: [
            (FinishReason.stop, "end_turn"), (.stopSequence("E"), "stop_sequence"), (.length, "max_tokens"),
            (.toolCalls, "tool_use"), (.contentFilter, "refusal"), (.pause, "pause_turn"),
        ]
    )
    func write(reason: FinishReason, expected: String) {
        let written = ClaudeStopReason.write(reason, refuses: false, calls: false)
        #expect(written.reason == expected)
        #expect(written.sequence == (expected == "stop_sequence" ? "E" : nil))
    }

    @Test("§5.2: a refusal and a call make a plain stop what Claude calls it")
    func plainStops() {
        #expect(ClaudeStopReason.write(.stop, refuses: true, calls: false).reason == "refusal")
        #expect(ClaudeStopReason.write(.stop, refuses: false, calls: true).reason == "tool_use")
        #expect(ClaudeStopReason.write(.length, refuses: true, calls: true).reason == "max_tokens")
    }
}
