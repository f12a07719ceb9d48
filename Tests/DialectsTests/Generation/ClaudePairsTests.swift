// protocol/http §4.1-§4.7, §5.1, §5.2 and §8: OpenAI and Claude through the middle, both ways: requests, whole answers and
// streams, field by field.

import Testing

@testable import Dialects

@Suite struct ClaudePairsTests {
    private static let identity = AnswerIdentity(
        token: "abc",
        created: 1_790_000_000,
        model: "public",
        includesUsage: true,
        estimatedInputTokens: 8
    )

    private func toClaude(_ body: String) throws -> (body: JSONValue, dropped: [String]) {
        let request = try OpenAIRequestReader.read(Array(body.utf8))
        let translated = try ClaudeRequestWriter.write(request, model: "claude-x", options: ConversionOptions())
        return (try JSONParser.parse(translated.body), translated.dropped)
    }

    private func toOpenAI(_ body: String) throws -> (body: JSONValue, dropped: [String]) {
        let request = try ClaudeRequestReader.read(Array(body.utf8))
        let translated = try OpenAIRequestWriter.write(request, model: "gpt-x", options: ConversionOptions())
        return (try JSONParser.parse(translated.body), translated.dropped)
    }

    private func value(_ text: String) throws -> JSONValue { try JSONParser.parse(Array(text.utf8)) }

    // MARK: - Requests

    @Test("§4.1, §4.4: an OpenAI tool loop with two calls at once, an image and a system text in the middle")
    func requestToClaude() throws {
        let (body, dropped) = try toClaude(
            #"{"model":"public","messages":[{"role":"system","content":"A"},{"role":"user","content":[{"type":"text","text":"look"},"#
                + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,AA==","detail":"low"}},"#
                + #"{"type":"image_url","image_url":{"url":"https://x/y.png"}}]},{"role":"assistant","content":null,"tool_calls":["#
                + #"{"id":"call_1","type":"function","function":{"name":"f","arguments":"{\"a\":1.50}"}},"#
                + #"{"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]},"#
                + #"{"role":"tool","tool_call_id":"call_1","content":"one"},{"role":"tool","tool_call_id":"call_2","content":"two"},"#
                + #"{"role":"developer","content":"B"},{"role":"user","content":"go on","name":"n"}],"#
                + #""tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"}}},"#
                + #"{"type":"function","function":{"name":"g"}}],"tool_choice":"required","parallel_tool_calls":false,"#
                + #""max_completion_tokens":50,"temperature":1.4,"stop":"END","user":"u","seed":1,"stream":true}"#
        )
        let expected = try value(
            #"{"model":"claude-x","max_tokens":50,"system":"A\nB","messages":[{"role":"user","content":[{"type":"text","text":"look"},"#
                + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},"#
                + #"{"type":"image","source":{"type":"url","url":"https://x/y.png"}}]},{"role":"assistant","content":["#
                + #"{"type":"tool_use","id":"call_1","name":"f","input":{"a":1.50}},"#
                + #"{"type":"tool_use","id":"call_2","name":"g","input":{}}]},{"role":"user","content":["#
                + #"{"type":"tool_result","tool_use_id":"call_1","content":"one"},"#
                + #"{"type":"tool_result","tool_use_id":"call_2","content":"two"},{"type":"text","text":"go on"}]}],"#
                + #""tools":[{"name":"f","description":"d","input_schema":{"type":"object"}},"#
                + #"{"name":"g","input_schema":{"type":"object","properties":{}}}],"#
                + #""tool_choice":{"type":"any","disable_parallel_tool_use":true},"temperature":1,"#
                + #""stop_sequences":["END"],"metadata":{"user_id":"u"},"stream":true}"#
        )
        #expect(body == expected)
        #expect(Set(dropped) == ["detail", "seed", "name"])
    }

    @Test("§4.1, §4.4: a Claude tool loop with two calls at once, an image and a system text in the middle")
    func requestToOpenAI() throws {
        let (body, _) = try toOpenAI(
            #"{"model":"public","max_tokens":50,"system":"A","messages":[{"role":"user","content":[{"type":"text","text":"look"},"#
                + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},"#
                + #"{"role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},"#
                + #"{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1.50}},"#
                + #"{"type":"tool_use","id":"toolu_2","name":"g","input":{}}]},{"role":"system","content":"B"},"#
                + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"one"},"#
                + #"{"type":"tool_result","tool_use_id":"toolu_2","content":"two","is_error":true},{"type":"text","text":"go on"}]}],"#
                + #""tools":[{"name":"f","description":"d","input_schema":{"type":"object"}}],"#
                + #""tool_choice":{"type":"tool","name":"f","disable_parallel_tool_use":true},"#
                + #""temperature":0.5,"stop_sequences":["END"]}"#
        )
        #expect(body["model"] == "gpt-x")
        #expect(body["max_completion_tokens"] == 50)
        #expect(body["temperature"] == 0.5)
        #expect(body["stop"] == ["END"] || body["stop"] == "END")
        #expect(body["parallel_tool_calls"] == false)
        #expect(body["tool_choice"] == ["type": "function", "function": ["name": "f"]])
        let function = try value(#"{"name":"f","description":"d","parameters":{"type":"object"}}"#)
        #expect(body["tools"] == [["type": "function", "function": function]])
        let messages = body["messages"]?.elements ?? []
        #expect(messages.map { $0["role"]?.string } == ["system", "user", "assistant", "tool", "tool", "user"])
        #expect(messages.first?["content"] == "A\nB")
        let image: JSONValue = ["type": "image_url", "image_url": ["url": "data:image/png;base64,AA=="]]
        #expect(messages[1]["content"] == [["type": "text", "text": "look"], image])
        let calls = messages[2]["tool_calls"]?.elements ?? []
        #expect(calls.map { $0["id"]?.string } == ["toolu_1", "toolu_2"])
        #expect(calls.map { $0["function"]?["arguments"]?.string } == [#"{"a":1.50}"#, "{}"])
        #expect(messages[3]["content"] == "one")
        #expect(messages[3]["tool_call_id"] == "toolu_1")
        // §4.1: an error is told by a prefix.
        #expect(messages[4]["content"]?.string?.hasSuffix("two") == true)
        #expect(messages[4]["content"] != "two")
        #expect(messages[5]["content"] == "go on")
    }

    @Test(
        "§4.3, §4.4: tool choices both ways",
        arguments: [
            (#""auto""#, #"{"type":"auto"}"#), (#""none""#, #"{"type":"none"}"#), (#""required""#, #"{"type":"any"}"#),
            (#"{"type":"function","function":{"name":"f"}}"#, #"{"type":"tool","name":"f"}"#),
        ]
    )
    func toolChoices(openAI: String, claude: String) throws {
        let hi = #""messages":[{"role":"user","content":"hi"}]"#
        let there = try toClaude(
            #"{"model":"m",\#(hi),"tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":\#(openAI)}"#
        )
        #expect(there.body["tool_choice"] == (try value(claude)))
        let back = try toOpenAI(
            #"{"model":"m","max_tokens":1,\#(hi),"tools":[{"name":"f","input_schema":{}}],"tool_choice":\#(claude)}"#
        )
        #expect(back.body["tool_choice"] == (try value(openAI)))
    }

    @Test(
        "§7: what Claude cannot say is refused with OpenAI's names",
        arguments: [
            (#""n":2"#, "n"), (#""logprobs":true"#, "logprobs"), (#""max_tokens":0"#, "max_tokens"),
        ]
    )
    func refused(member: String, param: String) {
        #expect { try toClaude(#"{"model":"m","messages":[{"role":"user","content":"hi"}],\#(member)}"#) } throws: {
            ($0 as? ConversionRefusal)?.param == param
        }
        #expect { try toClaude(#"{"model":"m","messages":[{"role":"system","content":"only"}]}"#) } throws: {
            ($0 as? ConversionRefusal)?.param == "messages"
        }
    }

    // MARK: - Whole answers

    @Test("§4.5-§4.7: Claude's answer for an OpenAI client")
    func answerToOpenAI() throws {
        let response = try ClaudeResponseReader.read(
            Array(
                (#"{"id":"msg_1","type":"message","role":"assistant","model":"claude-z","content":[{"type":"thinking","thinking":"hm","#
                    + #""signature":"s"},{"type":"text","text":"Hi"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}},"#
                    + #"{"type":"tool_use","id":"toolu_2","name":"g","input":{}}],"stop_reason":"tool_use","stop_sequence":null,"#
                    + #""usage":{"input_tokens":10,"cache_creation_input_tokens":3,"cache_read_input_tokens":2,"output_tokens":5,"#
                    + #""output_tokens_details":{"thinking_tokens":4}}}"#).utf8
            )
        )
        let body = try JSONParser.parse(OpenAIResponseWriter.write(response, identity: Self.identity))
        let choice = try #require(body["choices"]?.elements.first)
        #expect(body["object"] == "chat.completion")
        #expect(choice["finish_reason"] == "tool_calls")
        #expect(choice["message"]?["content"] == "Hi")
        #expect(choice["message"]?["reasoning_content"] == "hm")
        let calls = choice["message"]?["tool_calls"]?.elements ?? []
        #expect(calls.map { $0["id"]?.string } == ["toolu_1", "toolu_2"])
        #expect(calls.map { $0["function"]?["arguments"]?.string } == [#"{"a":1}"#, "{}"])
        let usage = try #require(body["usage"])
        #expect(usage["prompt_tokens"] == 15)
        #expect(usage["completion_tokens"] == 5)
        #expect(usage["total_tokens"] == 20)
        #expect(usage["prompt_tokens_details"]?["cached_tokens"] == 2)
        #expect(usage["completion_tokens_details"]?["reasoning_tokens"] == 4)
    }

    @Test("§4.5, §4.6: OpenAI's answer for a Claude client")
    func answerToClaude() throws {
        let response = try OpenAIResponseReader.read(
            Array(
                (#"{"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-z","choices":[{"index":0,"message":{"#
                    + #""role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"f","#
                    + #""arguments":"{\"a\":1}"}},{"id":"call_2","type":"function","function":{"name":"g","arguments":""}}]},"#
                    + #""finish_reason":"tool_calls"}],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"#
                    + #""prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}}"#)
                    .utf8
            )
        )
        let body = try JSONParser.parse(ClaudeResponseWriter.write(response, identity: Self.identity))
        let expected = try value(
            #"{"id":"msg_abc","type":"message","role":"assistant","model":"gpt-z","content":["#
                + #"{"type":"tool_use","id":"call_1","name":"f","input":{"a":1}},{"type":"tool_use","id":"call_2","name":"g","input":{}}],"#
                + #""stop_reason":"tool_use","stop_sequence":null,"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"#
                + #""cache_read_input_tokens":4,"output_tokens":12,"output_tokens_details":{"thinking_tokens":3}}}"#
        )
        #expect(body == expected)
    }

    @Test(
        "§4.5: every reason there and back",
        arguments: [
            ("stop", "end_turn"), ("length", "max_tokens"), ("tool_calls", "tool_use"), ("content_filter", "refusal"),
        ]
    )
    func reasons(openAI: String, claude: String) throws {
        let chat =
            #"{"choices":[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":"\#(openAI)"}]}"#
        let toClaude = try OpenAIResponseReader.read(Array(chat.utf8))
        let message = try JSONParser.parse(ClaudeResponseWriter.write(toClaude, identity: Self.identity))
        #expect(message["stop_reason"] == .string(claude))
        let call = #"{"type":"tool_use","id":"a","name":"f","input":{}}"#
        let content = claude == "tool_use" ? call : #"{"type":"text","text":"x"}"#
        let claudes = #"{"content":[\#(content)],"stop_reason":"\#(claude)"}"#
        let toOpenAI = try ClaudeResponseReader.read(Array(claudes.utf8))
        let completion = try JSONParser.parse(OpenAIResponseWriter.write(toOpenAI, identity: Self.identity))
        #expect(completion["choices"]?.elements.first?["finish_reason"] == .string(openAI))
    }

    // MARK: - Streams

    @Test("§5.1: Claude's stream for an OpenAI client, for every cut")
    func streamToOpenAI() throws {
        let bytes = Array(ClaudeStreamReaderTests.events(ClaudeStreamReaderTests.whole).utf8)
        var outputs: Set<[UInt8]> = []
        for size in [1, 7, 100, bytes.count] {
            var reader = ClaudeStreamReader()
            var writer = OpenAIStreamWriter(identity: Self.identity)
            var events: [GenerationEvent] = []
            var output: [UInt8] = []
            for piece in pieces(bytes, size: size) { try reader.feed(piece.span, into: &events) }
            for event in events { writer.write(event, into: &output) }
            outputs.insert(output)
        }
        #expect(outputs.count == 1)
        let frames = String(decoding: outputs.first ?? [], as: UTF8.self).split(separator: "\n\n")
        #expect(frames.last == "data: [DONE]")
        let chunks = try frames.dropLast().map { try JSONParser.parse(Array($0.dropFirst("data: ".count).utf8)) }
        let deltas = chunks.compactMap { $0["choices"]?.elements.first?["delta"] }
        #expect(deltas.first?["role"] == "assistant")
        #expect(deltas.compactMap { $0["content"]?.string }.joined() == "H\u{E9}\n\u{1F600}")
        #expect(deltas.compactMap { $0["reasoning_content"]?.string }.joined() == "hm")
        let calls = deltas.flatMap { $0["tool_calls"]?.elements ?? [] }
        #expect(calls.compactMap { $0["id"]?.string } == ["toolu_1", "toolu_2"])
        let first = calls.filter { $0["index"] == 0 }.compactMap { $0["function"]?["arguments"]?.string }.joined()
        let second = calls.filter { $0["index"] == 1 }.compactMap { $0["function"]?["arguments"]?.string }.joined()
        #expect(first == #"{"a":1}"#)
        #expect(second == #"{"x": 1}"#)
        let finish = chunks.compactMap { $0["choices"]?.elements.first?["finish_reason"]?.string }
        #expect(finish == ["tool_calls"])
        #expect(chunks.last?["choices"] == [])
        #expect(chunks.last?["usage"]?["prompt_tokens"] == 12)
        #expect(chunks.last?["usage"]?["completion_tokens"] == 5)
    }

    /// A chunk with this delta.
    private func chunk(_ delta: String, finish: String = "null") -> String {
        #"data: {"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"gpt-z","choices":[{"index":0,"#
            + #""delta":\#(delta),"logprobs":null,"finish_reason":\#(finish)}],"usage":null}"# + "\n\n"
    }

    private func claudeStream(_ text: String, size: Int = .max) throws -> [UInt8] {
        var reader = OpenAIStreamReader()
        var writer = ClaudeStreamWriter(identity: Self.identity)
        var events: [GenerationEvent] = []
        var output: [UInt8] = []
        for piece in pieces(Array(text.utf8), size: size) { try reader.feed(piece.span, into: &events) }
        reader.finish(into: &events)
        for event in events { writer.write(event, into: &output) }
        return output
    }

    @Test("§5.2: OpenAI's stream for a Claude client: text, two interleaved calls, usage behind the finish")
    func streamToClaude() throws {
        let text =
            chunk(#"{"role":"assistant","content":"","refusal":null}"#) + chunk(#"{"content":"Hi"}"#)
            + chunk(
                #"{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"f","arguments":""}}]}"#
            )
            + chunk(
                #"{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"g","arguments":"{\"b\""}}]}"#
            )
            + chunk(#"{"tool_calls":[{"index":0,"function":{"arguments":"{\"a\":1}"}}]}"#)
            + chunk(#"{"tool_calls":[{"index":1,"function":{"arguments":":2}"}}]}"#)
            + chunk("{}", finish: #""tool_calls""#)
            + #"data: {"choices":[],"usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11,"#
            + #""prompt_tokens_details":{"cached_tokens":4}}}"# + "\n\ndata: [DONE]\n\n"
        let output = try claudeStream(text)
        #expect(try claudeStream(text, size: 1) == output)
        let expected = [
            #"{"type":"message_start","message":{"id":"msg_abc","type":"message","role":"assistant","model":"gpt-z","content":[],"#
                + #""stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":8,"cache_creation_input_tokens":0,"#
                + #""cache_read_input_tokens":0,"output_tokens":0}}}"#,
            ClaudeStreamReaderTests.block(0, #"{"type":"text","text":""}"#),
            ClaudeStreamReaderTests.delta(0, "text_delta", "text", "Hi"), ClaudeStreamReaderTests.close(0),
            ClaudeStreamReaderTests.block(1, #"{"type":"tool_use","id":"call_1","name":"f","input":{}}"#),
            ClaudeStreamReaderTests.delta(1, "input_json_delta", "partial_json", #"{\"a\":1}"#),
            ClaudeStreamReaderTests.close(1),
            ClaudeStreamReaderTests.block(2, #"{"type":"tool_use","id":"call_2","name":"g","input":{}}"#),
            ClaudeStreamReaderTests.delta(2, "input_json_delta", "partial_json", #"{\"b\""#),
            ClaudeStreamReaderTests.delta(2, "input_json_delta", "partial_json", ":2}"),
            ClaudeStreamReaderTests.close(2),
            #"{"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":5,"#
                + #""cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":2}}"#,
            #"{"type":"message_stop"}"#,
        ]
        #expect(String(decoding: output, as: UTF8.self) == ClaudeStreamReaderTests.events(expected))
    }

    @Test("§1.4, §8: a stream that ends without [DONE] after its finish, and one that is cut before it")
    func endsOfStreams() throws {
        let refused = chunk(#"{"refusal":"no"}"#) + chunk("{}", finish: #""stop""#) + "data: [DONE]\n\n"
        #expect(String(decoding: try claudeStream(refused), as: UTF8.self).contains(#""stop_reason":"refusal""#))
        let cut = String(decoding: try claudeStream(chunk(#"{"content":"Hi"}"#)), as: UTF8.self)
        #expect(!cut.contains("message_delta"))
        #expect(!cut.contains("message_stop"))
    }

    @Test("§5.1: an error in mid-stream stays one, in the other's words")
    func errors() throws {
        let failing =
            chunk(#"{"content":"Hi"}"#) + "data: {\"error\":{\"message\":\"busy\",\"type\":\"server_error\"}}\n\n"
        let output = String(decoding: try claudeStream(failing), as: UTF8.self)
        #expect(
            output.contains(
                "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"api_error\",\"message\":\"busy\"}"
            )
        )
        #expect(!output.contains("message_stop"))
    }
}
