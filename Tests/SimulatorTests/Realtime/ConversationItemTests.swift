// Items as clients make them (realtime reference §6).

import Dialects
import Foundation
import Testing

@testable import Simulator

@Suite("Conversation items")
struct ConversationItemTests {
    @Test(
        "§6: mistakes are named",
        arguments: [
            (5, "item"), ([:], "item.type"), (["type": "x"], "item.type"), (["type": "message"], "item.role"),
            (["type": "message", "role": "x", "content": []], "item.role"),
            (["type": "message", "role": "user"], "item.content"),
            (["type": "message", "role": "user", "content": "x"], "item.content"),
            (["type": "message", "role": "user", "content": [[:]]], "item.content[0].type"),
            (["type": "message", "role": "user", "content": [["type": "output_text"]]], "item.content[0].type"),
            (["type": "message", "role": "user", "content": [["type": "input_text"]]], "item.content[0].text"),
            (["type": "message", "role": "user", "content": [["type": "input_image"]]], "item.content[0].image_url"),
            (
                ["type": "message", "role": "user", "content": [["type": "input_audio", "audio": "%"]]],
                "item.content[0].audio"
            ),
            (["type": "function_call"], "item.name"), (["type": "function_call", "name": "f"], "item.arguments"),
            (["type": "function_call_output"], "item.call_id"),
            (["type": "function_call_output", "call_id": "c"], "item.output"),
        ] as [(JSONValue, String)]
    )
    func refuses(_ json: JSONValue, _ param: String) {
        do throws(RealtimeRefusal) {
            _ = try ConversationItem(client: json, id: "i", path: "item")
            Issue.record("accepted")
        } catch {
            #expect(error.param == param)
        }
    }

    @Test("Text, audio and images are kept and counted; raw audio leaves the JSON")
    func counts() throws {
        let audio = ScriptedClient.utterance
        let item = try ConversationItem(
            client: [
                "type": "message", "role": "user", "status": "incomplete", "id": "other",
                "content": [
                    ["type": "input_text", "text": "12345"],
                    ["type": "input_audio", "audio": .string(Data(audio).base64EncodedString())],
                    ["type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "low"],
                ],
            ],
            id: "item_1",
            path: "item"
        )
        #expect(item.json["id"] == "item_1")
        #expect(item.json["status"] == "completed")
        #expect(item.textTokens == 2)
        #expect(item.audioTokens == TokenCount.heard(milliseconds: audio.count / 48))
        #expect(item.imageTokens == 85)
        #expect(item.parts[1]["audio"] == nil)
        #expect(item.audio?.bytes == audio)
        #expect(item.byteCount > audio.count)
    }
}
