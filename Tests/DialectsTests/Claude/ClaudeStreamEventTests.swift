// protocol/http §2.4: what single events say.

import Testing

@testable import Dialects

@Suite struct ClaudeStreamEventTests {
    private func event(_ text: String) -> ClaudeStreamEvent? {
        ClaudeStreamEvent(Array(text.utf8).span, 0..<text.utf8.count)
    }

    @Test(
        "Every kind, and what is not known",
        arguments: [
            ("message_start", ClaudeStreamEvent.Kind.messageStart), ("content_block_start", .blockStart),
            ("content_block_delta", .blockDelta), ("content_block_stop", .blockStop), ("message_delta", .messageDelta),
            ("message_stop", .messageStop), ("error", .error), ("ping", .other), ("tomorrow", .other), ("", .other),
        ]
    )
    func kinds(type: String, expected: ClaudeStreamEvent.Kind) {
        #expect(event(#"{"index":3,"type":"\#(type)"}"#)?.kind == expected)
        #expect(event(#"{"index":3,"type":"\#(type)"}"#)?.index == 3)
    }

    @Test("What is no object is no event", arguments: ["", "[DONE]", "[]", "{", #"{"type":"ping"}x"#])
    func nonsense(text: String) {
        #expect(event(text) == nil)
    }

    @Test("Text is counted in deltas only, as it is spelled")
    func counts() throws {
        let text = #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a\"b"}}"#
        #expect(try #require(event(text)).textBytes(in: Array(text.utf8).span) == 4)
        let start = #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":"abc"}}"#
        #expect(try #require(event(start)).textBytes(in: Array(start.utf8).span) == 0)
    }

    @Test("Usage stands within the message at the start, and beside the delta later")
    func usage() throws {
        let start = #"{"type":"message_start","message":{"usage":{"input_tokens":3}}}"#
        #expect(try #require(event(start)).usage(in: Array(start.utf8).span)?.inputTokens == 3)
        let delta = #"{"type":"message_delta","delta":{"usage":{"output_tokens":1}},"usage":{"output_tokens":2}}"#
        #expect(try #require(event(delta)).usage(in: Array(delta.utf8).span)?.outputTokens == 2)
        let other = #"{"type":"ping","usage":{"output_tokens":2}}"#
        #expect(try #require(event(other)).usage(in: Array(other.utf8).span) == nil)
    }
}
