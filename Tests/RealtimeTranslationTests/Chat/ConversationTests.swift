import Dialects
import RealtimeTranslation
import Testing

/// The bounds of a conversation, each with its error.
@Suite struct ConversationTests {
    private static func call(_ id: String) -> JSONValue {
        [
            "type": "conversation.item.create",
            "item": ["type": "function_call", "call_id": .string(id), "name": "f", "arguments": "{}"],
        ]
    }

    @Test func itemsAreBounded() throws {
        var scene = ChatScene { $0.limits.historyItems = 2 }
        scene.user("1", id: "a")
        scene.user("2")
        scene.user("3")
        #expect(scene.lastError?["code"] == "conversation_too_long")
        // There is no room for an answer either: the model is not even asked.
        #expect(scene.ask() == nil)
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "conversation_too_long")
        scene.send(["type": "conversation.item.delete", "item_id": "a"])
        let work = try scene.respond()
        scene.user("x")
        scene.hear(.text("no room", candidate: 0), by: work)
        #expect(scene.cancelled == [work])
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "conversation_too_long")
    }

    @Test func bytesAreBounded() throws {
        var scene = ChatScene { $0.limits.historyBytes = 1_000 }
        scene.user(String(repeating: "x", count: 700), id: "a")
        scene.user(String(repeating: "x", count: 700))
        #expect(scene.lastError?["code"] == "conversation_too_large")
        scene.send(["type": "conversation.item.delete", "item_id": "a"])
        #expect(scene.user(String(repeating: "x", count: 600)).count == 2)
        let work = try scene.respond()
        scene.hear(.thought(String(repeating: "t", count: 300), candidate: 0), by: work)
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "conversation_too_large")
        #expect(scene.cancelled == [work])
    }

    @Test func pendingCallsAreBounded() throws {
        var scene = ChatScene { $0.limits.pendingToolCalls = 2 }
        scene.send(Self.call("a"))
        scene.send(Self.call("b"))
        scene.send(Self.call("c"))
        #expect(scene.lastError?["code"] == "too_many_tool_calls")
        let work = try scene.respond()
        scene.hear(.toolCallStarted(ToolCallStart(index: 0, id: "d", name: "f"), candidate: 0), by: work)
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "too_many_tool_calls")
        scene.send([
            "type": "conversation.item.create",
            "item": ["type": "function_call_output", "call_id": "a", "output": ""],
        ])
        #expect(scene.send(Self.call("c")).count == 2)
    }

    @Test func toolsAreBounded() {
        var scene = ChatScene { $0.limits.tools = 1 }
        let tools: JSONValue = [["type": "function", "name": "a"], ["type": "function", "name": "b"]]
        scene.send(["type": "session.update", "session": ["type": "realtime", "tools": tools]])
        #expect(scene.lastError?["param"] == "session.tools")
    }

    @Test func inputsAreBounded() {
        var scene = ChatScene { ($0.limits.historyItems, $0.limits.historyBytes) = (2, 1_000) }
        let long: JSONValue = [
            "type": "message", "role": "user",
            "content": [["type": "input_text", "text": .string(String(repeating: "x", count: 800))]],
        ]
        #expect(scene.ask(["conversation": "none", "input": [long, long, long]]) == nil)
        #expect(scene.lastError?["param"] == "response.input")
        #expect(scene.ask(["conversation": "none", "input": [long]]) == nil)
        #expect(scene.lastError?["code"] == "input_too_large")
    }

    /// What a provider sends for ever comes to an end, also where it says nothing.
    @Test(arguments: [nil, ["conversation": "none"] as JSONValue])
    func answersAreBounded(_ response: JSONValue?) throws {
        var scene = ChatScene { ($0.limits.historyItems, $0.limits.historyBytes) = (20, 10_000) }
        let texts = try scene.respond(response)
        for _ in 0..<30 { scene.hear(.text("a", candidate: 0), .refusal("b", candidate: 0), by: texts) }
        #expect(scene.lastResponse?["status"] == "failed")
        var other = ChatScene { $0.limits.historyBytes = 10_000 }
        let thoughts = try other.respond(response)
        for _ in 0..<200 { other.hear(.thoughtSignature("", origin: .claude, candidate: 0), by: thoughts) }
        #expect(other.lastResponse == nil)
        for _ in 0..<200 { other.hear(.thoughtSignature("s", origin: .claude, candidate: 0), by: thoughts) }
        #expect(other.lastResponse?["status"] == "failed")
    }

    /// An item that is being made can be read, not deleted.
    @Test func anItemUnderWayStays() throws {
        var scene = ChatScene()
        let work = try scene.respond()
        let told = scene.hear(.text("x", candidate: 0), by: work)
        let id = try #require(told.first("conversation.item.added")?["item"]?["id"])
        scene.send(["type": "conversation.item.delete", "item_id": id])
        #expect(scene.lastError?["code"] == "item_delete_invalid_item_id")
        let got = scene.send(["type": "conversation.item.retrieve", "item_id": id])
        #expect(got.first?["item"]?["status"] == "in_progress")
        scene.hear(.ended, by: work)
        #expect(scene.send(["type": "conversation.item.delete", "item_id": id]).types == ["conversation.item.deleted"])
    }
}
