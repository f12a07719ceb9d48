// protocol/http §1.8, §3.4, §5.4.

import Testing

@testable import Dialects

@Suite struct GeminiStreamWriterTests {
    static func identity(isArray: Bool = false) -> AnswerIdentity {
        AnswerIdentity(token: "tok", created: 1, model: "asked", isJSONArray: isArray)
    }

    static func text(_ events: [GenerationEvent], isArray: Bool = false) -> String {
        var writer = GeminiStreamWriter(identity: Self.identity(isArray: isArray))
        var output: [UInt8] = []
        for event in events { writer.write(event, into: &output) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The chunks of a stream, which must hold nothing but `data: ` lines and blank ones.
    static func chunks(_ events: [GenerationEvent]) throws -> [JSONValue] {
        let text = Self.text(events)
        #expect(text.isEmpty || text.hasSuffix("\r\n\r\n"))
        return try text.split(separator: "\r\n\r\n").map { line in
            #expect(line.hasPrefix("data: "))
            #expect(!line.contains { $0.isNewline })
            return try JSONParser.parse(Array(line.dropFirst(6).utf8))
        }
    }

    static let told: [GenerationEvent] = [
        .started(id: "chatcmpl-1", model: "gpt"), .thought("hm", candidate: 0),
        .thoughtSignature("sig", origin: .claude, candidate: 0), .text("a\n", candidate: 0), .text("", candidate: 0),
        .refusal("no", candidate: 0), .finished(.length, candidate: 0),
        .usage(ChatUsage(promptTokens: 5, completionTokens: 2, totalTokens: 7)), .ended,
    ]

    private static func chunk(_ part: JSONValue) -> JSONValue {
        [
            "candidates": [["content": ["parts": [part], "role": "model"], "index": 0]], "modelVersion": "gpt",
            "responseId": "tok",
        ]
    }

    @Test("§5.4: one chunk per step, then one with reason and usage")
    func writesChunks() throws {
        #expect(
            try Self.chunks(Self.told) == [
                Self.chunk(["text": "hm", "thought": true]), Self.chunk(["text": "a\n"]), Self.chunk(["text": "no"]),
                [
                    "candidates": [
                        [
                            "content": ["parts": [["text": ""]], "role": "model"], "finishReason": "MAX_TOKENS",
                            "index": 0,
                        ]
                    ], "usageMetadata": ["promptTokenCount": 5, "candidatesTokenCount": 2, "totalTokenCount": 7],
                    "modelVersion": "gpt", "responseId": "tok",
                ],
            ]
        )
    }

    @Test("§3.1: the same as an array, complete at every step but for its end")
    func writesArrays() throws {
        let array = Self.text(Self.told, isArray: true)
        #expect(array.hasPrefix("[{"))
        #expect(array.contains("}\n,\n{"))
        #expect(try JSONParser.parse(Array(array.utf8)).elements == Self.chunks(Self.told))
    }

    private static func started(_ index: Int, _ name: String) -> GenerationEvent {
        .toolCallStarted(ToolCallStart(index: index, id: "c\(index)", name: name), candidate: 0)
    }

    private static func call(_ index: Int, _ name: String, _ arguments: JSONValue) -> JSONValue {
        Self.chunk(["functionCall": ["id": .string("c\(index)"), "name": .string(name), "args": arguments]])
    }

    @Test("§5.4: calls go out whole, in order, also when their pieces interleave")
    func writesCalls() throws {
        let events: [GenerationEvent] = [
            .started(id: nil, model: "gpt"), Self.started(0, "f"),
            .toolCallArguments("{\"a\":", index: 0, candidate: 0),
            Self.started(1, "g"), .toolCallArguments("{\n\"b\":", index: 1, candidate: 0),
            .toolCallArguments("1}", index: 0, candidate: 0), .toolCallArguments("2}", index: 1, candidate: 0),
            Self.started(2, "h"), .toolCallArguments("", index: 2, candidate: 0), .text("t", candidate: 0),
            .finished(.toolCalls, candidate: 0), .ended,
        ]
        let chunks = try Self.chunks(events)
        #expect(
            chunks.dropLast() == [
                Self.call(0, "f", ["a": 1]), Self.call(1, "g", ["b": 2]), Self.chunk(["text": "t"]),
                Self.call(2, "h", [:]),
            ]
        )
        #expect(chunks.last?["candidates"]?.elements.first?["finishReason"] == "STOP")
    }

    @Test(
        "Arguments that are no object are not passed off as one",
        arguments: [
            (FinishReason.toolCalls, "MALFORMED_FUNCTION_CALL"), (.length, "MAX_TOKENS"),
        ]
    )
    func withholdsBrokenCalls(reason: FinishReason, word: String) throws {
        let chunks = try Self.chunks([
            Self.started(0, "f"), .toolCallArguments("{\"a\":", index: 0, candidate: 0),
            .finished(reason, candidate: 0), .ended,
        ])
        #expect(chunks.count == 1)
        #expect(chunks.first?["candidates"]?.elements.first?["finishReason"] == .string(word))
    }

    @Test("§4.7: Gemini's own signatures")
    func writesSignatures() throws {
        let start = ToolCallStart(index: 0, id: "c0", name: "f", signature: "eA==")
        let chunks = try Self.chunks([
            .started(id: nil, model: "gpt"), .thoughtSignature("c2ln", origin: .gemini, candidate: 0),
            .toolCallStarted(start, candidate: 0), .finished(.toolCalls, candidate: 0),
        ])
        #expect(
            chunks == [
                Self.chunk(["text": "", "thought": true, "thoughtSignature": "c2ln"]),
                Self.chunk(["functionCall": ["id": "c0", "name": "f", "args": [:]], "thoughtSignature": "eA=="]),
            ]
        )
    }

    @Test("§6: an error ends the stream, and nothing is invented behind it")
    func fails() throws {
        for isArray in [false, true] {
            var writer = GeminiStreamWriter(identity: Self.identity(isArray: isArray))
            var output: [UInt8] = []
            writer.write(.text("a", candidate: 0), into: &output)
            writer.write(.finished(.stop, candidate: 0), into: &output)
            writer.fail(ProviderError(message: "m"), status: 502, requestID: "q", into: &output)
            let count = output.count
            writer.write(.ended, into: &output)
            writer.fail(ProviderError(message: "m"), status: 502, requestID: "q", into: &output)
            #expect(output.count == count)
            let text = String(decoding: output, as: UTF8.self)
            #expect(!text.contains("finishReason"))
            let error = #"{"error":{"code":502,"message":"m","status":"UNAVAILABLE""#
            #expect(text.contains(isArray ? "\n,\n" + error : "data: " + error))
            if isArray { #expect(try JSONParser.parse(output).elements.count == 2) }
        }
        let told = ProviderError(status: 429, type: "rate_limit_error", message: "slow")
        #expect(Self.text([.failed(told)], isArray: true).hasPrefix(#"[{"error":{"code":429,"#))
    }

    @Test func boundsCalls() throws {
        let many = (0...GeminiStreamWriter.maximumCalls).map { Self.started($0, "f") }
        #expect(try Self.chunks(many).last?["error"]?["code"] == 502)
        let piece = String(repeating: " ", count: 1 << 20)
        let long =
            [Self.started(0, "f")] + Array(repeating: .toolCallArguments(piece, index: 0, candidate: 0), count: 9)
        #expect(try Self.chunks(long).last?["error"]?["code"] == 502)
    }

    @Test("What was written is read as what it was")
    func roundTrips() throws {
        let events: [GenerationEvent] = [
            .started(id: "tok", model: "v"), .thought("hm", candidate: 0), .text("a\u{1F600}", candidate: 0),
            .toolCallStarted(ToolCallStart(index: 0, id: "x", name: "f", signature: "eA=="), candidate: 0),
            .toolCallArguments(#"{"a":[1,2]}"#, index: 0, candidate: 0),
            .usage(ChatUsage(promptTokens: 5, completionTokens: 2, totalTokens: 7)),
            .finished(.toolCalls, candidate: 0), .ended,
        ]
        for isArray in [false, true] {
            #expect(try GeminiStreamReaderTests.events(Self.text(events, isArray: isArray)) == events)
        }
    }
}
