// protocol/http §1.3, §4.5, §4.6, §8.

import Dialects
import Testing

@Suite struct OpenAIResponseReaderTests {
    static func outcome(_ body: [UInt8]) -> Result<GenerationResponse, ProviderError> {
        do throws(ProviderError) {
            return .success(try OpenAIResponseReader.read(body))
        } catch {
            return .failure(error)
        }
    }

    static func candidate(_ message: String, finish: String = "\"stop\"") throws -> GenerationCandidate {
        let body = #"{"id":"chatcmpl-9","choices":[{"message":\#(message),"finish_reason":\#(finish)}]}"#
        return try OpenAIResponseReader.read(Array(body.utf8)).candidates[0]
    }

    /// The id of a call of this answer that has none.
    static func madeUp(_ count: Int, answer: String = "chatcmpl-9") -> String {
        var ids = ToolCallID(token: answer)
        return (0...count).map { _ in ids.next() }[count]
    }

    static func failure(_ text: String) -> ProviderError? {
        if case .failure(let error) = outcome(Array(text.utf8)) { error } else { nil }
    }

    @Test("§1.3: an answer, its names, and what it cost (§4.6)")
    func answer() throws {
        let response = try OpenAIResponseReader.read(Array(Self.whole.utf8))
        #expect(response.id == "chatcmpl-1")
        #expect(response.model == "gpt-x")
        #expect(response.created == 1_790_000_000)
        #expect(response.candidates.map(\.index) == [0, 1])
        #expect(response.candidates[0].parts == [.text("Hi")])
        #expect(response.candidates[1].parts == [.refusal("no")])
        #expect(response.usage?.promptTokens == 9)
        #expect(response.usage?.cachedTokens == 4)
        #expect(response.usage?.reasoningTokens == 3)
    }

    static let whole = """
        {"id":"chatcmpl-1","object":"chat.completion","created":1790000000,"model":"gpt-x","choices":[{"index":0,"message":
        {"role":"assistant","content":"Hi","refusal":null,"annotations":[]},"logprobs":null,"finish_reason":"stop"},{"index":
        1,"message":{"role":"assistant","content":null,"refusal":"no"},"finish_reason":"stop"}],"usage":{"prompt_tokens":9,
        "completion_tokens":12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{
        "reasoning_tokens":3}}}
        """

    @Test(
        "§4.5: finish reasons; unknown ones and none are the end of the turn",
        arguments: [
            (#""stop""#, .stop), (#""length""#, .length), (#""content_filter""#, .contentFilter), ("null", .stop),
            (#""eos""#, .stop), ("5", .stop),
        ] as [(String, FinishReason)]
    )
    func finishReasons(text: String, reason: FinishReason) throws {
        #expect(try Self.candidate(#"{"content":"x"}"#, finish: text).finish == reason)
    }

    @Test("Parallel calls; `stop` behind calls is their end, and made-up ids tell calls apart")
    func calls() throws {
        let candidate = try Self.candidate(
            """
            {"content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\\"a\\":1}"}},
            {"function":{"name":"g","arguments":""},"extra_content":{"google":{"thought_signature":"s"}}},
            {"id":"","function":{"name":"h","arguments":{"b":2}}}]}
            """
        )
        #expect(candidate.finish == .toolCalls)
        #expect(
            candidate.parts == [
                .toolCall(ToolCall(id: "c1", name: "f", arguments: ["a": 1])),
                .toolCall(ToolCall(id: Self.madeUp(0), name: "g", arguments: .object([]), signature: "s")),
                .toolCall(ToolCall(id: Self.madeUp(1), name: "h", arguments: ["b": 2])),
            ]
        )
    }

    @Test("The call of the time before tools")
    func formerCall() throws {
        let candidate = try Self.candidate(
            #"{"content":null,"function_call":{"name":"f","arguments":"{}"}}"#,
            finish: #""function_call""#
        )
        #expect(candidate.finish == .toolCalls)
        #expect(
            candidate.parts == [.toolCall(ToolCall(id: Self.madeUp(0), name: "f", arguments: .object([])))]
        )
    }

    @Test("§4.7: thoughts of compatibles, content in parts")
    func compatibles() throws {
        #expect(
            try Self.candidate(#"{"reasoning_content":"hm","reasoning":"hm","content":"x"}"#).parts
                == [.thought(Thought(text: "hm", origin: .openai)), .text("x")]
        )
        #expect(
            try Self.candidate(#"{"content":[{"type":"text","text":"a"},{"type":"odd"},5]}"#).parts == [.text("a")]
        )
    }

    @Test("Arguments cut at the length limit take their call with them; otherwise they are a fault")
    func brokenArguments() throws {
        let message = #"{"content":"x","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{\"a\":"}}]}"#
        let candidate = try Self.candidate(message, finish: #""length""#)
        #expect(candidate.parts == [.text("x")])
        #expect(candidate.finish == .length)
        #expect(Self.failure(#"{"choices":[{"message":\#(message),"finish_reason":"stop"}]}"#)?.status == 502)
    }

    @Test(
        "What is no answer is an error of the provider",
        arguments: [
            "", "<html>", "[]", "{}", #"{"choices":null}"#, #"{"choices":[]}"#, #"{"choices":[5]}"#,
            #"{"choices":[{"message":null}]}"#, #"{"choices":[{"message":{"tool_calls":[{"function":{}}]}}]}"#,
        ]
    )
    func nonsense(text: String) {
        #expect(Self.failure(text)?.status == 502)
        #expect(Self.failure(text)?.code == "bad_gateway")
    }

    @Test("An error under status 200 is an error")
    func errorAsAnswer() {
        let error = Self.failure(#"{"error":{"message":"slow down","type":"rate_limit_error","code":429}}"#)
        #expect(error == ProviderError(status: 429, type: "rate_limit_error", code: "429", message: "slow down"))
        #expect(Self.failure(#"{"error":null,"choices":[{"message":{"content":"x"}}]}"#) == nil)
    }

    @Test("A wrong value at any place never traps")
    func wrongTypesEverywhere() throws {
        let call =
            #"{"id":"c","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{}}}"#
        let text =
            #"{"id":"i","created":1,"model":"m","choices":[{"index":0,"message":{"content":[{"type":"text","text":"x"}],"#
            + #""refusal":"r","reasoning":"r","tool_calls":[\#(call)]},"finish_reason":"stop"}],"usage":{"prompt_tokens":1}}"#
        let whole = try JSONParser.parse(Array(text.utf8))
        let wrong: [JSONValue] = [
            nil, false, -1, .integer(Int.max), .integer(Int.min), 1.5, "", "x", [], [nil], .object([]),
            try JSONParser.parse(Array("-1e300".utf8)),
        ]
        for variant in OpenAIRequestReaderTests.variants(of: whole, wrong) {
            if case .success(let response) = Self.outcome(variant.rendered) { #expect(!response.candidates.isEmpty) }
        }
    }
}
