// protocol/http §2.4, §4.5, §5.1 and §8: streams of Claude's.

import Testing

@testable import Dialects

@Suite struct ClaudeStreamReaderTests {
    struct Outcome: Equatable {
        var events: [GenerationEvent] = []
        var isOver = false
    }

    static func outcome(_ bytes: [UInt8], size: Int) throws -> Outcome {
        var reader = ClaudeStreamReader()
        var outcome = Outcome()
        for piece in pieces(bytes, size: size) { try reader.feed(piece.span, into: &outcome.events) }
        reader.finish(into: &outcome.events)
        outcome.isOver = reader.isOver
        return outcome
    }

    /// An event as Claude sends it.
    static func event(_ data: String, end: String = "\n") -> String {
        let type = data.split(separator: "\"").dropFirst(3).first.map(String.init) ?? ""
        return "event: \(type)\(end)data: \(data)\(end)\(end)"
    }

    static func events(_ data: [String], end: String = "\n") -> String {
        data.map { event($0, end: end) }.joined()
    }

    static func read(_ data: [String]) throws -> [GenerationEvent] {
        try outcome(Array(events(data).utf8), size: .max).events
    }

    static let start =
        #"{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-z","#
        + #""content":[],"stop_reason":null,"usage":{"input_tokens":10,"cache_read_input_tokens":2,"output_tokens":1}}}"#
    static let stop = #"{"type":"message_stop"}"#

    static func finish(_ reason: String) -> String {
        #"{"type":"message_delta","delta":{"stop_reason":"\#(reason)","stop_sequence":null},"usage":{"output_tokens":5}}"#
    }

    static func delta(_ index: Int, _ type: String, _ member: String, _ text: String) -> String {
        #"{"type":"content_block_delta","index":\#(index),"delta":{"type":"\#(type)","\#(member)":"\#(text)"}}"#
    }

    static func block(_ index: Int, _ block: String) -> String {
        #"{"type":"content_block_start","index":\#(index),"content_block":\#(block)}"#
    }

    static func close(_ index: Int) -> String { #"{"type":"content_block_stop","index":\#(index)}"# }

    static let call = #"{"type":"tool_use","id":"toolu_1","name":"f","input":{}}"#

    /// Thought, text and two calls, with what a reader must pass over in between.
    static let whole: [String] = [
        start, block(0, #"{"type":"thinking","thinking":"","signature":""}"#), #"{"type": "ping"}"#,
        delta(0, "thinking_delta", "thinking", "hm"), delta(0, "signature_delta", "signature", "s=="), close(0),
        block(1, #"{"type":"text","text":""}"#), delta(1, "text_delta", "text", #"H\u00e9\n"#),
        #"{"type":"content_block_delta","index":1,"delta":{"type":"citations_delta","citation":{}}}"#,
        delta(1, "text_delta", "text", "\u{1F600}"), close(1), #"{"type":"tomorrow","x":[1]}"#, block(2, call),
        delta(2, "input_json_delta", "partial_json", ""), delta(2, "input_json_delta", "partial_json", #"{\"a\""#),
        delta(2, "input_json_delta", "partial_json", ":1}"), close(2),
        block(3, #"{"type":"tool_use","id":"toolu_2","name":"g","input":{"x": 1}}"#), close(3), finish("tool_use"),
        stop,
    ]

    static let first = ChatUsage(promptTokens: 12, completionTokens: 1, totalTokens: 13, cachedTokens: 2)
    static let last = ChatUsage(promptTokens: 12, completionTokens: 5, totalTokens: 17, cachedTokens: 2)

    static let expected: [GenerationEvent] = [
        .started(id: "msg_1", model: "claude-z"), .usage(first), .thought("hm", candidate: 0),
        .thoughtSignature("s==", origin: .claude, candidate: 0), .text("H\u{E9}\n", candidate: 0),
        .text("\u{1F600}", candidate: 0),
        .toolCallStarted(ToolCallStart(index: 0, id: "toolu_1", name: "f"), candidate: 0),
        .toolCallArguments(#"{"a""#, index: 0, candidate: 0), .toolCallArguments(":1}", index: 0, candidate: 0),
        .toolCallStarted(ToolCallStart(index: 1, id: "toolu_2", name: "g"), candidate: 0),
        .toolCallArguments(#"{"x": 1}"#, index: 1, candidate: 0), .finished(.toolCalls, candidate: 0), .usage(last),
        .ended,
    ]

    @Test("§8: the same events for every cut and every line end", arguments: ["\n", "\r", "\r\n"])
    func everyCut(end: String) throws {
        let bytes = Array(("\u{FEFF}: comment" + end + end + Self.events(Self.whole, end: end)).utf8)
        for size in [1, 2, 3, 5, 7, 11, 64, 1_000, bytes.count] {
            #expect(try Self.outcome(bytes, size: size) == Outcome(events: Self.expected, isOver: true))
        }
        // Two pieces, cut anywhere: one kind of line end is enough, the sizes above see the others.
        for cut in 0..<bytes.count where end == "\r\n" {
            var reader = ClaudeStreamReader()
            var events: [GenerationEvent] = []
            try reader.feed(bytes.span.extracting(..<cut), into: &events)
            try reader.feed(bytes.span.extracting(cut...), into: &events)
            #expect(events == Self.expected)
        }
    }

    @Test("§8: several data lines, no event lines, a last event without its blank line")
    func spellings() throws {
        let text = Self.whole.map { "data:" + $0.replacing(",\"", with: "\ndata: ,\"", maxReplacements: 1) }
            .joined(separator: "\n\n")
        #expect(try Self.outcome(Array(text.utf8), size: 9) == Outcome(events: Self.expected, isOver: true))
    }

    @Test("§5.1: a stream that ends before message_stop is not whole, wherever it was cut")
    func cut() throws {
        let bytes = Array(Self.events(Self.whole).utf8)
        // The last event is read as soon as its data is whole, whatever line ends are missing.
        let dataEnd = bytes.count - 2
        for count in stride(from: 0, to: dataEnd, by: 3) {
            let outcome = try Self.outcome(Array(bytes[..<count]), size: 50)
            #expect(!outcome.isOver)
            #expect(!outcome.events.contains(.ended))
            #expect(outcome.events.elementsEqual(Self.expected.prefix(outcome.events.count)))
        }
    }

    @Test("§2.4: an error in mid-stream ends the answer")
    func error() throws {
        let events = try Self.read([
            Self.start, #"{"type":"error","error":{"type":"overloaded_error","message":"busy"},"request_id":"r"}"#,
            Self.stop,
        ])
        let error = ProviderError(
            status: 503,
            type: "service_unavailable",
            code: "service_unavailable",
            message: "busy"
        )
        #expect(events.last == .failed(error))
        #expect(events.count == 3)
    }

    @Test("Bytes after the end are not read")
    func nothingAfterTheEnd() throws {
        let text =
            Self.events([Self.start, Self.finish("end_turn"), Self.stop]) + "data: [DONE]\n\n" + Self.events(Self.whole)
        let outcome = try Self.outcome(Array(text.utf8), size: 10)
        #expect(outcome.events.last == .ended)
        #expect(outcome.events.count == 5)
    }

    @Test("E9: an endless line is refused")
    func bounds() {
        var limits = EventStreamLimits()
        limits.lineBytes = 100
        var reader = ClaudeStreamReader(limits: limits)
        var events: [GenerationEvent] = []
        let piece = [UInt8](repeating: 0x61, count: 60)
        #expect(throws: EventStreamViolation.lineTooLong) {
            for _ in 0..<3 { try reader.feed(piece.span, into: &events) }
        }
    }

    @Test("Mutated streams: no trap, and the same events for every cut")
    func noise() throws {
        var generator = SeededGenerator(seed: 0xC1A5)
        let seed = Array(Self.events(Self.whole).utf8)
        for _ in 0..<200 {
            let bytes = generator.mutate(seed, spice: "\n\r: data{}[]\",\\u0")
            let whole = try Self.outcome(bytes, size: .max)
            #expect(try Self.outcome(bytes, size: 1) == whole)
            #expect(try Self.outcome(bytes, size: Int.random(in: 2...90, using: &generator)) == whole)
            #expect(whole.events.filter { $0 == .ended }.count <= 1)
        }
    }
}
