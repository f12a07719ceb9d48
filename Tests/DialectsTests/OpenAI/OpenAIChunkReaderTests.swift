// protocol/http §1.4, §4.5, §8: what chunks mean, and the oddities of compatibles.

import Dialects
import Testing

@Suite struct OpenAIChunkReaderTests {
    static func events(_ data: [String]) throws -> [GenerationEvent] {
        try OpenAIStreamReaderTests.events(OpenAIStreamReaderTests.stream(data), finish: false)
    }

    static func chunk(_ delta: String, finish: String = "null", index: Int = 0) -> String {
        OpenAIStreamReaderTests.chunk(delta, finish: finish, index: index)
    }

    static let started = OpenAIStreamReaderTests.started

    @Test("Chunks without choices before the first one start nothing")
    func emptyChoicesFirst() throws {
        let first = #"{"id":"","model":"","choices":[],"prompt_filter_results":[{}]}"#
        #expect(
            try Self.events([first, Self.chunk(#"{"content":"x"}"#)]) == [Self.started, .text("x", candidate: 0)]
        )
        #expect(try Self.events([#"{"id":"","choices":[{"delta":{}}]}"#]) == [.started(id: nil, model: nil)])
    }

    @Test("Usage in every chunk is told when it changes; null is none")
    func usageEverywhere() throws {
        func chunk(_ usage: String) -> String { #"{"id":"chatcmpl-1","model":"m","choices":[],"usage":\#(usage)}"# }
        let one = ChatUsage(promptTokens: 1, completionTokens: 1, totalTokens: 2)
        let two = ChatUsage(promptTokens: 1, completionTokens: 2, totalTokens: 3)
        #expect(
            try Self.events([
                chunk("null"), chunk(#"{"prompt_tokens":1,"completion_tokens":1}"#),
                chunk(#"{"prompt_tokens":1,"completion_tokens":1}"#), chunk("7"),
                chunk(#"{"prompt_tokens":1,"completion_tokens":2}"#),
            ]) == [Self.started, .usage(one), .usage(two)]
        )
    }

    @Test("A finish reason that comes twice counts once, and an empty one is none")
    func finishTwice() throws {
        #expect(
            try Self.events([
                Self.chunk(#"{"content":"x"}"#, finish: "\"\""), Self.chunk(#"{"content":"y"}"#, finish: "\"length\""),
                Self.chunk(#"{"content":"late"}"#, finish: "\"stop\""), "[DONE]",
            ]) == [
                Self.started, .text("x", candidate: 0), .text("y", candidate: 0), .finished(.length, candidate: 0),
                .ended,
            ]
        )
    }

    @Test(
        "§4.5: finish reasons",
        arguments: [
            ("stop", .stop), ("length", .length), ("content_filter", .contentFilter), ("tool_calls", .toolCalls),
            ("function_call", .toolCalls), ("eos", .stop),
        ] as [(String, FinishReason)]
    )
    func finishReasons(name: String, reason: FinishReason) throws {
        #expect(try Self.events([Self.chunk("{}", finish: "\"\(name)\"")]).last == .finished(reason, candidate: 0))
    }

    @Test("Candidates interleave")
    func candidates() throws {
        #expect(
            try Self.events([
                Self.chunk(#"{"content":"a"}"#), Self.chunk(#"{"content":"b"}"#, index: 1),
                Self.chunk("{}", finish: #""stop""#, index: 1), Self.chunk(#"{"refusal":"no"}"#),
                Self.chunk("{}", finish: #""length""#),
            ]) == [
                Self.started, .text("a", candidate: 0), .text("b", candidate: 1), .finished(.stop, candidate: 1),
                .refusal("no", candidate: 0), .finished(.length, candidate: 0),
            ]
        )
        guard case .failed? = try Self.events([Self.chunk("{}", index: 128)]).last else {
            Issue.record("The bound does not hold.")
            return
        }
    }

    @Test("§4.7: thoughts by both names, once; null and empty texts are nothing")
    func thoughts() throws {
        #expect(
            try Self.events([
                Self.chunk(#"{"reasoning":"a"}"#), Self.chunk(#"{"reasoning_content":"b","reasoning":"b"}"#),
                Self.chunk(
                    #"{"content":null,"reasoning_content":"","reasoning":null,"refusal":null,"tool_calls":null}"#
                ),
                Self.chunk(#"{"reasoning_content":"","reasoning":"c","content":"d"}"#),
            ]) == [
                Self.started, .thought("a", candidate: 0), .thought("b", candidate: 0), .thought("c", candidate: 0),
                .text("d", candidate: 0),
            ]
        )
    }

    @Test("Content in parts")
    func parts() throws {
        let thinking = #"{"type":"thinking","thinking":[{"type":"text","text":"h"},{"type":"text","text":"m"}]}"#
        #expect(
            try Self.events([Self.chunk(#"{"content":[\#(thinking),{"type":"text","text":"x"},5,{"type":"odd"}]}"#)])
                == [Self.started, .thought("hm", candidate: 0), .text("x", candidate: 0)]
        )
    }

    @Test("Half of a surrogate pair, and bytes that are not UTF-8, become U+FFFD")
    func brokenText() throws {
        #expect(
            try Self.events([Self.chunk(#"{"content":"a\ud83d"}"#)]) == [
                Self.started, .text("a\u{FFFD}", candidate: 0),
            ]
        )
        let chunk = Array(OpenAIStreamReaderTests.stream([Self.chunk(#"{"content":"a!"}"#)]).utf8)
        let bytes = chunk.map { $0 == UInt8(ascii: "!") ? 0xFF : $0 }
        #expect(
            try OpenAIStreamReaderTests.events(bytes, finish: false) == [
                Self.started, .text("a\u{FFFD}", candidate: 0),
            ]
        )
    }

    @Test("Errors in the stream end it, whatever follows")
    func errors() throws {
        let error = #"{"error":{"message":"overloaded","type":"server_error","param":null,"code":503}}"#
        #expect(
            try Self.events([Self.chunk(#"{"content":"x"}"#), error, "[DONE]"]) == [
                Self.started, .text("x", candidate: 0),
                .failed(ProviderError(status: 503, type: "server_error", code: "503", message: "overloaded")),
            ]
        )
        #expect(try Self.events([#"{"error":null,"choices":[]}"#]) == [])
        #expect(try Self.events([#"{"error":false,"choices":[]}"#]) == [])
        #expect(
            try OpenAIStreamReaderTests.events("event: error\ndata: {\"message\":\"gone\"}\n\n")
                == [.failed(ProviderError(message: "gone"))]
        )
    }

    @Test(
        "Data that is no JSON object is a failure; blank data is nothing",
        arguments: ["{", "5", "hi", #"{"a":1}x"#, "[]"]
    )
    func garbage(data: String) throws {
        guard case .failed(let error)? = try Self.events(["", " ", data, "[DONE]"]).last else {
            Issue.record("Garbage was passed over.")
            return
        }
        #expect(error.code == "bad_gateway")
    }

    @Test("Unknown members and objects are passed over")
    func unknown() throws {
        #expect(try Self.events(["{}", #"{"type":"ping"}"#, #"{"choices":null}"#, #"{"choices":[5,null,[]]}"#]) == [])
        #expect(try Self.events([#"{"id":"chatcmpl-1","model":"m","choices":[{}]}"#]) == [Self.started])
    }

    @Test("Wrong values at any place never trap, and the order of events holds")
    func wrongTypesEverywhere() throws {
        let call =
            #"{"index":0,"id":"c","function":{"name":"f","arguments":"x"},"extra_content":{"google":{"thought_signature":"s"}}}"#
        let delta = #"{"content":"x","reasoning":"r","refusal":"n","tool_calls":[\#(call)]}"#
        let text = Self.chunk(delta, finish: #""stop""#).dropLast() + #","usage":{"prompt_tokens":1}}"#
        let whole = try JSONParser.parse(Array(text.utf8))
        let wrong: [JSONValue] = [
            nil, true, -1, .integer(Int.max), 1.5, "", "x", [], [nil, "x"], .object([]),
            try JSONParser.parse(Array("1e300".utf8)),
        ]
        for variant in OpenAIRequestReaderTests.variants(of: whole, wrong) {
            let events = try Self.events([variant.text, variant.text, "[DONE]"])
            let starts = events.filter { if case .started = $0 { true } else { false } }
            #expect(starts.count <= 1)
            #expect(starts.isEmpty || events.first == starts.first)
        }
    }

    @Test("Mutated streams never trap, and say the same for every split")
    func mutations() throws {
        var generator = SeededGenerator(seed: 11)
        let bytes = Array(OpenAIStreamReaderTests.stream(OpenAIStreamReaderTests.whole).utf8)
        for _ in 0..<400 {
            let mutated = generator.mutate(bytes, spice: "{}[]\",:\n\r0-1e9nul\\u")
            let whole = try OpenAIStreamReaderTests.events(mutated)
            #expect(try OpenAIStreamReaderTests.events(mutated, size: 7) == whole)
        }
    }
}
