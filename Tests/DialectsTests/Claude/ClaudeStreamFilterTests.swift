// protocol/http §1.8, §2.4 and §8: a Claude stream on its way to a client of the same dialect.

import Testing

@testable import Dialects

@Suite struct ClaudeStreamFilterTests {
    static func outcome(_ bytes: [UInt8], size: Int = .max) throws -> FilterOutcome {
        try FilterOutcome(ClaudeStreamFilter(), bytes, size: size)
    }

    static func outcome(_ text: String) throws -> FilterOutcome { try outcome(Array(text.utf8)) }

    private typealias Reader = ClaudeStreamReaderTests

    @Test("§8: all bytes pass whatever the line ends and the cuts", arguments: ["\n", "\r", "\r\n"])
    func passes(end: String) throws {
        let text = ": comment" + end + end + Reader.events(Reader.whole, end: end)
        let bytes = Array(text.utf8)
        for size in [1, 2, 3, 5, 7, 64, 1_000, bytes.count] {
            var outcome = try Self.outcome(bytes, size: size)
            // What follows the blank line that ended the stream is not waited for.
            if end == "\r\n", outcome.output.hasSuffix("\r\n\r") { outcome.output += "\n" }
            #expect(outcome.output == text)
            #expect(outcome.usage == Reader.last)
            #expect(outcome.textBytes == 2 + 9 + 4 + 6 + 3)
            #expect(outcome.sawDone)
            #expect(!outcome.sawError)
            #expect(outcome.endedBetweenEvents)
            #expect(outcome.forwardedEvents == Reader.whole.count)
        }
    }

    @Test("An event goes on as soon as it is complete, and only the incomplete one waits")
    func holdsBackTheLastEventOnly() throws {
        var filter = ClaudeStreamFilter()
        var output: [UInt8] = []
        let event = Array(Reader.event(Reader.start).utf8)
        try filter.feed((event + Array("event: content_bl".utf8)).span, into: &output)
        #expect(output == event)
        #expect(filter.isBetweenEvents)
        #expect(filter.usage == Reader.first)
    }

    @Test("An event beyond what is held flows as it comes")
    func releasesLargeEvents() throws {
        let large = Array(
            Reader.event(Reader.delta(0, "text_delta", "text", String(repeating: "A", count: 40_000))).utf8
        )
        var filter = ClaudeStreamFilter()
        var output: [UInt8] = []
        try filter.feed(large.span.extracting(..<20_000), into: &output)
        #expect(output.count == 20_000)
        #expect(!filter.isBetweenEvents)
        try filter.feed(large.span.extracting(20_000...), into: &output)
        #expect(output == large)
        #expect(filter.isBetweenEvents)
        #expect(filter.textBytes == 40_000)
    }

    @Test("Only events that tell an error are rewritten")
    func rewritesErrors() throws {
        let error = Reader.event(#"{"type":"error","error":{"type":"api_error","message":"key sk-1 refused"}}"#)
        let delta = Reader.event(Reader.delta(0, "text_delta", "text", "sk-1"))
        let broken = "event: error\ndata: sk-1\n\n"
        var filter = ClaudeStreamFilter { $0.replacing("sk-1", with: "[redacted]") }
        var output: [UInt8] = []
        for piece in pieces(Array((delta + error + broken).utf8), size: 7) {
            try filter.feed(piece.span, into: &output)
        }
        let expected = delta + (error + broken).replacing("sk-1", with: "[redacted]")
        #expect(String(decoding: output, as: UTF8.self) == expected)
        #expect(filter.sawError)
        #expect(!filter.sawDone)
    }

    @Test("Nothing passes after message_stop")
    func endsAtMessageStop() throws {
        let text = Reader.event(Reader.stop)
        #expect(try Self.outcome(text + Reader.event(Reader.start)).output == text)
        #expect(try Self.outcome(Array((text + "data: [DONE]\n\n").utf8), size: 5).output == text)
    }

    @Test("E8, E9: a cut event is dropped, one that lacks only its line ends is completed")
    func ends() throws {
        let first = Reader.event(Reader.start)
        let cut = try Self.outcome(first + "event: message_stop\ndata: {\"type\":\"mess")
        #expect(cut.output == first)
        #expect(!cut.endedBetweenEvents)
        #expect(!cut.sawDone)
        let last = "event: message_stop\ndata: \(Reader.stop)"
        let whole = try Self.outcome(first + last)
        #expect(whole.output == first + last + "\n\n")
        #expect(whole.sawDone)
        #expect(whole.endedBetweenEvents)
        #expect(try Self.outcome(first + ": bye\n").output == first + ": bye\n")
    }

    @Test("What is no JSON passes untouched")
    func foreign() throws {
        let text = "event: x\ndata: hello\n\nretry: 5\n\ndata: {broken\n\n"
        let outcome = try Self.outcome(text)
        #expect(outcome.output == text)
        #expect(outcome.usage == nil)
    }

    @Test("E9: an endless line is refused")
    func bounds() {
        var limits = EventStreamLimits()
        limits.lineBytes = 1_000
        var filter = ClaudeStreamFilter(limits: limits)
        var output: [UInt8] = []
        let piece = [UInt8](repeating: 0x61, count: 300)
        #expect(throws: EventStreamViolation.lineTooLong) {
            for _ in 0..<10 { try filter.feed(piece.span, into: &output) }
        }
    }

    @Test("Mutated streams: the same output for every cut")
    func noise() throws {
        var generator = SeededGenerator(seed: 0xC1AF)
        let seed = Array(Reader.events([Reader.start, Reader.whole[7], Reader.finish("end_turn"), Reader.stop]).utf8)
        for _ in 0..<300 {
            let bytes = generator.mutate(seed, spice: "\n\n: data{}[]\"")
            let whole = try Self.outcome(bytes)
            #expect(try Self.outcome(bytes, size: 1) == whole)
            #expect(try Self.outcome(bytes, size: Int.random(in: 2...40, using: &generator)) == whole)
        }
    }
}
