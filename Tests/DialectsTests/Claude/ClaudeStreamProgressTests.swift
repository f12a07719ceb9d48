// protocol/http §2.4, §4.5 and §5.1: what events add to an answer.

import Testing

@testable import Dialects

@Suite struct ClaudeStreamProgressTests {
    private typealias Reader = ClaudeStreamReaderTests

    private func failure(_ data: [String]) throws -> ProviderError? {
        guard case .failed(let error)? = try Reader.read(data).last else { return nil }
        return error
    }

    @Test(
        "§4.5: why the answer ended",
        arguments: [
            ("end_turn", FinishReason.stop), ("max_tokens", .length), ("refusal", .contentFilter),
            ("pause_turn", .pause),
        ]
    )
    func reasons(reason: String, expected: FinishReason) throws {
        let events = try Reader.read([Reader.start, Reader.finish(reason), Reader.stop])
        #expect(events.contains(.finished(expected, candidate: 0)))
    }

    @Test("A stop sequence is told")
    func stopSequence() throws {
        let delta = #"{"type":"message_delta","delta":{"stop_reason":"stop_sequence","stop_sequence":"END"}}"#
        let events = try Reader.read([Reader.start, delta, Reader.stop])
        #expect(events.contains(.finished(.stopSequence("END"), candidate: 0)))
    }

    @Test("Reasons that come twice count once, one that never comes is a plain end")
    func onceOnly() throws {
        let twice = try Reader.read([Reader.start, Reader.finish("max_tokens"), Reader.finish("end_turn"), Reader.stop])
        #expect(twice.filter { if case .finished = $0 { true } else { false } } == [.finished(.length, candidate: 0)])
        let never = try Reader.read([Reader.start, Reader.stop])
        #expect(never.suffix(2) == [.finished(.stop, candidate: 0), .ended])
    }

    @Test("§2.4: usage is overlaid, not replaced")
    func usage() throws {
        let delta = #"{"type":"message_delta","delta":{},"usage":{"input_tokens":20,"output_tokens":7}}"#
        let events = try Reader.read([Reader.start, delta])
        let told = ChatUsage(promptTokens: 22, completionTokens: 7, totalTokens: 29, cachedTokens: 2)
        #expect(events.last == .usage(told))
    }

    @Test("What comes before message_start starts the answer")
    func withoutStart() throws {
        let events = try Reader.read([Reader.delta(0, "text_delta", "text", "x"), Reader.start])
        #expect(events.prefix(2) == [.started(id: nil, model: nil), .text("x", candidate: 0)])
        #expect(events.filter { if case .started = $0 { true } else { false } }.count == 1)
    }

    @Test("A block may begin with its text")
    func fullStarts() throws {
        let events = try Reader.read([
            Reader.start, Reader.block(0, #"{"type":"thinking","thinking":"t"}"#),
            Reader.block(1, #"{"type":"text","text":"a"}"#),
        ])
        #expect(events.suffix(2) == [.thought("t", candidate: 0), .text("a", candidate: 0)])
    }

    @Test("Blocks of Claude's own tools say nothing")
    func serverTools() throws {
        let events = try Reader.read([
            Reader.start, Reader.block(0, #"{"type":"server_tool_use","id":"s","name":"web_search","input":{}}"#),
            Reader.delta(0, "input_json_delta", "partial_json", "{}"), Reader.close(0),
            Reader.block(1, #"{"type":"web_search_tool_result","tool_use_id":"s","content":[]}"#), Reader.close(1),
            Reader.block(2, #"{"type":"redacted_thinking","data":"d"}"#), Reader.close(2),
        ])
        #expect(events.count == 2)
    }

    @Test(
        "Text never vanishes in silence: what is known but cannot be read ends the answer",
        arguments: [
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta"}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":5}}"#,
            #"{"type":"content_block_delta","index":0}"#, #"{"type":"content_block_start","index":0}"#,
            #"{"type":"content_block_start","content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"","name":"f"}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"tool_use","id":"a"}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"\x"}}"#,
        ]
    )
    func unreadable(data: String) throws {
        #expect(try failure([Reader.start, data, Reader.stop])?.status == 502)
    }

    @Test("An error that says nothing is an error all the same")
    func bareError() throws {
        #expect(try failure([#"{"type":"error"}"#]) == ProviderError(message: ""))
    }

    @Test("Calls are bounded")
    func bounds() throws {
        let calls = (0...ClaudeStreamProgress.toolCalls).map { Reader.block($0, Reader.call) }
        #expect(try failure([Reader.start] + calls)?.status == 502)
        #expect(try failure([Reader.start] + calls.dropLast()) == nil)
    }
}
