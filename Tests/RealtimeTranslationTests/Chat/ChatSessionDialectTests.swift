import Dialects
import RealtimeTranslation
import Testing

/// A session over chat models of each dialect: what it asks for can be said, and what they stream makes its events
/// (protocol: http §1-§5, realtime §8).
@Suite struct ChatSessionDialectTests {
    private static let image = "data:image/png;base64,iVBORw0KGgo="

    /// A conversation with all that is awkward: system items, images, calls answered late and never, an answer cut off.
    private static func conversation() throws -> ChatScene {
        var scene = ChatScene()
        scene.send([
            "type": "session.update",
            "session": [
                "type": "realtime", "instructions": "Be kind.",
                "tools": [["type": "function", "name": "f", "parameters": ["type": "object", "properties": [:]]]],
            ],
        ])
        let greeting = try scene.respond()
        scene.hear(.text("Hello!", candidate: 0), .ended, by: greeting)
        scene.send([
            "type": "conversation.item.create",
            "item": [
                "type": "message", "role": "user",
                "content": [
                    ["type": "input_image", "image_url": .string(image), "detail": "low"],
                    ["type": "input_text", "text": "What is it?"],
                ],
            ],
        ])
        let calls = try scene.respond()
        scene.hear(
            .thought("hm", candidate: 0),
            .thoughtSignature("sig", origin: .claude, candidate: 0),
            .text("Let me see.", candidate: 0),
            .toolCallStarted(ToolCallStart(index: 0, id: "c0", name: "f"), candidate: 0),
            .toolCallStarted(ToolCallStart(index: 1, id: "c1", name: "f"), candidate: 0),
            .ended,
            by: calls
        )
        scene.send([
            "type": "conversation.item.create",
            "item": ["type": "message", "role": "system", "content": [["type": "input_text", "text": "Hurry."]]],
        ])
        scene.user("Well?")
        scene.send([
            "type": "conversation.item.create",
            "item": ["type": "function_call_output", "call_id": "c1", "output": "{\"it\":\"a cat\"}"],
        ])
        let cut = try scene.respond()
        scene.hear(
            .text("It is", candidate: 0),
            .toolCallStarted(ToolCallStart(index: 0, id: "c2", name: "f"), candidate: 0),
            .toolCallArguments("{\"a", index: 0, candidate: 0),
            by: cut
        )
        scene.send(["type": "response.cancel"])
        try scene.respond()
        return scene
    }

    private static func body(_ dialect: ChatDialect) throws -> JSONValue {
        let scene = try conversation()
        let request = try #require(scene.requests.last)
        let written = try dialect.write(request, model: "m", isCount: false, options: ConversionOptions())
        return try JSONParser.parse(written.body)
    }

    @Test func anOpenAIModelIsToldEveryOutput() throws {
        let messages = try #require(Self.body(.openai)["messages"]?.elements)
        #expect(
            messages.map { $0["role"]?.string } == [
                "system", "assistant", "user", "assistant", "tool", "tool", "user", "assistant", "user",
            ]
        )
        let tools = messages.filter { $0["role"] == "tool" }
        #expect(tools.map { $0["tool_call_id"] } == ["c0", "c1"])
        #expect(messages.first?["content"] == "Be kind.\nHurry.")
    }

    @Test func aClaudeModelGetsItsThoughtBack() throws {
        let messages = try #require(Self.body(.claude)["messages"]?.elements)
        let roles = messages.map { $0["role"]?.string ?? "" }
        #expect(roles.first == "user")
        #expect(roles.last == "user")
        #expect(!zip(roles, roles.dropFirst()).contains { $0 == $1 })
        let call = try #require(messages.first { $0.text.contains("tool_use\"") && $0["role"] == "assistant" })
        #expect(call["content"]?.elements.map { $0["type"] } == ["thinking", "text", "tool_use", "tool_use"])
        #expect(call["content"]?.elements.first?["signature"] == "sig")
        let index = try #require(messages.firstIndex(of: call))
        #expect(
            messages[index + 1]["content"]?.elements.prefix(2).map { $0["tool_use_id"] } == ["c0", "c1"]
        )
    }

    @Test func aGeminiModelKnowsWhoAnswers() throws {
        let contents = try #require(Self.body(.gemini)["contents"]?.elements)
        let roles = contents.map { $0["role"]?.string ?? "" }
        #expect(roles.first == "user")
        #expect(!zip(roles, roles.dropFirst()).contains { $0 == $1 })
        let answers = contents.flatMap { $0["parts"]?.elements ?? [] }.compactMap { $0["functionResponse"] }
        #expect(answers.map { $0["name"] } == ["f", "f"])
        #expect(answers.last?["response"] == ["it": "a cat"])
    }

    // MARK: Streams

    private static let streams: [(ChatDialect, String)] = [
        (
            .openai,
            #"""
            data: {"id":"x","choices":[{"index":0,"delta":{"role":"assistant","content":"Hel"}}]}

            data: {"id":"x","choices":[{"index":0,"delta":{"content":"lo"}}]}

            data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"id":"c9","function":{"name":"f","arguments":"{\"a\""}}]}}]}

            data: {"id":"x","choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}

            data: {"id":"x","choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}

            data: {"id":"x","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":5,"total_tokens":12}}

            data: [DONE]


            """#
        ),
        (
            .claude,
            #"""
            event: message_start
            data: {"type":"message_start","message":{"id":"x","role":"assistant","usage":{"input_tokens":7,"output_tokens":1}}}

            event: content_block_start
            data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":0}

            event: content_block_start
            data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"c9","name":"f","input":{}}}

            event: content_block_delta
            data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}}

            event: content_block_stop
            data: {"type":"content_block_stop","index":1}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"tool_use"},"usage":{"output_tokens":5}}

            event: message_stop
            data: {"type":"message_stop"}


            """#
        ),
        (
            .gemini,
            #"""
            data: {"responseId":"x","candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Hello"}]}}]}

            data: {"responseId":"x","candidates":[{"index":0,"content":{"role":"model","parts":[{"functionCall":{"name":"f","args":{"a":1}},"thoughtSignature":"sig"}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":7,"candidatesTokenCount":5,"totalTokenCount":12}}


            """#
        ),
    ]

    @Test(arguments: streams)
    func aStreamBecomesEvents(_ dialect: ChatDialect, _ stream: String) throws {
        var scene = ChatScene()
        scene.user("Hi")
        let work = try scene.respond()
        var reader = dialect.streamReader()
        var events: [GenerationEvent] = []
        let bytes = Array(stream.utf8)
        try reader.feed(bytes.span, into: &events)
        reader.finish(into: &events)
        for event in events { scene.hear(event, by: work) }
        let response = try #require(scene.lastResponse)
        #expect(response["status"] == "completed")
        let output = try #require(response["output"]?.elements)
        #expect(output.map { $0["type"] } == ["message", "function_call"])
        #expect(output.first?["content"] == [["type": "output_text", "text": "Hello"]])
        #expect(output.last?["name"] == "f")
        #expect(try JSONParser.parse(Array((output.last?["arguments"]?.string ?? "").utf8)) == ["a": 1])
        #expect(response["usage"]?["input_tokens"] == 7)
        #expect(response["usage"]?["output_tokens"] == 5)
    }
}
