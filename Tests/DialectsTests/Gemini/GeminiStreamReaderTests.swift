// protocol/http §3.4, §4.5, §5.3, §8: server-sent events and JSON arrays, cut anywhere.

import Testing

@testable import Dialects

@Suite struct GeminiStreamReaderTests {
    static func events(_ bytes: [UInt8], size: Int? = nil) throws -> [GenerationEvent] {
        var reader = GeminiStreamReader()
        var events: [GenerationEvent] = []
        for piece in pieces(bytes, size: size ?? bytes.count) { try reader.feed(piece.span, into: &events) }
        reader.finish(into: &events)
        let isOver = events.contains { if case .failed = $0 { true } else { $0 == .ended } }
        #expect(reader.isOver == isOver)
        return events
    }

    static func events(_ text: String) throws -> [GenerationEvent] { try Self.events(Array(text.utf8)) }

    static let chunks = [
        "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"H\u{E9}\"}],\"role\":\"model\"},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":5,\"totalTokenCount\":5},\"modelVersion\":\"v\",\"responseId\":\"r\"}",
        #"{"candidates":[{"content":{"parts":[{"text":"hm","thought":true},{"text":"","thought":true,"thoughtSignature":"c2ln"},{"text":"\u00e9"}]},"finishReason":"STOP","index":0}]}"#,
        #"{"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{ "a": 1 }},"thoughtSignature":"eA=="},{"functionCall":{"id":"given","name":"g"}}]},"index":0}]}"#,
        #"{"candidates":[{"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"totalTokenCount":7}}"#,
    ]
    static let told: [GenerationEvent] = {
        var ids = ToolCallID(token: "r")
        return [
            .started(id: "r", model: "v"), .text("H\u{E9}", candidate: 0),
            .usage(ChatUsage(promptTokens: 5, totalTokens: 5)), .thought("hm", candidate: 0),
            .thoughtSignature("c2ln", origin: .gemini, candidate: 0), .text("\u{E9}", candidate: 0),
            .toolCallStarted(ToolCallStart(index: 0, id: ids.next(), name: "f", signature: "eA=="), candidate: 0),
            .toolCallArguments("{ \"a\": 1 }", index: 0, candidate: 0),
            .toolCallStarted(ToolCallStart(index: 1, id: "given", name: "g"), candidate: 0),
            .usage(ChatUsage(promptTokens: 5, completionTokens: 2, totalTokens: 7)),
            .finished(.toolCalls, candidate: 0),
            .ended,
        ]
    }()

    @Test("§8: the same events for every cut and every line end", arguments: ["\n", "\r", "\r\n"])
    func readsEvents(end: String) throws {
        let text =
            "\u{FEFF}: comment" + end + end + "event: x" + end + Self.chunks.map { "data: " + $0 + end + end }.joined()
        let bytes = Array(text.utf8)
        for size in 1...bytes.count { #expect(try Self.events(bytes, size: size) == Self.told) }
    }

    @Test("§3.1: an array says the same")
    func readsArrays() throws {
        let bytes = Array(("\n[" + Self.chunks.joined(separator: "\n,\r\n") + "\n]\n").utf8)
        for size in 1...bytes.count { #expect(try Self.events(bytes, size: size) == Self.told) }
    }

    @Test("§8: several data lines, no blank behind the colon, no blank line at the end, a stray [DONE]")
    func toleratesForms() throws {
        let chunk = #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"MAX_TOKENS"}]}"#
        let expected: [GenerationEvent] = [
            .started(id: nil, model: nil), .text("a", candidate: 0), .finished(.length, candidate: 0), .ended,
        ]
        let split = chunk.replacing(",", with: "\ndata:,")
        for text in [
            "data:" + chunk, "data: \(chunk)\n", "data: \(chunk)\r\n\r\ndata: [DONE]\n\n", "data: \(split)\n\n", chunk,
        ] {
            #expect(try Self.events(text) == expected)
        }
    }

    @Test(
        "§5.3: a body that ends before its time ends nothing",
        arguments: [
            "", "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\n",
            "data: {\"candidates\":[{\"finishReason\":\"STOP\"}]}\n\ndata: {\"cand",
            "[{\"candidates\":[{\"finishReason\":\"STOP\"}]}",
            "[{\"candidates\":[{\"content\":{}}]}]",
            "data: {\"candidates\":[{\"index\":0,\"finishReason\":\"STOP\"},{\"index\":1}]}\n\n",
            ": nothing\n\n", "data: {\"usageMetadata\":{}}\n\n",
        ]
    )
    func inventsNoEnd(text: String) throws {
        let events = try Self.events(text)
        #expect(!events.contains { if case .finished = $0 { true } else { $0 == .ended } })
        #expect(!events.contains { if case .failed = $0 { true } else { false } })
    }

    @Test("§4.5: a blocked prompt is an answer")
    func readsBlockedPrompts() throws {
        let events = try Self.events("data: {\"promptFeedback\":{\"blockReason\":\"SAFETY\"}}\n\n")
        #expect(events == [.started(id: nil, model: nil), .finished(.contentFilter, candidate: 0), .ended])
    }

    @Test("§4.5: a spoilt call fails, unless there was content before it")
    func readsSpoiltCalls() throws {
        let spoilt = "data: {\"candidates\":[{\"content\":{},\"finishReason\":\"MALFORMED_FUNCTION_CALL\"}]}\n\n"
        guard case .failed(let error)? = try Self.events(spoilt).last else {
            Issue.record("Not failed.")
            return
        }
        #expect(error.status == 502)
        let text = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]}}]}\n\n"
        #expect(try Self.events(text + spoilt).suffix(2) == [.finished(.stop, candidate: 0), .ended])
    }

    @Test("Several candidates, and reasons that are told again and again")
    func readsSeveralCandidates() throws {
        let chunk =
            #"{"candidates":[{"index":0,"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"},{"index":1,"content":{"parts":[{"text":"b"}]},"finishReason":"MAX_TOKENS"}]}"#
        #expect(
            try Self.events("data: \(chunk)\n\ndata: \(chunk)\n\n") == [
                .started(id: nil, model: nil), .text("a", candidate: 0), .text("b", candidate: 1),
                .text("a", candidate: 0),
                .text("b", candidate: 1), .finished(.stop, candidate: 0), .finished(.length, candidate: 1), .ended,
            ]
        )
    }

    @Test(
        "§1.8, §3.5: errors in all their forms",
        arguments: [
            "data: {\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}\n\n",
            "{\n \"error\": {\"code\":503,\"message\":\"m\",\n\"status\":\"UNAVAILABLE\"}}\n",
            "[{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}]",
            "data: {}\n\n{\"error\":{\"code\":503,\"message\":\"m\",\"status\":\"UNAVAILABLE\"}}\n",
        ]
    )
    func readsErrors(text: String) throws {
        let expected = ProviderError(
            status: 503,
            type: "service_unavailable",
            code: "service_unavailable",
            message: "m"
        )
        let bytes = Array(text.utf8)
        for size in 1...bytes.count { #expect(try Self.events(bytes, size: size).last == .failed(expected)) }
    }

    @Test(
        "Nonsense fails, and nothing is read behind it",
        arguments: [
            "data: hello\n\n", "data: [1]\n\n", "[{\"a\" 1}]",
            "data: {\"candidates\":[{\"content\":{\"parts\":[{\"functionCall\":{}}]}}]}\n\n",
        ]
    )
    func failsOnNonsense(text: String) throws {
        let events = try Self.events(text + "data: {}\n\n")
        guard case .failed? = events.last else {
            Issue.record("Not failed.")
            return
        }
    }

    @Test func boundsCalls() throws {
        let call = #"{"functionCall":{"name":"f"}}"#
        let many = Array(repeating: call, count: GeminiStreamReader.maximumCalls + 1).joined(separator: ",")
        let events = try Self.events("data: {\"candidates\":[{\"content\":{\"parts\":[\(many)]}}]}\n\n")
        guard case .failed? = events.last else {
            Issue.record("Not failed.")
            return
        }
        #expect(events.count == GeminiStreamReader.maximumCalls + 2)
    }

    @Test("§8: a line of 1 MiB passes, an endless one does not")
    func boundsLines() throws {
        let text = String(repeating: "a", count: 1 << 20)
        let events = try Self.events("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"\(text)\"}]}}]}\n\n")
        #expect(events.last == .text(text, candidate: 0))
        var limits = EventStreamLimits()
        limits.lineBytes = 1_000
        limits.eventBytes = 1_000
        for start in ["data: ", "[{\"a\":\""] {
            var reader = GeminiStreamReader(limits: limits)
            var events: [GenerationEvent] = []
            #expect(throws: EventStreamViolation.self) {
                try reader.feed(Array((start + String(repeating: "a", count: 2_000)).utf8).span, into: &events)
            }
        }
    }

    @Test("Mutated streams: the same events for every cut")
    func agreesWithItselfOnNoise() throws {
        var generator = SeededGenerator(seed: 0x6E5)
        let seeds = [
            Array(Self.chunks.map { "data: " + $0 + "\r\n\r\n" }.joined().utf8),
            Array(("[" + Self.chunks.joined(separator: ",\n") + "]").utf8),
        ]
        for round in 0..<1_500 {
            let bytes = generator.mutate(seeds[round % 2], spice: "\r\n\n: data{}[]\"\\")
            let whole = try Self.events(bytes)
            #expect(try Self.events(bytes, size: 1) == whole)
            #expect(try Self.events(bytes, size: Int.random(in: 2...90, using: &generator)) == whole)
        }
    }
}
