// protocol/http §2.4, §5.2, §5.5 and §6: streams as Claude would send them.

import Testing

@testable import Dialects

@Suite struct ClaudeStreamWriterTests {
    static let identity = AnswerIdentity(token: "abc", created: 1, model: "public", estimatedInputTokens: 3)

    static func write(_ events: [GenerationEvent], _ identity: AnswerIdentity = identity) -> [UInt8] {
        var writer = ClaudeStreamWriter(identity: identity)
        var output: [UInt8] = []
        for event in events { writer.write(event, into: &output) }
        return output
    }

    /// The data of every event.
    static func data(_ bytes: [UInt8]) throws -> [JSONValue] {
        try String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").map { frame in
            let line = try #require(frame.split(separator: "\n").last)
            return try JSONParser.parse(Array(line.dropFirst("data: ".count).utf8))
        }
    }

    /// One word per event, and what a delta brings.
    static func outline(_ events: [GenerationEvent], _ identity: AnswerIdentity = identity) throws -> [String] {
        try data(write(events, identity)).map { data in
            let index = data["index"].map { $0.text } ?? ""
            let delta = data["delta"]
            switch data["type"]?.string {
            case "content_block_start": return "\(index)+\(data["content_block"]?["type"]?.string ?? "")"
            case "content_block_stop": return "\(index)-"
            case "content_block_delta":
                let text = ["text", "thinking", "signature", "partial_json"].compactMap { delta?[$0]?.string }.joined()
                return "\(index):\(text)"
            case "message_delta": return "end \(delta?["stop_reason"]?.string ?? "")"
            case let other: return other ?? ""
            }
        }
    }

    static func call(_ index: Int) -> GenerationEvent {
        .toolCallStarted(ToolCallStart(index: index, id: "c.\(index)", name: "f"), candidate: 0)
    }

    static func piece(_ text: String, _ index: Int) -> GenerationEvent {
        .toolCallArguments(text, index: index, candidate: 0)
    }

    @Test("§5.2: a text, byte for byte")
    func text() {
        let usage = ChatUsage(promptTokens: 9, completionTokens: 2, totalTokens: 11, cachedTokens: 4)
        let output = Self.write([
            .started(id: "chatcmpl-1", model: "gpt-z"), .text("", candidate: 0), .text("Hi", candidate: 0),
            .finished(.stop, candidate: 0), .usage(usage), .ended,
        ])
        let expected = [
            #"{"type":"message_start","message":{"id":"msg_abc","type":"message","role":"assistant","model":"gpt-z","#
                + #""content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":3,"#
                + #""cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}"#,
            #"{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
            #"{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}"#,
            #"{"type":"content_block_stop","index":0}"#,
            #"{"type":"message_delta","delta":{"stop_reason":"end_turn","stop_sequence":null},"usage":{"#
                + #""input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":2}}"#,
            #"{"type":"message_stop"}"#,
        ]
        #expect(String(decoding: output, as: UTF8.self) == ClaudeStreamReaderTests.events(expected))
    }

    @Test("§2.4: blocks never overlap: thought, text and calls in their order")
    func blocks() throws {
        let outline = try Self.outline([
            .started(id: nil, model: nil), .thought("a", candidate: 0), .thought("b", candidate: 0),
            .text("c", candidate: 0), Self.call(0), Self.piece("{}", 0), Self.call(1), Self.piece(#"{"x":"#, 1),
            Self.piece("1}", 1), .finished(.toolCalls, candidate: 0), .ended,
        ])
        #expect(
            outline == [
                "message_start", "0+thinking", "0:a", "0:b", "0-", "1+text", "1:c", "1-", "2+tool_use", "2:{}", "2-",
                "3+tool_use", "3:{\"x\":", "3:1}", "3-", "end tool_use", "message_stop",
            ]
        )
    }

    @Test("§5.2: fragments of calls that interleave wait until the earlier call is whole")
    func interleaved() throws {
        let outline = try Self.outline([
            Self.call(0), Self.call(1), Self.piece(#"{"b":"#, 1), Self.piece(#"{"a":"#, 0), Self.piece("2}", 1),
            .text("late", candidate: 0), Self.piece("1}", 0), .finished(.toolCalls, candidate: 0), .ended,
        ])
        #expect(
            outline == [
                "message_start", "0+tool_use", "0:{\"a\":", "0:1}", "0-", "1+tool_use", "1:{\"b\":2}", "1-", "2+text",
                "2:late", "2-", "end tool_use", "message_stop",
            ]
        )
    }

    @Test("A call that is never whole, or has no arguments, is closed at the end")
    func unfinishedCalls() throws {
        let outline = try Self.outline([
            Self.call(0), Self.call(1), Self.piece("{", 1), .finished(.length, candidate: 0), .ended,
        ])
        #expect(
            outline == [
                "message_start", "0+tool_use", "0-", "1+tool_use", "1:{", "1-", "end max_tokens", "message_stop",
            ]
        )
    }

    @Test("§5.2, §4.5: a refusal, a plain stop with calls, an end without anything")
    func reasons() throws {
        let refused = try Self.outline([.refusal("no", candidate: 0), .finished(.stop, candidate: 0), .ended])
        #expect(refused == ["message_start", "0+text", "0:no", "0-", "end refusal", "message_stop"])
        let called = try Self.outline([Self.call(0), .finished(.stop, candidate: 0), .ended])
        #expect(called.suffix(2) == ["end tool_use", "message_stop"])
        #expect(try Self.outline([.ended]) == ["message_start", "end end_turn", "message_stop"])
        let twice = try Self.outline([.finished(.length, candidate: 0), .finished(.stop, candidate: 0), .ended])
        #expect(twice == ["message_start", "end max_tokens", "message_stop"])
    }

    @Test("§5.5: a signature is shown to its own kind only")
    func signatures() throws {
        let outline = try Self.outline([
            .thought("a", candidate: 0), .thoughtSignature("g", origin: .gemini, candidate: 0),
            .thoughtSignature("c", origin: .claude, candidate: 0), .thought("b", candidate: 0), .ended,
        ])
        #expect(
            outline == [
                "message_start", "0+thinking", "0:a", "0:c", "0-", "1+thinking", "1:b", "1-", "end end_turn",
                "message_stop",
            ]
        )
        var hidden = Self.identity
        hidden.showsThoughts = false
        #expect(try Self.outline([.thought("a", candidate: 0)], hidden) == [])
    }

    @Test("Only the first candidate is told")
    func candidates() throws {
        let outline = try Self.outline([
            .text("a", candidate: 1), .finished(.length, candidate: 1), .text("b", candidate: 0), .ended,
        ])
        #expect(outline == ["message_start", "0+text", "0:b", "0-", "end end_turn", "message_stop"])
    }

    @Test("§6: a failure is an error event, and never an end")
    func failure() throws {
        let events: [GenerationEvent] = [
            .text("a", candidate: 0), .failed(ProviderError(status: 503, message: "busy")), .text("b", candidate: 0),
            .ended,
        ]
        let data = try Self.data(Self.write(events))
        #expect(data.last == ["type": "error", "error": ["type": "overloaded_error", "message": "busy"]])
        #expect(data.count == 4)
        #expect(String(decoding: Self.write(events), as: UTF8.self).contains("\n\nevent: error\ndata: {"))
    }

    @Test("§6: an error of ours has the request's id, and is said once")
    func ours() {
        var writer = ClaudeStreamWriter(identity: Self.identity)
        var output: [UInt8] = []
        writer.fail(ProviderError(message: "cut"), status: 502, requestID: "req_1", into: &output)
        writer.fail(ProviderError(message: "cut"), status: 502, requestID: "req_1", into: &output)
        writer.write(.ended, into: &output)
        #expect(
            String(decoding: output, as: UTF8.self)
                == "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"cut\"},"
                + "\"request_id\":\"req_1\"}\n\n"
        )
        #expect(writer.isOver)
    }

    @Test("What is held and how many calls there are is bounded")
    func bounds() throws {
        let half = String(repeating: "a", count: ClaudeStreamWriter.heldBytes / 2 + 1)
        let held = try Self.outline([Self.call(0), Self.call(1), Self.piece(half, 1), Self.piece(half, 1), .ended])
        #expect(held == ["message_start", "0+tool_use", "error"])
        let calls = (0...ClaudeStreamWriter.toolCalls).map(Self.call)
        #expect(try Self.outline(calls + [.ended]).last == "error")
        #expect(try Self.outline(calls.dropLast() + [.ended]).last == "message_stop")
    }

    @Test("Round trip: what the reader said and the writer wrote is read as the same answer")
    func roundTrip() throws {
        let bytes = Self.write(ClaudeStreamReaderTests.expected)
        for size in [1, 9, bytes.count] {
            let events = try ClaudeStreamReaderTests.outcome(bytes, size: size).events
            let estimate = GenerationEvent.usage(ChatUsage(promptTokens: 3, totalTokens: 3))
            var expected = ClaudeStreamReaderTests.expected
            expected[1] = estimate
            #expect(events == expected)
        }
    }
}
