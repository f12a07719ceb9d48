import Dialects
import Testing

@testable import RealtimeTranslation

/// What of a long conversation the model is shown (protocol: realtime §3, `truncation`).
@Suite struct ContextWindowTests {
    /// An item of 104 estimated tokens.
    private static func message(_ id: String, _ role: ConversationItem.Role) -> ConversationItem {
        let text = String(repeating: "x", count: 400)
        let content: ItemContent = role == .assistant ? .outputText(text) : .inputText(text)
        return ConversationItem(id: id, kind: .message(role, [content]))
    }

    private static let turns = [
        message("u1", .user), message("a1", .assistant), message("u2", .user),
        ConversationItem(id: "c2", kind: .call(id: "c", name: "f", arguments: "{}")),
        ConversationItem(id: "o2", kind: .callOutput(callID: "c", output: "1")), message("a2", .assistant),
        message("u3", .user),
    ]

    @Test func showsAllWhereThereIsRoomOrNoBound() {
        #expect(ContextWindow(Self.turns, budget: nil, truncation: .auto).leftOut.isEmpty)
        #expect(ContextWindow(Self.turns, budget: 10_000, truncation: .disabled).isOverfull == false)
    }

    @Test func dropsWholeTurnsFromTheFront() {
        let window = ContextWindow(Self.turns, budget: 400, truncation: .auto)
        #expect(window.leftOut == ["u1", "a1"])
        #expect(
            ContextWindow(Self.turns, budget: 200, truncation: .auto).leftOut == ["u1", "a1", "u2", "c2", "o2", "a2"]
        )
    }

    @Test func theLastTurnStays() {
        let window = ContextWindow(Self.turns, budget: 1, truncation: .auto)
        #expect(!window.leftOut.contains("u3"))
        #expect(window.isOverfull)
        #expect(ContextWindow(Self.turns, budget: -5, truncation: .auto).leftOut.count == 6)
    }

    @Test func disabledDropsNothing() {
        let window = ContextWindow(Self.turns, budget: 400, truncation: .disabled)
        #expect(window.leftOut.isEmpty)
        #expect(window.isOverfull)
    }

    @Test func retentionDropsMoreThanIsNeeded() {
        let window = ContextWindow(Self.turns, budget: 500, truncation: .retention(ratio: 0.5, tokens: nil))
        #expect(window.leftOut == ["u1", "a1", "u2", "c2", "o2", "a2"])
        let limited = ContextWindow(Self.turns, budget: nil, truncation: .retention(ratio: 1, tokens: 400))
        #expect(limited.leftOut == ["u1", "a1"])
        #expect(ContextWindow(Self.turns, budget: nil, truncation: .retention(ratio: 1, tokens: .max)).leftOut.isEmpty)
    }

    @Test func imagesCountFlat() {
        let image = ConversationItem(
            id: "i",
            kind: .message(.user, [.image(url: "data:image/png;base64,AAAA", detail: nil)])
        )
        #expect(ContextWindow.tokens(of: image) == 1_004)
    }

    // MARK: Through a session

    private static func fill(_ scene: inout ChatScene, turns: Int) throws {
        for turn in 0..<turns {
            scene.user(String(repeating: "w", count: 400), id: "u\(turn)")
            let work = try scene.respond()
            scene.hear(.text("ok", candidate: 0), .ended, by: work)
        }
    }

    @Test func autoForgetsTheOldest() throws {
        var scene = ChatScene { $0.contextLength = 400 }
        try Self.fill(&scene, turns: 4)
        #expect(scene.requests.last?.messages.count == 3)
        let kept = scene.send(["type": "conversation.item.retrieve", "item_id": "u0"])
        #expect(kept.types == ["conversation.item.retrieved"])
    }

    @Test func disabledFailsTheResponse() throws {
        var scene = ChatScene { $0.contextLength = 400 }
        scene.send(["type": "session.update", "session": ["type": "realtime", "truncation": "disabled"]])
        try Self.fill(&scene, turns: 2)
        scene.user(String(repeating: "w", count: 800))
        let before = scene.said.count
        #expect(scene.ask() == nil)
        #expect(Array(scene.said[before...]).types == ["response.created", "response.done"])
        #expect(scene.lastResponse?["status"] == "failed")
        #expect(scene.lastResponse?["status_details"]?["error"]?["code"] == "context_length_exceeded")
        #expect(scene.cancelled.isEmpty)
    }

    /// What retention leaves out stays out, so that the model's cache of the rest holds.
    @Test func retentionIsForGood() throws {
        var scene = ChatScene()
        scene.send([
            "type": "session.update",
            "session": [
                "type": "realtime",
                "truncation": [
                    "type": "retention_ratio", "retention_ratio": 0.5, "token_limits": ["post_instructions": 350],
                ],
            ],
        ])
        try Self.fill(&scene, turns: 4)
        #expect(scene.requests.map(\.messages.count) == [1, 3, 5, 1])
        scene.user("short")
        try scene.respond()
        #expect(scene.requests.last?.messages.count == 3)
    }
}
