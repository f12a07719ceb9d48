import Dialects
import RealtimeTranslation
import Testing

/// Whatever comes in whatever order: no trap, and every beginning has its end (protocol: realtime §8).
@Suite struct ChatSessionPairingTests {
    /// The same numbers for the same seed (xorshift).
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(sides))
        }
    }

    private static func clientEvent(_ dice: inout Dice) -> JSONValue {
        let silence = String(decoding: Array(repeating: UInt8(ascii: "A"), count: 8_000), as: UTF8.self)
        let items: [JSONValue] = [
            ["type": "message", "role": "user", "content": [["type": "input_text", "text": "Hi"]]],
            ["type": "message", "role": "user", "content": [["type": "input_audio", "audio": .string(silence)]]],
            ["type": "function_call_output", "call_id": .string("c\(dice.roll(3))"), "output": "1"],
            ["type": "function_call", "name": "f", "call_id": .string("c\(dice.roll(3))"), "arguments": "{}"],
            ["type": "message", "role": "system", "id": "s", "content": []],
        ]
        let id = JSONValue.string("item_t\(String(dice.roll(60), radix: 36))")
        switch dice.roll(12) {
        case 0, 1, 2: return ["type": "conversation.item.create", "item": items[dice.roll(items.count)]]
        case 3, 4: return ["type": "response.create"]
        case 5: return ["type": "response.create", "response": ["conversation": "none"]]
        case 6: return ["type": "response.create", "response": ["output_modalities": ["text"]]]
        case 7: return ["type": "response.cancel"]
        case 8: return ["type": "conversation.item.delete", "item_id": id]
        case 9: return ["type": "input_audio_buffer.append", "audio": .string(silence)]
        case 10: return ["type": "input_audio_buffer.commit"]
        default:
            return ["type": "conversation.item.truncate", "item_id": id, "content_index": 0, "audio_end_ms": 1]
        }
    }

    private static func answerEvent(_ dice: inout Dice) -> GenerationEvent {
        switch dice.roll(12) {
        case 0, 1, 2: .text("This is a sentence that is said. ", candidate: 0)
        case 3: .refusal("No.", candidate: 0)
        case 4: .thoughtSignature("s", origin: .gemini, candidate: 0)
        case 5: .toolCallStarted(ToolCallStart(index: dice.roll(3), id: "c\(dice.roll(3))", name: "f"), candidate: 0)
        case 6: .toolCallArguments("{\"a\":1}", index: dice.roll(3), candidate: 0)
        case 7: .toolCallArguments("}", index: dice.roll(3), candidate: 0)
        case 8: .finished(dice.roll(2) == 0 ? .stop : .length, candidate: 0)
        case 9: .usage(ChatUsage(promptTokens: 1, completionTokens: 1, totalTokens: 2))
        case 10: .ended
        default: dice.roll(3) == 0 ? .failed(ProviderError(message: "x")) : .text("…", candidate: 0)
        }
    }

    @Test(arguments: UInt64(1)...24)
    func everyBeginningHasItsEnd(_ seed: UInt64) {
        var dice = Dice(state: seed &* 0x9E37_79B9_7F4A_7C15)
        var scene = ChatScene {
            ($0.voice, $0.transcriptionModel) = ("alloy", "ears")
            $0.limits.historyItems = 25
            $0.limits.sentences = 3
            $0.limits.sentenceBytes = 50
            $0.contextLength = 500
        }
        for _ in 0..<300 {
            let work = ChatWork(number: max(0, scene.works - 1 - dice.roll(6)))
            switch dice.roll(8) {
            case 0, 1: scene.send(Self.clientEvent(&dice))
            case 2, 3, 4: scene.hear(Self.answerEvent(&dice), by: work)
            case 5: scene.hearSpeech(Array(repeating: 1, count: dice.roll(300)), by: work)
            case 6: scene.hearSpeechEnd(by: work)
            default:
                if dice.roll(2) == 0 { scene.hearText("said", by: work) }
                if dice.roll(9) == 0 { scene.fail(ProviderError(message: "x"), by: work) }
            }
        }
        // All that is under way comes to its end.
        for number in 0..<scene.works + 50 {
            let work = ChatWork(number: number)
            scene.hearText("said", by: work)
            scene.hear(.ended, by: work)
            scene.hearSpeechEnd(by: work)
        }
        Self.check(scene)
    }

    private static func check(_ scene: ChatScene) {
        #expect(scene.unreadable == 0)
        var open: [String: String] = [:]
        for event in scene.said {
            let type = event["type"]?.string ?? ""
            let response = event["response_id"]?.string ?? event["response"]?["id"]?.string ?? ""
            let key = response + "/" + (event["item_id"]?.string ?? event["item"]?["id"]?.string ?? "")
            switch type {
            case "response.created", "response.output_item.added", "response.content_part.added":
                let before = open.updateValue(key, forKey: type + key)
                #expect(before == nil)
            case "response.done", "response.output_item.done", "response.content_part.done":
                let begun = type.replacing(".done", with: type == "response.done" ? ".created" : ".added")
                let before = open.removeValue(forKey: begun + key)
                #expect(before != nil)
                // Nothing of a response stays open behind it.
                if type == "response.done" { #expect(!open.values.contains { $0.hasPrefix(response + "/") }) }
            case "response.output_text.delta", "response.output_audio.delta", "response.output_audio_transcript.delta":
                #expect(open["response.content_part.added" + key] != nil)
            case "response.function_call_arguments.delta":
                #expect(open["response.output_item.added" + key] != nil)
            default: break
            }
        }
        #expect(open.isEmpty)
        let answered = scene.said.count { $0["type"] == "response.done" }
        #expect(answered > 3)
        #expect(scene.asked.count { $0 == .tellRates } == answered)
        #expect(Set(scene.said.compactMap { $0["event_id"]?.string }).count == scene.said.count)
    }

    /// Bytes changed in events that were good.
    @Test func garbageIsAnswered() {
        var dice = Dice(state: 88_172_645_463_325_252)
        var scene = ChatScene { ($0.voice, $0.transcriptionModel) = ("alloy", "ears") }
        for _ in 0..<1_500 {
            var bytes = Self.clientEvent(&dice).rendered
            if bytes.count > 1_000 { continue }
            for _ in 0...dice.roll(3) where !bytes.isEmpty {
                let place = dice.roll(bytes.count)
                switch dice.roll(3) {
                case 0: bytes[place] = UInt8(dice.roll(256))
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("\"{}[],:0".utf8)[dice.roll(8)], at: place)
                }
            }
            scene.send(bytes: bytes)
        }
        #expect(scene.unreadable == 0)
    }
}
