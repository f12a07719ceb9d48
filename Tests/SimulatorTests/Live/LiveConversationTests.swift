// What a Gemini Live session remembers.

import Dialects
import Testing

@testable import Simulator

@Suite("Memory of a Gemini Live session")
struct LiveConversationTests {
    @Test("An answer refers to what came since the model spoke last")
    func material() {
        var conversation = LiveConversation()
        conversation.append(LiveEntry(role: .user, text: "one"))
        conversation.append(LiveEntry(role: .model, text: "two"))
        conversation.append(LiveEntry(role: .user, text: "three"))
        conversation.append(LiveEntry(role: .user, text: "four"))
        #expect(conversation.material.userText == "three four" && conversation.material.turn == 1)
        conversation.append(LiveEntry(role: .call(id: "c", name: "f"), text: "f{}"))
        conversation.append(LiveEntry(role: .result(name: "f"), text: "five"))
        #expect(conversation.material.toolResults.map(\.output) == ["five"])
        #expect(conversation.material.userText == "three four")
        #expect(conversation.callName("c") == "f" && conversation.callName("d") == nil)
    }

    @Test("A call that was given up is past, with what it was about")
    func abandonedCalls() {
        var conversation = LiveConversation()
        conversation.append(LiveEntry(role: .user, text: "weather"))
        conversation.append(LiveEntry(role: .call(id: "c", name: "f")))
        conversation.append(LiveEntry(role: .user, text: "never mind"))
        #expect(conversation.material.userText == "never mind")
    }

    @Test("Tokens are counted by kind, and told so")
    func tokens() throws {
        var conversation = LiveConversation()
        conversation.append(turn: [
            "role": "user",
            "parts": [
                ["text": "12345678"], ["inlineData": ["mimeType": "image/gif", "data": "R0lGODlhAQABAAAAACw="]],
            ],
        ])
        conversation.append(LiveEntry(role: .model, text: "said aloud", spokenMilliseconds: 1_000))
        let setup = try LiveSetup(["model": "sim-live", "systemInstruction": ["parts": [["text": "1234"]]]])
        let tokens = conversation.tokens(with: setup)
        #expect(tokens == LiveTokens(text: 3, audio: 20, image: 255))
        #expect(tokens.details.elements.compactMap { $0["modality"]?.string } == ["TEXT", "AUDIO", "IMAGE"])
    }

    @Test("There is an end to what is remembered")
    func bounds() {
        var conversation = LiveConversation()
        for number in 0...SimulatorLimits.conversationItems {
            conversation.append(LiveEntry(role: .user, text: "\(number)"))
        }
        #expect(conversation.entries.count == SimulatorLimits.conversationItems)
        #expect(conversation.entries.first?.text == "1")
        let memories = LiveMemories()
        for number in 0...1_024 { memories.remember(LiveConversation(), as: "\(number)") }
        #expect(memories.recall("0") == nil && memories.recall("1024") != nil)
    }

    @Test("No message traps: broken, cut short, of other types")
    func nonsense() {
        let whole =
            #"{"realtimeInput":{"audio":{"data":"AAAA","mimeType":"audio/pcm;rate=99999999999999999999"},"text":5}}"#
        for length in stride(from: 0, through: whole.utf8.count, by: 3) {
            var client = ScriptedLiveClient([:])
            client.send(text: String(decoding: whole.utf8.prefix(length), as: UTF8.self))
        }
        for value: JSONValue in [nil, true, 5, "x", [], [:], [["a": nil]]] {
            for name in ["setup", "clientContent", "realtimeInput", "toolResponse", "contextUpdate"] {
                var client = ScriptedLiveClient([:])
                client.send(.object([JSONField(name, value)]))
                var first = ScriptedLiveClient()
                first.send(["setup": .object([JSONField("model", "sim-live"), JSONField("tools", value)])])
                first.send(["setup": .object([JSONField("generationConfig", value)])])
            }
        }
    }
}
