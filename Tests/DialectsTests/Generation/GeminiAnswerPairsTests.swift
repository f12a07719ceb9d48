// protocol/http §4.5 to §4.7, §5, §8: answers and streams of Gemini to clients of OpenAI and of Claude, and the other way round:
// two parallel calls, thoughts, usage, compared member by member.

import Testing

@testable import Dialects

@Suite struct GeminiAnswerPairsTests {
    // MARK: - Answers

    private static let identity = AnswerIdentity(token: "tok", created: 7, model: "asked", includesUsage: true)

    private static let geminiAnswer = #"""
        {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true},{"text":"Let me see."},
           {"functionCall":{"id":"a","name":"weather","args":{"city":"Paris"}}},{"functionCall":{"id":"b","name":"time"}}]},
           "finishReason":"STOP","index":0}],
         "usageMetadata":{"promptTokenCount":10,"toolUsePromptTokenCount":2,"cachedContentTokenCount":4,
           "candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":20},
         "modelVersion":"gemini-x","responseId":"r"}
        """#

    @Test("§4.5, §4.6: a Gemini answer to others")
    func writesAnswersOfGemini() throws {
        let response = try GeminiResponseReader.read(Array(Self.geminiAnswer.utf8))
        let openAI = try JSONParser.parse(OpenAIResponseWriter.write(response, identity: Self.identity))
        let choice = openAI["choices"]?.elements.first
        #expect(openAI["id"] == "chatcmpl-tok")
        #expect(openAI["model"] == "gemini-x")
        #expect(choice?["finish_reason"] == "tool_calls")
        #expect(choice?["message"]?["content"] == "Let me see.")
        #expect(choice?["message"]?["reasoning_content"] == "Hm.")
        #expect(
            choice?["message"]?["tool_calls"] == [
                [
                    "id": "a", "type": "function",
                    "function": ["name": "weather", "arguments": #"{"city":"Paris"}"#],
                ], ["id": "b", "type": "function", "function": ["name": "time", "arguments": "{}"]],
            ]
        )
        let usage = openAI["usage"]
        #expect(usage?["prompt_tokens"] == 12)
        #expect(usage?["completion_tokens"] == 8)
        #expect(usage?["total_tokens"] == 20)
        #expect(usage?["prompt_tokens_details"]?["cached_tokens"] == 4)
        #expect(usage?["completion_tokens_details"]?["reasoning_tokens"] == 3)

        let claude = try JSONParser.parse(ClaudeResponseWriter.write(response, identity: Self.identity))
        #expect(claude["stop_reason"] == "tool_use")
        #expect(
            claude["content"] == [
                ["type": "thinking", "thinking": "Hm.", "signature": ""], ["type": "text", "text": "Let me see."],
                ["type": "tool_use", "id": "a", "name": "weather", "input": ["city": "Paris"]],
                ["type": "tool_use", "id": "b", "name": "time", "input": [:]],
            ]
        )
        #expect(claude["usage"]?["input_tokens"] == 8)
        #expect(claude["usage"]?["cache_read_input_tokens"] == 4)
        #expect(claude["usage"]?["output_tokens"] == 8)
    }

    private static let openAIAnswer = #"""
        {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt","choices":[{"index":0,"message":
           {"role":"assistant","content":"Let me see.","reasoning_content":"Hm.","tool_calls":[
             {"id":"a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}},
             {"id":"b","type":"function","function":{"name":"time","arguments":""}}]},"finish_reason":"tool_calls"}],
         "usage":{"prompt_tokens":12,"completion_tokens":8,"total_tokens":20,"prompt_tokens_details":{"cached_tokens":4},
           "completion_tokens_details":{"reasoning_tokens":3}}}
        """#
    private static let claudeAnswer = #"""
        {"id":"msg_1","type":"message","role":"assistant","model":"gpt","content":[
           {"type":"thinking","thinking":"Hm.","signature":"s"},{"type":"text","text":"Let me see."},
           {"type":"tool_use","id":"a","name":"weather","input":{"city":"Paris"}},
           {"type":"tool_use","id":"b","name":"time","input":{}}],"stop_reason":"tool_use","stop_sequence":null,
         "usage":{"input_tokens":6,"cache_creation_input_tokens":2,"cache_read_input_tokens":4,"output_tokens":8,
           "output_tokens_details":{"thinking_tokens":3}}}
        """#

    /// The parts of both, whole or one by one.
    private static let parts: [JSONValue] = [
        ["text": "Hm.", "thought": true], ["text": "Let me see."],
        ["functionCall": ["id": "a", "name": "weather", "args": ["city": "Paris"]]],
        ["functionCall": ["id": "b", "name": "time", "args": [:]]],
    ]
    private static let usageMetadata: JSONValue = [
        "promptTokenCount": 12, "candidatesTokenCount": 5, "thoughtsTokenCount": 3, "cachedContentTokenCount": 4,
        "totalTokenCount": 20,
    ]

    @Test("§4.5, §4.6: answers of others to a Gemini client")
    func writesAnswersForGemini() throws {
        for response in [
            try OpenAIResponseReader.read(Array(Self.openAIAnswer.utf8)),
            try ClaudeResponseReader.read(Array(Self.claudeAnswer.utf8)),
        ] {
            let body = try JSONParser.parse(GeminiResponseWriter.write(response, identity: Self.identity))
            #expect(
                body == [
                    "candidates": [
                        [
                            "content": ["parts": .array(Self.parts), "role": "model"], "finishReason": "STOP",
                            "index": 0,
                        ]
                    ], "usageMetadata": Self.usageMetadata, "modelVersion": "gpt", "responseId": "tok",
                ]
            )
        }
    }

    // MARK: - Streams

    private static let openAIStream = [
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}"#,
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{"reasoning_content":"Hm."},"finish_reason":null}]}"#,
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{"content":"Let me see."},"finish_reason":null}]}"#,
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"weather","arguments":""}}]}}]}"#,
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"b","type":"function","function":{"name":"time","arguments":""}}]}}]}"#,
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"city\":"}}]}}]}"#,
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"\"Paris\"}"}}]}}]}"#,
        #"{"id":"1","model":"gpt","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}"#,
        #"{"id":"1","model":"gpt","choices":[],"usage":{"prompt_tokens":12,"completion_tokens":8,"total_tokens":20,"prompt_tokens_details":{"cached_tokens":4},"completion_tokens_details":{"reasoning_tokens":3}}}"#,
        "[DONE]",
    ].map { "data: " + $0 + "\n\n" }.joined()

    private static let claudeStream =
        [
            (
                "message_start",
                #""message":{"id":"msg_1","model":"gpt","usage":{"input_tokens":6,"cache_creation_input_tokens":2,"cache_read_input_tokens":4,"output_tokens":1}}"#
            ),
            ("content_block_start", #""index":0,"content_block":{"type":"thinking","thinking":"","signature":""}"#),
            ("content_block_delta", #""index":0,"delta":{"type":"thinking_delta","thinking":"Hm."}"#),
            ("content_block_delta", #""index":0,"delta":{"type":"signature_delta","signature":"s"}"#),
            ("content_block_stop", #""index":0"#),
            ("content_block_start", #""index":1,"content_block":{"type":"text","text":""}"#),
            ("content_block_delta", #""index":1,"delta":{"type":"text_delta","text":"Let me see."}"#),
            ("content_block_stop", #""index":1"#),
            (
                "content_block_start",
                #""index":2,"content_block":{"type":"tool_use","id":"a","name":"weather","input":{}}"#
            ),
            ("content_block_delta", #""index":2,"delta":{"type":"input_json_delta","partial_json":"{\"city\":"}"#),
            ("content_block_delta", #""index":2,"delta":{"type":"input_json_delta","partial_json":"\"Paris\"}"}"#),
            ("content_block_stop", #""index":2"#),
            (
                "content_block_start",
                #""index":3,"content_block":{"type":"tool_use","id":"b","name":"time","input":{}}"#
            ),
            ("content_block_stop", #""index":3"#),
            (
                "message_delta",
                #""delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":8,"output_tokens_details":{"thinking_tokens":3}}"#
            ),
        ].map { "event: \($0.0)\ndata: {\"type\":\"\($0.0)\",\($0.1)}\n\n" }.joined()
        + "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

    private static func events(ofOpenAI text: String, size: Int) throws -> [GenerationEvent] {
        var reader = OpenAIStreamReader()
        var events: [GenerationEvent] = []
        for piece in pieces(Array(text.utf8), size: size) { try reader.feed(piece.span, into: &events) }
        reader.finish(into: &events)
        return events
    }

    private static func events(ofClaude text: String, size: Int) throws -> [GenerationEvent] {
        var reader = ClaudeStreamReader()
        var events: [GenerationEvent] = []
        for piece in pieces(Array(text.utf8), size: size) { try reader.feed(piece.span, into: &events) }
        reader.finish(into: &events)
        return events
    }

    @Test("§5.4: streams of others to a Gemini client, whatever the cuts", arguments: [1, 7, 64, 100_000])
    func writesStreamsForGemini(size: Int) throws {
        for events in [
            try Self.events(ofOpenAI: Self.openAIStream, size: size),
            try Self.events(ofClaude: Self.claudeStream, size: size),
        ] {
            let chunks = try GeminiStreamWriterTests.chunks(events)
            let parts = chunks.dropLast().compactMap { chunk in
                chunk["candidates"]?.elements.first?["content"]?["parts"]?.elements.first
            }
            #expect(parts == Self.parts)
            let last = chunks.last
            #expect(last?["candidates"]?.elements.first?["finishReason"] == "STOP")
            #expect(last?["usageMetadata"] == Self.usageMetadata)
            #expect(chunks.allSatisfy { $0["modelVersion"] == "gpt" && $0["responseId"] == "tok" })
        }
    }

    @Test("§5.4, §6: a stream of others that breaks ends nothing at a Gemini client")
    func inventsNoEnd() throws {
        for events in [
            try Self.events(ofOpenAI: String(Self.openAIStream.prefix(600)), size: 50),
            try Self.events(ofClaude: String(Self.claudeStream.prefix(900)), size: 50),
        ] {
            let text = GeminiStreamWriterTests.text(events)
            #expect(!text.isEmpty)
            #expect(!text.contains("finishReason"))
        }
    }

    private static let geminiStream = [
        #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true}]},"index":0}],"usageMetadata":{"promptTokenCount":10},"modelVersion":"gemini-x","responseId":"r"}"#,
        #"{"candidates":[{"content":{"role":"model","parts":[{"text":"Let me "}]},"index":0}]}"#,
        #"{"candidates":[{"content":{"role":"model","parts":[{"text":"see."},{"functionCall":{"id":"a","name":"weather","args":{"city":"Paris"}},"thoughtSignature":"c2ln"},{"functionCall":{"id":"b","name":"time"}}]},"index":0}]}"#,
        #"{"candidates":[{"content":{"role":"model","parts":[{"text":""}]},"finishReason":"STOP","index":0}],"usageMetadata":{"promptTokenCount":10,"toolUsePromptTokenCount":2,"cachedContentTokenCount":4,"candidatesTokenCount":5,"thoughtsTokenCount":3,"totalTokenCount":20}}"#,
    ]

    /// As events, and as the array that a stream without `alt=sse` is.
    private static let geminiStreams = [
        geminiStream.map { "data: " + $0 + "\r\n\r\n" }.joined(), "[" + geminiStream.joined(separator: "\n,\n") + "]",
    ]

    @Test("§5.3: a Gemini stream to an OpenAI client", arguments: [1, 7, 64, 100_000])
    func writesOpenAIStreams(size: Int) throws {
        for stream in Self.geminiStreams {
            var writer = OpenAIStreamWriter(identity: Self.identity)
            var output: [UInt8] = []
            for event in try GeminiStreamReaderTests.events(Array(stream.utf8), size: size) {
                writer.write(event, into: &output)
            }
            #expect(String(decoding: output, as: UTF8.self).hasSuffix("data: [DONE]\n\n"))
            // Read again, since the pieces of a stream are nobody's business.
            let events = try Self.events(ofOpenAI: String(decoding: output, as: UTF8.self), size: 100)
            let text = events.compactMap { if case .text(let text, _) = $0 { text } else { nil } }.joined()
            #expect(text == "Let me see.")
            let starts = events.compactMap { if case .toolCallStarted(let start, _) = $0 { start } else { nil } }
            #expect(starts.map(\.id) == ["a", "b"])
            #expect(starts.map(\.name) == ["weather", "time"])
            #expect(starts.map(\.signature) == ["c2ln", nil])
            let arguments = [0, 1].map { call in
                events.compactMap { event -> String? in
                    guard case .toolCallArguments(let text, call, _) = event else { return nil }
                    return text
                }
                .joined()
            }
            #expect(arguments[0] == #"{"city":"Paris"}"#)
            #expect(["", "{}"].contains(arguments[1]))
            #expect(events.contains(.thought("Hm.", candidate: 0)))
            #expect(events.contains(.finished(.toolCalls, candidate: 0)))
            let usage = events.compactMap { if case .usage(let usage) = $0 { usage } else { nil } }.last
            #expect(usage?.promptTokens == 12)
            #expect(usage?.completionTokens == 8)
            #expect(usage?.cachedTokens == 4)
            #expect(usage?.reasoningTokens == 3)
        }
    }

    @Test("§5.5: a Gemini stream to a Claude client", arguments: [1, 7, 64, 100_000])
    func writesClaudeStreams(size: Int) throws {
        for stream in Self.geminiStreams {
            var writer = ClaudeStreamWriter(identity: Self.identity)
            var output: [UInt8] = []
            for event in try GeminiStreamReaderTests.events(Array(stream.utf8), size: size) {
                writer.write(event, into: &output)
            }
            let blocks = try String(decoding: output, as: UTF8.self).split(separator: "\n\n").map { block in
                let lines = block.split(separator: "\n")
                let data = try JSONParser.parse(Array(lines[1].dropFirst(6).utf8))
                let name = data["type"]?.string ?? ""
                #expect(lines[0] == "event: " + name)
                return data
            }
            let starts = blocks.compactMap { $0["content_block"] }
            #expect(starts.compactMap { $0["type"]?.string } == ["thinking", "text", "tool_use", "tool_use"])
            #expect(starts[2]["id"] == "a")
            #expect(starts[3]["name"] == "time")
            #expect(starts[3]["input"] == [:])
            let deltas = blocks.filter { $0["type"] == "content_block_delta" }.compactMap { $0["delta"] }
            #expect(deltas.compactMap { $0["text"]?.string }.joined() == "Let me see.")
            #expect(deltas.compactMap { $0["thinking"]?.string }.joined() == "Hm.")
            let input = deltas.compactMap { $0["partial_json"]?.string }.joined()
            #expect(input.hasPrefix(#"{"city":"Paris"}"#))
            // §5.5: the signature is another provider's.
            #expect(!deltas.contains { $0["signature"] == "c2ln" })
            let delta = blocks.first { $0["type"] == "message_delta" }
            #expect(delta?["delta"]?["stop_reason"] == "tool_use")
            #expect(delta?["usage"]?["input_tokens"] == 8)
            #expect(delta?["usage"]?["cache_read_input_tokens"] == 4)
            #expect(delta?["usage"]?["output_tokens"] == 8)
            #expect(blocks.last?["type"] == "message_stop")
        }
    }
}
