// protocol/http §1.8, §3.3, §3.4, §8; robustness rows E8 to E10.

import Testing

@testable import Dialects

@Suite struct GeminiStreamFilterTests {
    static func outcome(_ bytes: [UInt8], size: Int = .max) throws -> FilterOutcome {
        try FilterOutcome(GeminiStreamFilter(), bytes, size: size)
    }

    static func outcome(_ text: String) throws -> FilterOutcome { try outcome(Array(text.utf8)) }

    static let first =
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"H\u{E9}\"}]},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":5}}"
    static let last =
        #"{"candidates":[{"content":{"parts":[{"functionCall":{"args":{}}}]},"finishReason":"CONTINUATION","continuationToken":"dG9r"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"totalTokenCount":7}}"#
    static let told = ChatUsage(promptTokens: 5, completionTokens: 2, totalTokens: 7)
    static let whole = FilterOutcome(
        usage: Self.told,
        textBytes: 14,
        sawDone: true,
        endedBetweenEvents: true,
        forwardedEvents: 2
    )

    @Test("Events: every byte passes, whatever the line ends and the cuts", arguments: ["\n", "\r", "\r\n"])
    func passesEvents(end: String) throws {
        let text = [Self.first, Self.last].map { "data: " + $0 + end + end }.joined()
        let bytes = Array(text.utf8)
        var expected = Self.whole
        expected.output = text
        for size in 1...bytes.count { #expect(try Self.outcome(bytes, size: size) == expected) }
    }

    @Test("§3.1: arrays: every byte passes, whatever the cuts")
    func passesArrays() throws {
        let text = "\r\n[" + Self.first + "\n,\r\n" + Self.last + "\n]\n \n"
        let bytes = Array(text.utf8)
        var expected = Self.whole
        expected.output = text
        for size in 1...bytes.count { #expect(try Self.outcome(bytes, size: size) == expected) }
        #expect(try Self.outcome(text + "{\"more\":1}").output == text)
    }

    @Test("A chunk goes on as soon as it is complete")
    func holdsBackOnlyTheIncompleteChunk() throws {
        for (start, expected) in [
            ("data: \(Self.first)\n\ndata: {\"cand", "data: \(Self.first)\n\n"),
            ("[\(Self.first)\n,{\"cand", "[\(Self.first)"),
        ] {
            var filter = GeminiStreamFilter()
            var output: [UInt8] = []
            try filter.feed(Array(start.utf8).span, into: &output)
            #expect(String(decoding: output, as: UTF8.self) == expected)
            #expect(filter.isBetweenEvents)
        }
    }

    @Test(
        "Whole is what says why it ended, for every candidate, and whose end is clean",
        arguments: [
            ("data: \(Self.first)\n\n", false), ("data: \(Self.last)\n\ndata: {\"c", false),
            ("data: \(Self.last)", true),
            ("[\(Self.last)", false), ("[\(Self.first)]", false), ("[\(Self.last)]", true), ("", false), ("[]", false),
            ("data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n", true),
            ("data: {\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\"},{\"index\":1}]}\n\n", false),
            ("data: {\"candidates\":[{\"finishReason\":\"FINISH_REASON_UNSPECIFIED\"}]}\n\n", false),
            ("data: {\"usageMetadata\":{}}\n\n", false), ("\(Self.last)", true),
        ]
    )
    func knowsTheEnd(text: String, isWhole: Bool) throws {
        #expect(try Self.outcome(text).sawDone == isWhole)
        #expect(try Self.outcome(Array(text.utf8), size: 1).sawDone == isWhole)
    }

    @Test(
        "E8, §6: an error of ours behind what is not whole",
        arguments: [
            ("data: \(Self.first)\n\n", "data: \(Self.first)\n\ndata: {\"error\":", "}\r\n\r\n"),
            ("data: \(Self.first)\n\ndata: {\"can", "data: \(Self.first)\n\ndata: {\"error\":", "}\r\n\r\n"),
            ("[\(Self.first)\n,\n", "[\(Self.first)\n,\n{\"error\":", "}]"),
            ("[\(Self.first)\n]", "[\(Self.first)\n,\n{\"error\":", "}]"),
            ("[", "[{\"error\":", "}]"), ("", "data: {\"error\":", "}\r\n\r\n"),
        ]
    )
    func fails(text: String, start: String, end: String) throws {
        var filter = GeminiStreamFilter()
        var output: [UInt8] = []
        try filter.feed(Array(text.utf8).span, into: &output)
        _ = filter.finish(into: &output)
        #expect(!filter.sawDone)
        filter.fail(ProviderError(message: "m"), status: 502, requestID: "q", into: &output)
        let whole = String(decoding: output, as: UTF8.self)
        #expect(whole.hasPrefix(start))
        #expect(whole.hasSuffix(end))
        if start.hasPrefix("[") { #expect((try? JSONParser.parse(output)) != nil) }
        let count = output.count
        filter.fail(ProviderError(message: "m"), status: 502, requestID: "q", into: &output)
        #expect(output.count == count)
    }

    @Test("An error in the form that the client asked for, when nothing came")
    func failsFromTheStart() throws {
        var filter = GeminiStreamFilter(isJSONArray: true)
        var output: [UInt8] = []
        filter.fail(ProviderError(message: "m"), status: 502, requestID: "", into: &output)
        #expect(try JSONParser.parse(output).elements.first?["error"]?["code"] == 502)
    }

    @Test(
        "G2: only chunks that tell an error are rewritten",
        arguments: [
            ("data: ", "\n\n", ""), ("[", "", "]"),
        ]
    )
    func rewritesErrors(start: String, end: String, close: String) throws {
        let chunk = start + Self.first.replacing("H", with: "sk-1") + end
        let error = (start == "[" ? "," : start) + #"{"error":{"message":"key sk-1 refused"}}"# + end + close
        var filter = GeminiStreamFilter { $0.replacing("sk-1", with: "[redacted]") }
        var output: [UInt8] = []
        for piece in pieces(Array((chunk + error).utf8), size: 7) { try filter.feed(piece.span, into: &output) }
        #expect(String(decoding: output, as: UTF8.self) == chunk + error.replacing("sk-1", with: "[redacted]"))
        #expect(filter.sawError)
        #expect(!filter.sawDone)
    }

    @Test("§1.8: an error as bare JSON between events is noticed")
    func noticesBareErrors() throws {
        let text = "data: \(Self.first)\n\n{\"error\":{\"code\":500}}"
        let outcome = try Self.outcome(text)
        #expect(outcome.sawError)
        #expect(outcome.output.hasPrefix(text))
    }

    @Test("What is no chunk passes untouched")
    func passesForeignDataOn() throws {
        let text = ": c\n\nevent: x\ndata: hello\n\ndata: [DONE]\n\n"
        #expect(try Self.outcome(text).output == text)
    }

    @Test("A large chunk flows as it comes, and still tells what it holds")
    func releasesLargeChunks() throws {
        let text = String(repeating: "A", count: 40_000)
        let chunk =
            #"{"candidates":[{"content":{"parts":[{"text":""# + text
            + #""}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"totalTokenCount":7}}"#
        for whole in ["data: \(chunk)\n\n", "[\(chunk)]"] {
            let bytes = Array(whole.utf8)
            var filter = GeminiStreamFilter()
            var output: [UInt8] = []
            try filter.feed(bytes.span.extracting(..<20_000), into: &output)
            #expect(output.count == 20_000)
            #expect(!filter.isBetweenEvents)
            try filter.feed(bytes.span.extracting(20_000...), into: &output)
            #expect(output == bytes)
            let isClean = filter.finish(into: &output)
            #expect(isClean)
            #expect(filter.usage == Self.told)
            #expect(filter.textBytes == 40_000)
            #expect(filter.sawDone)
            #expect(try Self.outcome(bytes, size: 1_000).output == whole)
        }
    }

    @Test("E9: what is endless is refused")
    func boundsChunks() {
        var limits = EventStreamLimits()
        limits.lineBytes = 1_000
        limits.eventBytes = 1_000
        for start in ["data: ", "[{\"a\":\""] {
            #expect(throws: EventStreamViolation.self) {
                var filter = GeminiStreamFilter(limits: limits)
                var output: [UInt8] = []
                try filter.feed(Array((start + String(repeating: "a", count: 2_000)).utf8).span, into: &output)
            }
        }
    }

    @Test("Mutated streams: the same for every cut")
    func agreesWithItselfOnNoise() throws {
        var generator = SeededGenerator(seed: 0xF26)
        let seeds = [
            Array([Self.first, Self.last].map { "data: " + $0 + "\n\n" }.joined().utf8),
            Array(("[" + Self.first + ",\n" + Self.last + "]\n").utf8),
        ]
        for round in 0..<1_500 {
            let bytes = generator.mutate(seeds[round % 2], spice: "\n\n: data{}[]\"")
            let whole = try Self.outcome(bytes)
            #expect(try Self.outcome(bytes, size: 1) == whole)
            #expect(try Self.outcome(bytes, size: Int.random(in: 2...40, using: &generator)) == whole)
        }
    }
}
