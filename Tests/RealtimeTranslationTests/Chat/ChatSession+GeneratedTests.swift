import Dialects
import RealtimeTranslation
import Testing

/// What a model says, as events (protocol: realtime §8).
@Suite struct ChatSessionGeneratedTests {
    /// The model is asked to answer `Hi`; the work has the number 0.
    private static func scene() throws -> ChatScene {
        var scene = ChatScene()
        scene.user("Hi")
        try scene.respond()
        return scene
    }

    @Test func callsWithInterleavedFragments() throws {
        var scene = try Self.scene()
        let work = ChatWork(number: 0)
        let told = scene.hear(
            .text("Let me see.", candidate: 0),
            .toolCallStarted(ToolCallStart(index: 0, id: "c0", name: "f"), candidate: 0),
            .toolCallStarted(ToolCallStart(index: 1, id: "c1", name: "g"), candidate: 0),
            .toolCallArguments("{\"a\":", index: 0, candidate: 0),
            .toolCallArguments("{}", index: 1, candidate: 0),
            .toolCallArguments("1}", index: 0, candidate: 0),
            .finished(.toolCalls, candidate: 0),
            .ended,
            by: work
        )
        #expect(
            told.types == [
                "response.output_item.added", "conversation.item.added", "response.content_part.added",
                "response.output_text.delta", "response.output_text.done", "response.content_part.done",
                "conversation.item.done", "response.output_item.done",
                "response.output_item.added", "conversation.item.added",
                "response.output_item.added", "conversation.item.added",
                "response.function_call_arguments.delta", "response.function_call_arguments.delta",
                "response.function_call_arguments.delta",
                "response.function_call_arguments.done", "conversation.item.done", "response.output_item.done",
                "response.function_call_arguments.done", "conversation.item.done", "response.output_item.done",
                "response.done",
            ]
        )
        let done = told.filter { $0["type"] == "response.function_call_arguments.done" }
        #expect(done.map { $0["arguments"] } == ["{\"a\":1}", "{}"])
        #expect(done.map { $0["call_id"] } == ["c0", "c1"])
        #expect(done.map { $0["name"] } == ["f", "g"])
        #expect(done.map { $0["output_index"] } == [1, 2])
        let output = try #require(scene.lastResponse?["output"]?.elements)
        #expect(output.map { $0["type"] } == ["message", "function_call", "function_call"])
        #expect(output[1]["status"] == "completed")
    }

    @Test func outputsGoBehindTheirCalls() throws {
        var scene = try Self.scene()
        let work = ChatWork(number: 0)
        scene.hear(
            .toolCallStarted(ToolCallStart(index: 0, id: "c0", name: "f", signature: "sig"), candidate: 0),
            .toolCallStarted(ToolCallStart(index: 1, id: "c1", name: "g"), candidate: 0),
            .ended,
            by: work
        )
        scene.user("Hurry")
        scene.send([
            "type": "conversation.item.create",
            "item": ["type": "function_call_output", "call_id": "c0", "output": "42"],
        ])
        try scene.respond()
        let messages = try #require(scene.requests.last?.messages)
        #expect(messages.count == 4)
        #expect(
            messages[1]
                == GenerationMessage(
                    .assistant,
                    [
                        .toolCall(ToolCall(id: "c0", name: "f", arguments: [:], signature: "sig")),
                        .toolCall(ToolCall(id: "c1", name: "g", arguments: [:])),
                    ]
                )
        )
        guard case .toolResult(let first)? = messages[2].parts.first,
            case .toolResult(let second)? = messages[2].parts.last
        else {
            Issue.record("expected results")
            return
        }
        #expect(first == ToolResult(callID: "c0", name: "f", content: [.text("42")]))
        #expect(second.callID == "c1")
        #expect(second.content == [.text("(There is no output of this call.)")])
        #expect(messages[3] == GenerationMessage(.user, [.text("Hurry")]))
    }

    @Test func refusalsAreTexts() throws {
        var scene = try Self.scene()
        let work = ChatWork(number: 0)
        let told = scene.hear(.refusal("I will not.", candidate: 0), .ended, by: work)
        #expect(told.first("response.output_text.done")?["text"] == "I will not.")
        scene.user("Please")
        try scene.respond()
        #expect(scene.requests.last?.messages[1] == GenerationMessage(.assistant, [.refusal("I will not.")]))
    }

    @Test func thoughtsAreHiddenAndSignedOnesKept() throws {
        var scene = try Self.scene()
        let work = ChatWork(number: 0)
        let told = scene.hear(
            .thought("hm, ", candidate: 0),
            .thought("yes", candidate: 0),
            .thoughtSignature("s1", origin: .claude, candidate: 0),
            .thought("unsigned", candidate: 0),
            .text("Yes.", candidate: 0),
            .thoughtSignature("s2", origin: .gemini, candidate: 0),
            .ended,
            by: work
        )
        #expect(!told.contains { $0.text.contains("hm") || $0.text.contains("s1") || $0.text.contains("unsigned") })
        scene.user("Sure?")
        try scene.respond()
        #expect(
            scene.requests.last?.messages[1]
                == GenerationMessage(
                    .assistant,
                    [
                        .thought(Thought(text: "hm, yes", signature: "s1", origin: .claude)), .text("Yes."),
                        .thought(Thought(text: "", signature: "s2", origin: .gemini)),
                    ]
                )
        )
    }

    /// A provider that has no ids gets made-up ones, which may come again.
    @Test func callsKeepNamesOfTheirOwn() throws {
        var scene = try Self.scene()
        let work = ChatWork(number: 0)
        let start = ToolCallStart(index: 0, id: "call_0", name: "f")
        scene.hear(.toolCallStarted(start, candidate: 0), .ended, by: work)
        let next = try scene.respond()
        let told = scene.hear(.toolCallStarted(start, candidate: 0), .ended, by: next)
        let id = try #require(told.first("response.output_item.added")?["item"]?["call_id"]?.string)
        #expect(id != "call_0")
    }

    @Test func brokenArgumentsFailTheResponse() throws {
        var scene = try Self.scene()
        let work = ChatWork(number: 0)
        scene.hear(
            .toolCallStarted(ToolCallStart(index: 0, id: "c", name: "f"), candidate: 0),
            .toolCallArguments("{\"a\":", index: 0, candidate: 0),
            .finished(.toolCalls, candidate: 0),
            .ended,
            by: work
        )
        #expect(scene.lastResponse?["status"] == "failed")
        #expect(scene.lastResponse?["output"]?.elements.first?["status"] == "incomplete")
        try scene.respond()
        #expect(scene.requests.last?.messages.count == 1)
    }

    @Test func otherCandidatesAreNotHeard() throws {
        var scene = try Self.scene()
        let work = ChatWork(number: 0)
        #expect(scene.hear(.text("x", candidate: 1), .finished(.length, candidate: 1), by: work).isEmpty)
        scene.hear(.ended, by: work)
        #expect(scene.lastResponse?["status"] == "completed")
    }
}
