// protocol/http §1.3, §4.5-§4.7.

import Dialects
import Testing

@Suite struct OpenAIResponseWriterTests {
    static let identity = AnswerIdentity(token: "abc", created: 1_790_000_000, model: "public")

    static func write(
        _ parts: [GenerationPart],
        finish: FinishReason = .stop,
        identity: AnswerIdentity = identity
    ) throws -> JSONValue {
        let response = GenerationResponse(candidates: [GenerationCandidate(parts: parts, finish: finish)])
        return try JSONParser.parse(OpenAIResponseWriter.write(response, identity: identity))
    }

    @Test("§1.3: the whole shape")
    func shape() {
        var usage = ChatUsage(promptTokens: 9, completionTokens: 12, totalTokens: 21, cachedTokens: 4)
        usage.reasoningTokens = 3
        usage.cacheWriteTokens = 2
        let response = GenerationResponse(
            id: "msg_1",
            model: "claude",
            candidates: [GenerationCandidate(parts: [.text("H"), .text("i")], finish: .stop)],
            usage: usage
        )
        #expect(
            String(decoding: OpenAIResponseWriter.write(response, identity: Self.identity), as: UTF8.self)
                == #"{"id":"chatcmpl-abc","object":"chat.completion","created":1790000000,"model":"claude","choices":["#
                + #"{"index":0,"message":{"role":"assistant","content":"Hi","refusal":null,"annotations":[]},"#
                + #""logprobs":null,"finish_reason":"stop"}],"usage":{"prompt_tokens":9,"completion_tokens":12,"#
                + #""total_tokens":21,"prompt_tokens_details":{"cached_tokens":4,"audio_tokens":0,"#
                + #""cache_write_tokens":2},"completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":0,"#
                + #""accepted_prediction_tokens":0,"rejected_prediction_tokens":0}}}"#
        )
    }

    @Test(
        "§4.5: finish reasons",
        arguments: [
            (.stop, "stop"), (.stopSequence("x"), "stop"), (.length, "length"), (.toolCalls, "tool_calls"),
            (.contentFilter, "content_filter"), (.pause, "stop"),
        ] as [(FinishReason, String)]
    )
    func finishReasons(reason: FinishReason, name: String) throws {
        let choice = try Self.write([.text("x")], finish: reason)["choices"]?.elements.first
        #expect(choice?["finish_reason"]?.string == name)
    }

    @Test("§4.7: calls with their signatures, thoughts where they are to be seen")
    func callsAndThoughts() throws {
        let parts: [GenerationPart] = [
            .thought(Thought(text: "hm", signature: "t", origin: .gemini)),
            .toolCall(ToolCall(id: "c", name: "f", arguments: ["a": 1], signature: "s")),
        ]
        let choice = try Self.write(parts)["choices"]?.elements.first
        #expect(choice?["finish_reason"] == "tool_calls")
        #expect(
            choice?["message"]?.text
                == #"{"role":"assistant","content":null,"refusal":null,"annotations":[],"reasoning_content":"hm","#
                + #""tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{\"a\":1}"},"#
                + #""extra_content":{"google":{"thought_signature":"s"}}}]}"#
        )
        var identity = Self.identity
        identity.showsThoughts = false
        let hidden = try Self.write(parts, identity: identity)["choices"]?.elements.first?["message"]
        #expect(hidden?["reasoning_content"] == nil)
    }

    @Test("A blocked answer has empty content, a refusal none (§4.5)")
    func emptyContent() throws {
        let blocked = try Self.write([], finish: .contentFilter)["choices"]?.elements.first?["message"]
        #expect(blocked?["content"] == "")
        let refused = try Self.write([.refusal("no")])["choices"]?.elements.first?["message"]
        #expect(refused?["content"] == .null)
        #expect(refused?["refusal"] == "no")
    }

    @Test("What this dialect writes, it reads the same again")
    func roundTrip() throws {
        let response = GenerationResponse(
            id: "chatcmpl-abc",
            model: "m",
            created: 5,
            candidates: [
                GenerationCandidate(
                    index: 0,
                    parts: [
                        .thought(Thought(text: "hm", origin: .openai)), .text("x"), .refusal("r"),
                        .toolCall(
                            ToolCall(id: "c", name: "f", arguments: ["z": [1, nil, "\u{1F600}"]], signature: "s")
                        ),
                    ],
                    finish: .toolCalls
                ),
                GenerationCandidate(index: 1, parts: [.text("y")], finish: .length),
            ],
            usage: ChatUsage(promptTokens: 1, completionTokens: 2, totalTokens: 3, cachedTokens: 1)
        )
        #expect(
            try OpenAIResponseReader.read(OpenAIResponseWriter.write(response, identity: Self.identity)) == response
        )
    }
}
