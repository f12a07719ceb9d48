// Order and limits of a conversation.

import Dialects
import Testing

@testable import Simulator

@Suite("Conversation")
struct ConversationTests {
    private func item(_ id: String) -> ConversationItem {
        ConversationItem(id: id, json: ["id": .string(id), "type": "message", "role": "user", "content": []])
    }

    @Test("Items go to the end, the front, or behind another")
    func inserts() throws {
        var conversation = Conversation()
        try conversation.insert(self.item("a"), after: nil)
        try conversation.insert(self.item("b"), after: nil)
        try conversation.insert(self.item("c"), after: "root")
        try conversation.insert(self.item("d"), after: "a")
        #expect(conversation.items.map(\.id) == ["c", "a", "d", "b"])
        #expect(conversation.idBefore("d") == "a")
        #expect(conversation.idBefore("c") == nil)
        #expect(conversation.lastID == "b")
    }

    @Test("An unknown neighbour and a second item of one id are refused")
    func refuses() throws {
        var conversation = Conversation()
        try conversation.insert(self.item("a"), after: nil)
        #expect(throws: RealtimeRefusal.self) { try conversation.insert(self.item("b"), after: "x") }
        #expect(throws: RealtimeRefusal.self) { try conversation.insert(self.item("a"), after: nil) }
        #expect(conversation.items.count == 1)
    }

    @Test("Removing gives back the room")
    func isBounded() throws {
        var conversation = Conversation()
        for number in 0..<SimulatorLimits.conversationItems {
            try conversation.insert(self.item("i\(number)"), after: nil)
        }
        #expect(throws: RealtimeRefusal.self) { try conversation.insert(self.item("more"), after: nil) }
        let removals = [conversation.remove("i7"), conversation.remove("i7")]
        #expect(removals == [true, false])
        try conversation.insert(self.item("more"), after: nil)
    }

    @Test("The bytes of audio are bounded too")
    func boundsBytes() throws {
        var conversation = Conversation()
        let heard = HeardAudio()
        let half = [UInt8](repeating: 0, count: SimulatorLimits.conversationBytes / 2)
        let audio = CommittedAudio(bytes: half, format: .pcm, heard: heard)
        try conversation.insert(.spoken(id: "a", audio: audio), after: nil)
        #expect(throws: RealtimeRefusal.self) { try conversation.insert(.spoken(id: "b", audio: audio), after: nil) }
        _ = conversation.remove("a")
        try conversation.insert(.spoken(id: "b", audio: audio), after: nil)
    }
}
