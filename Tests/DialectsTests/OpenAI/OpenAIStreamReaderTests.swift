// protocol/http §1.4, §5, §8.

import Dialects
import Testing

@Suite struct OpenAIStreamReaderTests {
    static func events(_ bytes: [UInt8], size: Int? = nil, finish: Bool = true) throws -> [GenerationEvent] {
        var reader = OpenAIStreamReader()
        var events: [GenerationEvent] = []
        for piece in pieces(bytes, size: size ?? bytes.count) { try reader.feed(piece.span, into: &events) }
        if finish { reader.finish(into: &events) }
        return events
    }

    static func events(_ text: String, finish: Bool = true) throws -> [GenerationEvent] {
        try events(Array(text.utf8), finish: finish)
    }

    /// Events with these data, each ended by a blank line.
    static func stream(_ data: [String], end: String = "\n") -> String {
        data.map { "data: \($0)\(end)\(end)" }.joined()
    }

    /// A chunk with this choice.
    static func chunk(_ delta: String, finish: String = "null", index: Int = 0) -> String {
        #"{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":\#(index),"#
            + #""delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}]}"#
    }

    static let started = GenerationEvent.started(id: "chatcmpl-1", model: "m")

    static let whole = [
        chunk(#"{"role":"assistant","content":"","refusal":null}"#), chunk(#"{"reasoning_content":"h\u00e9"}"#),
        chunk("{\"content\":\"H\u{E9}\u{1F600}\\n\"}"), chunk(#"{"content":"\ud83d\ude00"}"#),
        chunk(#"{"tool_calls":[{"index":0,"id":"c1","type":"function","function":{"name":"f","arguments":""}}]}"#),
        chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":"}}]}"#),
        chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"1}"}}]}"#),
        chunk(#"{"tool_calls":[{"index":1,"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]}"#),
        chunk("{}", finish: #""tool_calls""#),
        #"{"id":"chatcmpl-1","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}"#,
        "[DONE]",
    ]

    static let told: [GenerationEvent] = [
        started, .thought("h\u{E9}", candidate: 0), .text("H\u{E9}\u{1F600}\n", candidate: 0),
        .text("\u{1F600}", candidate: 0), .toolCallStarted(ToolCallStart(index: 0, id: "c1", name: "f"), candidate: 0),
        .toolCallArguments(#"{"a":"#, index: 0, candidate: 0), .toolCallArguments("1}", index: 0, candidate: 0),
        .toolCallStarted(ToolCallStart(index: 1, id: "c2", name: "g"), candidate: 0),
        .toolCallArguments("{}", index: 1, candidate: 0), .finished(.toolCalls, candidate: 0),
        .usage(ChatUsage(promptTokens: 9, completionTokens: 2, totalTokens: 11)), .ended,
    ]

    @Test("§8: the same events for every split and every line end", arguments: ["\n", "\r", "\r\n"])
    func splitsEverywhere(end: String) throws {
        let noise = "\u{FEFF}: ping\(end)\(end)event: odd\(end)\(end)"
        let bytes = Array((noise + Self.stream(Self.whole, end: end)).utf8)
        for size in 1...bytes.count { #expect(try Self.events(bytes, size: size) == Self.told) }
    }

    @Test("§8: a chunk over several data lines is one chunk")
    func severalDataLines() throws {
        let text = "data: {\"choices\":\ndata: [{\"delta\":{\"content\":\"x\"}}]}\n\n"
        #expect(try Self.events(text) == [.started(id: nil, model: nil), .text("x", candidate: 0)])
    }

    @Test("A megabyte in one line")
    func longLine() throws {
        let long = String(repeating: "x", count: 1 << 20)
        let text = Self.stream([Self.chunk(#"{"content":"\#(long)"}"#)])
        #expect(try Self.events(Array(text.utf8), size: 1 << 16) == [Self.started, .text(long, candidate: 0)])
    }

    @Test("The bounds of event streams hold")
    func bounds() {
        var limits = EventStreamLimits()
        limits.lineBytes = 10
        var reader = OpenAIStreamReader(limits: limits)
        var events: [GenerationEvent] = []
        #expect(throws: EventStreamViolation.lineTooLong) {
            try reader.feed(Array("data: aaaaaaaaaaaaaaa".utf8).span, into: &events)
        }
    }

    // MARK: The end

    @Test("`[DONE]` ends, and nothing behind it is read")
    func nothingBehindTheEnd() throws {
        let text = Self.stream(Self.whole + [Self.chunk(#"{"content":"more"}"#)])
        #expect(try Self.events(text) == Self.told)
        let ended = Self.stream(Self.whole.dropLast() + ["[DONE] and so on"])
        #expect(try Self.events(ended) == Self.told)
    }

    @Test("Without `[DONE]` an answer is whole if it told its finish reason and was not cut within an event")
    func withoutDone() throws {
        let finished = Self.stream([Self.chunk(#"{"content":"x"}"#), Self.chunk("{}", finish: #""stop""#)])
        let events: [GenerationEvent] = [Self.started, .text("x", candidate: 0), .finished(.stop, candidate: 0)]
        #expect(try Self.events(finished) == events + [.ended])
        #expect(try Self.events(finished, finish: false) == events)
        #expect(try Self.events(finished + "data: {\"choi") == events)
        #expect(try Self.events(finished + ": comment") == events + [.ended])
        #expect(try Self.events(String(finished.dropLast())) == events + [.ended])
        #expect(try Self.events(String(finished.dropLast(2))) == events + [.ended])
        #expect(try Self.events(String(finished.dropLast(3))) == [Self.started, .text("x", candidate: 0)])
    }

    @Test("A stream that breaks off is not whole")
    func brokenOff() throws {
        #expect(try Self.events("") == [])
        #expect(try Self.events(": ping\n\n") == [])
        #expect(
            try Self.events(Self.stream([Self.chunk(#"{"content":"x"}"#)])) == [Self.started, .text("x", candidate: 0)]
        )
        // One of two candidates is missing its end.
        let half = Self.stream([Self.chunk("{}", index: 1), Self.chunk("{}", finish: #""stop""#)])
        #expect(try Self.events(half) == [Self.started, .finished(.stop, candidate: 0)])
    }

    @Test("`[DONE]` without a finish reason is a failure: none is invented")
    func doneWithoutReason() throws {
        for events in [[Self.chunk(#"{"content":"x"}"#), "[DONE]"], ["[DONE]"]] {
            let told = try Self.events(Self.stream(events))
            guard case .failed(let error)? = told.last else {
                Issue.record("not told: \(told)")
                continue
            }
            #expect(error.message.contains("no finish reason"))
        }
    }

    @Test("`isOver` tells when nothing more is read")
    func isOver() throws {
        var reader = OpenAIStreamReader()
        var events: [GenerationEvent] = []
        #expect(!reader.isOver)
        try reader.feed(Array("data: [DONE]\n\n".utf8).span, into: &events)
        #expect(reader.isOver)
        try reader.feed(Array(Self.stream(Self.whole).utf8).span, into: &events)
        reader.finish(into: &events)
        #expect(events.count == 1)
        var cut = OpenAIStreamReader()
        try cut.feed(Array("data: {".utf8).span, into: &events)
        cut.finish(into: &events)
        #expect(cut.isOver)
    }
}
