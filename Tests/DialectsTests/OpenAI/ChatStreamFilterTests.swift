// protocol/http §1.4 and §1.8; robustness rows E8-E10.

import Dialects
import Testing

@Suite struct ChatStreamFilterTests {
    static func outcome(_ bytes: [UInt8], wantsUsage: Bool = false, size: Int = .max) throws -> FilterOutcome {
        try FilterOutcome(ChatStreamFilter(clientWantsUsage: wantsUsage), bytes, size: size)
    }

    static func outcome(_ text: String, wantsUsage: Bool = false) throws -> FilterOutcome {
        try outcome(Array(text.utf8), wantsUsage: wantsUsage)
    }

    static let first = "data: {\"choices\":[{\"delta\":{\"content\":\"H\u{E9}\"}}],\"usage\":null}"
    static let finish = #"data: {"choices":[{"delta":{},"finish_reason":"stop"}],"usage":null}"#
    static let extra = #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}"#
    static let done = "data: [DONE]"
    static let told = ChatUsage(promptTokens: 9, completionTokens: 2, totalTokens: 11)

    @Test(
        "Whatever the line ends and the cuts: all bytes pass but those of the usage chunk",
        arguments: ["\n", "\r", "\r\n"]
    )
    func withholdsTheUsageChunk(end: String) throws {
        let blank = end + end
        let kept = [": ping", Self.first, Self.finish].map { $0 + blank }.joined()
        let bytes = Array((kept + Self.extra + blank + Self.done + blank).utf8)
        let expected = FilterOutcome(
            output: kept + Self.done + blank,
            usage: Self.told,
            // The text, and the word that says why it ended.
            textBytes: 3 + 4,
            sawDone: true,
            endedBetweenEvents: true,
            forwardedEvents: 3
        )
        for size in 1...bytes.count {
            var outcome = try Self.outcome(bytes, size: size)
            // What follows the blank line that ended the stream is not waited for.
            if end == "\r\n", outcome.output.hasSuffix("\r\n\r") { outcome.output += "\n" }
            #expect(outcome == expected)
        }
    }

    @Test("A client that asked gets every byte")
    func passesTheUsageChunkOn() throws {
        let text = [Self.first, Self.finish, Self.extra, Self.done].map { $0 + "\n\n" }.joined()
        let outcome = try Self.outcome(text, wantsUsage: true)
        #expect(outcome.output == text)
        #expect(outcome.usage == Self.told)
        #expect(outcome.forwardedEvents == 4)
    }

    @Test("Usage in ordinary chunks passes, and the last one counts")
    func keepsUsageInOrdinaryChunks() throws {
        let text =
            #"data: {"choices":[],"prompt_filter_results":[{}]}"# + "\n\n"
            + #"data: {"choices":[{"index":0}],"usage":{"prompt_tokens":9,"completion_tokens":1}}"# + "\n\n"
            + #"data: {"choices":[{"index":0}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"# + "\n\n"
            + "data: [DONE]\n\n"
        let outcome = try Self.outcome(text)
        #expect(outcome.output == text)
        #expect(outcome.usage == Self.told)
    }

    @Test("A usage chunk over several data lines is recognised as one event")
    func joinsDataLines() throws {
        let text = "data: {\"choices\":[],\r\ndata: \"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2}}\r\n\r\n"
        let outcome = try Self.outcome(text)
        #expect(outcome.output == "")
        #expect(outcome.usage == Self.told)
    }

    @Test func noticesErrors() throws {
        let text = Self.first + "\n\n" + #"data: {"error":{"message":"overloaded"}}"# + "\n\n"
        let outcome = try Self.outcome(text)
        #expect(outcome.output == text)
        #expect(outcome.sawError)
        #expect(!outcome.sawDone)
    }

    @Test("G2: only events that tell an error are rewritten")
    func rewritesErrors() throws {
        let error = #"data: {"error":{"message":"key sk-1 refused"}}"# + "\n\n"
        let chunk = #"data: {"choices":[{"delta":{"content":"sk-1"}}]}"# + "\n\n"
        var filter = ChatStreamFilter(clientWantsUsage: false) { $0.replacing("sk-1", with: "[redacted]") }
        var output: [UInt8] = []
        let bytes = Array((chunk + error + chunk).utf8)
        for piece in pieces(bytes, size: 7) { try filter.feed(piece.span, into: &output) }
        #expect(String(decoding: output, as: UTF8.self) == chunk + error.replacing("sk-1", with: "[redacted]") + chunk)
        #expect(filter.sawError)
    }

    @Test("What is no JSON passes untouched")
    func passesForeignDataOn() throws {
        let text = "event: x\ndata: hello\n\nretry: 5\n\ndata: {broken\n\n"
        #expect(try Self.outcome(text).output == text)
    }

    @Test("E8: a stream cut within an event ends between two events")
    func dropsACutEvent() throws {
        let text = Self.first + "\n\n" + "data: {\"choices\":[{\"del"
        let outcome = try Self.outcome(text)
        #expect(outcome.output == Self.first + "\n\n")
        #expect(!outcome.endedBetweenEvents)
        #expect(!outcome.sawDone)
        let whole = try Self.outcome(Self.first + "\n\n")
        #expect(whole.endedBetweenEvents)
    }

    @Test("E9: a last event that lacks only its line ends is kept", arguments: ["", "\n", "\r\n"])
    func completesTheLastEvent(end: String) throws {
        let outcome = try Self.outcome(Self.first + "\n\n" + Self.done + end)
        #expect(outcome.sawDone)
        #expect(outcome.endedBetweenEvents)
        #expect(outcome.output.hasPrefix(Self.first + "\n\n" + Self.done + end + "\n"))
        let usage = try Self.outcome(Self.first + "\n\n" + Self.extra + end)
        #expect(usage.output == Self.first + "\n\n")
        #expect(usage.usage == Self.told)
    }

    @Test("A comment at the end is passed on as it is")
    func addsNothingToComments() throws {
        let text = Self.first + "\n\n: bye\n"
        let outcome = try Self.outcome(text)
        #expect(outcome.output == text)
        #expect(outcome.endedBetweenEvents)
    }

    @Test(
        "E8: what is no event at the end is not taken for the beginning of one of ours",
        arguments: ["da", ": bye", "id: 1\n"]
    )
    func knowsThatItEndsWithinLines(end: String) throws {
        var filter = ChatStreamFilter(clientWantsUsage: false)
        var output: [UInt8] = []
        try filter.feed(Array((Self.first + "\n\n" + end).utf8).span, into: &output)
        #expect(filter.isBetweenEvents)
        _ = filter.finish(into: &output)
        #expect(String(decoding: output, as: UTF8.self) == Self.first + "\n\n" + end)
        #expect(!filter.isBetweenEvents)
    }

    @Test("E10: nothing passes after [DONE]")
    func endsAtDone() throws {
        let text = Self.done + "\n\n"
        let outcome = try Self.outcome(text + Self.first + "\n\n")
        #expect(outcome.output == text)
        #expect(try Self.outcome(Array((text + Self.first + "\n\n").utf8), size: 5).output == text)
    }

    @Test("An event goes on as soon as it is complete")
    func holdsBackOnlyTheIncompleteEvent() throws {
        var filter = ChatStreamFilter(clientWantsUsage: false)
        var output: [UInt8] = []
        let piece = Array((Self.first + "\n\ndata: {\"cho").utf8)
        try filter.feed(piece.span, into: &output)
        #expect(output == Array((Self.first + "\n\n").utf8))
        #expect(filter.isBetweenEvents)
    }

    @Test("An event too large to be a usage chunk flows as it comes, and still tells its usage")
    func releasesLargeEvents() throws {
        let large =
            #"data: {"choices":[{"delta":{"audio":{"data":""# + String(repeating: "A", count: 40_000)
            + #""}}}],"usage":{"prompt_tokens":9,"completion_tokens":2}}"# + "\n\n"
        let bytes = Array(large.utf8)
        var filter = ChatStreamFilter(clientWantsUsage: false)
        var output: [UInt8] = []
        try filter.feed(bytes.span.extracting(..<20_000), into: &output)
        #expect(output.count == 20_000)
        #expect(!filter.isBetweenEvents)
        try filter.feed(bytes.span.extracting(20_000..<20_001), into: &output)
        #expect(output.count == 20_001)
        try filter.feed(bytes.span.extracting(20_001...), into: &output)
        #expect(output == bytes)
        #expect(filter.isBetweenEvents)
        #expect(filter.usage == Self.told)
        #expect(try Self.outcome(bytes, size: 1_000).output == large)
    }

    @Test("The answer's text is counted, for an estimate where no usage comes")
    func countsText() throws {
        var filter = ChatStreamFilter(clientWantsUsage: false)
        var output: [UInt8] = []
        let events = Array(
            ("data: {\"choices\":[{\"delta\":{\"content\":\"hello\"}}]}\n\n"
                + "data: {\"choices\":[{\"delta\":\ndata: {\"content\":\"you\"}}]}\n\n: comment\n\n").utf8
        )
        try filter.feed(events.span, into: &output)
        #expect(filter.textBytes == 8)
    }

    @Test("E9: an endless line is refused")
    func boundsLines() {
        var limits = EventStreamLimits()
        limits.lineBytes = 1_000
        var filter = ChatStreamFilter(clientWantsUsage: true, limits: limits)
        var output: [UInt8] = []
        let piece = [UInt8](repeating: 0x61, count: 300)
        #expect(throws: EventStreamViolation.lineTooLong) {
            for _ in 0..<10 { try filter.feed(piece.span, into: &output) }
        }
    }

    @Test("Mutated streams: the same output for every cut")
    func agreesWithItselfOnNoise() throws {
        var generator = SeededGenerator(seed: 0xF17)
        let seed = Array([Self.first, Self.extra, Self.finish, Self.done].map { $0 + "\n\n" }.joined().utf8)
        for _ in 0..<1_500 {
            let bytes = generator.mutate(seed, spice: "\n\n: data{}[]\"")
            let whole = try Self.outcome(bytes)
            #expect(try Self.outcome(bytes, size: 1) == whole)
            #expect(try Self.outcome(bytes, size: Int.random(in: 2...40, using: &generator)) == whole)
        }
    }
}
