// Random conversations with seeds: whatever a client sends and whenever timers fire, what comes back is well formed
// and every response that was begun ends exactly once, unless the session itself has ended.

import Dialects
import Foundation
import Testing

@testable import Simulator

@Suite("Realtime session, random conversations")
struct SimulatedRealtimeSessionPropertyTests {
    private static let speech = Data(ScriptedClient.utterance).base64EncodedString()

    /// One random client event, sensible or not.
    private func event(_ random: inout IdentifierSequence, known ids: [JSONValue]) -> JSONValue {
        let id: JSONValue = ids.isEmpty ? "none" : ids[Int(random.nextWord() % UInt64(ids.count))]
        let texts: [JSONValue] = ["hello", "the weather in Paris", "3 + 4", "say exactly: x", "", "你好"]
        let text = texts[Int(random.nextWord() % UInt64(texts.count))]
        let events: [JSONValue] = [
            [
                "type": "conversation.item.create",
                "item": ["type": "message", "role": "user", "content": [["type": "input_text", "text": text]]],
            ],
            ["type": "response.create"], ["type": "response.create", "response": ["output_modalities": ["text"]]],
            ["type": "response.create", "response": ["conversation": "none", "max_output_tokens": 9]],
            ["type": "response.cancel"], ["type": "response.cancel", "response_id": id],
            ["type": "conversation.item.delete", "item_id": id], ["type": "conversation.item.retrieve", "item_id": id],
            ["type": "conversation.item.truncate", "item_id": id, "content_index": 0, "audio_end_ms": 100],
            ["type": "input_audio_buffer.append", "audio": .string(Self.speech)], ["type": "input_audio_buffer.commit"],
            ["type": "input_audio_buffer.clear"], ["type": "nonsense"],
            [
                "type": "session.update",
                "session": [
                    "type": "realtime", "tools": [["type": "function", "name": "get_weather"]],
                    "audio": ["input": ["transcription": ["model": "whisper-1"]]],
                ],
            ],
            ["type": "session.update", "session": ["type": "realtime", "audio": ["input": ["turn_detection": nil]]]],
            [
                "type": "session.update",
                "session": ["type": "realtime", "audio": ["input": ["turn_detection": ["type": "server_vad"]]]],
            ],
        ]
        return events[Int(random.nextWord() % UInt64(events.count))]
    }

    @Test("Every response begun ends once; ids are unique; items are told before they are done", arguments: 0..<12)
    func holds(_ seed: UInt64) {
        var random = IdentifierSequence(seed: seed)
        var client = ScriptedClient(isBeta: seed % 3 == 2, seed: seed)
        var ids: [JSONValue] = []
        for _ in 0..<60 {
            let answers =
                random.nextWord() % 3 == 0
                ? client.step(unlessBeyond: 600) : client.send(self.event(&random, known: ids))
            ids += answers.compactMap { $0["item"]?["id"] ?? $0["response"]?["id"] }
        }
        client.run()
        let events = client.events
        #expect(events.count == client.outputs.count, "an output that is no event")
        let eventIDs = events.compactMap { $0["event_id"]?.string }
        #expect(eventIDs.count == events.count)
        #expect(Set(eventIDs).count == eventIDs.count)
        let begun = events.filter { $0["type"] == "response.created" }.compactMap { $0["response"]?["id"]?.string }
        let ended = events.filter { $0["type"] == "response.done" }.compactMap { $0["response"]?["id"]?.string }
        #expect(begun.sorted() == ended.sorted())
        let added = events.filter { $0["type"] == "response.output_item.added" }.compactMap {
            $0["item"]?["id"]?.string
        }
        let done = events.filter { $0["type"] == "response.output_item.done" }.compactMap { $0["item"]?["id"]?.string }
        #expect(added.sorted() == done.sorted())
    }
}
