import Dialects
import Testing

@testable import RealtimeTranslation

/// A conversation as a chat model is told it (protocol: realtime §6, http §4.1).
@Suite struct ConversationMessagesTests {
    private static func said(_ role: ConversationItem.Role, _ text: String, id: String) -> ConversationItem {
        ConversationItem(
            id: id,
            kind: .message(role, [role == .assistant ? .outputText(text) : .inputText(text)])
        )
    }

    @Test func anEmptyConversationHasAMessage() {
        let told = ConversationMessages([])
        #expect(told.messages == [GenerationMessage(.user, [.text(ConversationMessages.opening)])])
    }

    @Test func systemItemsAreInstructions() {
        let told = ConversationMessages([Self.said(.system, "Be brief.", id: "s"), Self.said(.user, "Hi", id: "u")])
        #expect(told.system == ["Be brief."])
        #expect(told.messages == [GenerationMessage(.user, [.text("Hi")])])
    }

    @Test func theAssistantDoesNotSpeakLast() {
        let told = ConversationMessages([Self.said(.user, "Hi", id: "u"), Self.said(.assistant, "Yes?", id: "a")])
        #expect(told.messages.last == GenerationMessage(.user, [.text(ConversationMessages.nudge)]))
    }

    @Test func imagesKeepTheirDetail() {
        let item = ConversationItem(
            id: "i",
            kind: .message(
                .user,
                [
                    .image(url: "data:image/PNG;base64,AAAA", detail: "low"),
                    .image(url: "https://example.com/a.png", detail: nil), .inputText("What is it?"),
                ]
            )
        )
        #expect(
            ConversationMessages([item]).messages == [
                GenerationMessage(
                    .user,
                    [
                        .media(Media(.image, .base64(mediaType: "image/png", data: "AAAA"), detail: "low")),
                        .media(Media(.image, .url("https://example.com/a.png", mediaType: nil))), .text("What is it?"),
                    ]
                )
            ]
        )
    }

    /// The words behind an output are a message of their own.
    @Test func outputsSeparateWhatTheAssistantSays() {
        let told = ConversationMessages([
            Self.said(.user, "Hi", id: "u"),
            ConversationItem(id: "c1", kind: .call(id: "1", name: "f", arguments: "{\"a\":1}")),
            ConversationItem(id: "o1", kind: .callOutput(callID: "1", output: "x")),
            ConversationItem(id: "c2", kind: .call(id: "2", name: "g", arguments: "")),
            ConversationItem(id: "o2", kind: .callOutput(callID: "2", output: "y")),
            Self.said(.assistant, "Done.", id: "a"), Self.said(.user, "Ta", id: "v"),
        ])
        #expect(told.messages.map(\.role) == [.user, .assistant, .user, .assistant, .user, .assistant, .user])
        #expect(told.messages[1].parts == [.toolCall(ToolCall(id: "1", name: "f", arguments: ["a": 1]))])
        #expect(told.messages[4].parts == [.toolResult(ToolResult(callID: "2", name: "g", content: [.text("y")]))])
    }

    @Test func whatIsOutOfSightOrCutOffIsLeftOut() {
        var cut = ConversationItem(id: "c", kind: .call(id: "1", name: "f", arguments: "{"))
        cut.status = .incomplete
        var underWay = Self.said(.assistant, "half", id: "h")
        underWay.status = .inProgress
        let told = ConversationMessages([
            Self.said(.user, "Hi", id: "u"), cut, underWay,
            ConversationItem(id: "o", kind: .callOutput(callID: "gone", output: "x")),
        ])
        #expect(told.messages == [GenerationMessage(.user, [.text("Hi")])])
    }
}
