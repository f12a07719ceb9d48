// Client events and their answers (realtime reference §4, §9).

import Dialects
import Testing

@testable import Simulator

@Suite("Realtime client events")
struct SimulatedRealtimeSessionClientEventsTests {
    @Test(
        "§9: errors name code, param and the client's event id; the session goes on",
        arguments: [
            (["type": "nonsense", "event_id": "e"], "invalid_value", "type"),
            (["event_id": "e"], "missing_required_parameter", "type"),
            (["type": 5, "event_id": "e"], "missing_required_parameter", "type"),
            (["type": "session.update", "event_id": "e"], "missing_required_parameter", "session"),
            (
                ["type": "session.update", "event_id": "e", "session": ["type": "realtime", "x": 1]],
                "unknown_parameter", "session.x"
            ),
            (["type": "conversation.item.create", "event_id": "e"], "missing_required_parameter", "item"),
            (["type": "conversation.item.retrieve", "event_id": "e"], "missing_required_parameter", "item_id"),
            (
                ["type": "conversation.item.retrieve", "event_id": "e", "item_id": "x"],
                "item_retrieve_invalid_item_id",
                "item_id"
            ),
            (
                ["type": "conversation.item.delete", "event_id": "e", "item_id": "x"], "item_delete_invalid_item_id",
                "item_id"
            ),
            (
                ["type": "conversation.item.truncate", "event_id": "e", "item_id": "x"],
                "item_truncate_invalid_item_id",
                "item_id"
            ),
            (["type": "response.cancel", "event_id": "e"], "response_cancel_not_active", nil),
            (["type": "response.cancel", "event_id": "e", "response_id": "x"], "response_cancel_not_active", nil),
            (["type": "response.create", "event_id": "e", "response": ["x": 1]], "unknown_parameter", "response.x"),
            (["type": "input_audio_buffer.append", "event_id": "e"], "missing_required_parameter", "audio"),
            (["type": "input_audio_buffer.append", "event_id": "e", "audio": "%"], "invalid_value", "audio"),
            (["type": "input_audio_buffer.commit", "event_id": "e"], "input_audio_buffer_commit_empty", nil),
        ] as [(JSONValue, String, String?)]
    )
    func refuses(_ event: JSONValue, _ code: String, _ param: String?) {
        var client = ScriptedClient()
        let answers = client.send(event)
        #expect(answers.types == ["error"])
        let error = answers.first?["error"]
        #expect(error?["code"] == .string(code))
        #expect(error?["param"] == .optional(param))
        #expect(error?["event_id"] == "e")
        #expect(error?["type"] == "invalid_request_error")
        #expect(client.say("still there").types == ["conversation.item.added", "conversation.item.done"])
    }

    @Test("What is no JSON object is told so")
    func refusesNoise() {
        var client = ScriptedClient()
        #expect(client.send(text: "{").first?["error"]?["code"] == "invalid_json")
        #expect(client.send(text: "[]").first?["error"]?["code"] == "missing_required_parameter")
        let long = String(repeating: "x", count: 513)
        let answer = client.send(["type": "response.cancel", "event_id": .string(long)])
        #expect(answer.first?["error"]?["param"] == "event_id")
    }

    @Test("§4: session.update is answered by the whole session")
    func updates() {
        var client = ScriptedClient()
        let events = client.send([
            "type": "session.update", "session": ["type": "realtime", "output_modalities": ["text"]],
        ])
        #expect(events.types == ["session.updated"])
        #expect(events.first?["session"]?["output_modalities"] == ["text"])
        #expect(events.first?["session"]?["audio"]?["output"]?["voice"] == "marin")
    }

    @Test("§1: ?model= and a transcription session: error, close 4000")
    func refusesMixedSession() {
        var client = ScriptedClient(model: "sim-realtime", isTranscription: true)
        let events = client.send(["type": "session.update", "session": ["type": "transcription"]])
        #expect(events.first?["error"]?["code"] == "invalid_model")
        guard case .close(4_000, "invalid_request_error.invalid_model", _)? = client.outputs.last else {
            Issue.record("no close")
            return
        }
    }

    @Test("§4: items are added with the one before them, retrieved, deleted")
    func keepsItems() throws {
        var client = ScriptedClient()
        let first = try #require(client.say("one").first)
        #expect(first["previous_item_id"] == .null)
        let id = try #require(first["item"]?["id"])
        let second = try #require(client.say("two").first)
        #expect(second["previous_item_id"] == id)
        let front = client.send([
            "type": "conversation.item.create", "previous_item_id": "root",
            "item": [
                "id": "mine", "type": "message", "role": "system", "content": [["type": "input_text", "text": "x"]],
            ],
        ])
        #expect(front.first?["item"]?["id"] == "mine")
        #expect(front.first?["previous_item_id"] == .null)
        let retrieved = client.send(["type": "conversation.item.retrieve", "item_id": id])
        #expect(retrieved.types == ["conversation.item.retrieved"])
        #expect(retrieved.first?["item"]?["content"]?.elements.first?["text"] == "one")
        let deleted = client.send(["type": "conversation.item.delete", "item_id": id])
        #expect(deleted.types == ["conversation.item.deleted"])
        #expect(deleted.first?["item_id"] == id)
        #expect(client.send(["type": "conversation.item.retrieve", "item_id": id]).types == ["error"])
    }

    @Test("A tool's output needs its call")
    func checksCallID() {
        var client = ScriptedClient()
        let events = client.send([
            "type": "conversation.item.create",
            "item": ["type": "function_call_output", "call_id": "nope", "output": "x"],
        ])
        #expect(events.first?["error"]?["code"] == "invalid_tool_call_id")
    }

    @Test("§8: truncation cuts what was spoken, no further than it reaches")
    func truncates() throws {
        var client = ScriptedClient()
        client.say("hello")
        let done = client.respond([:]).first("response.done")
        let id = try #require(done?["response"]?["output"]?.elements.first?["id"])
        let truncate: JSONValue = ["type": "conversation.item.truncate", "item_id": id, "content_index": 0]
        let far = client.send(truncate.overlaid(with: ["audio_end_ms": 10_000_000]))
        #expect(far.first?["error"]?["param"] == "audio_end_ms")
        #expect(client.send(truncate.overlaid(with: ["audio_end_ms": -1])).types == ["error"])
        #expect(client.send(truncate).first?["error"]?["param"] == "audio_end_ms")
        let cut = client.send(truncate.overlaid(with: ["audio_end_ms": 500]))
        #expect(cut.types == ["conversation.item.truncated"])
        #expect(cut.first?["audio_end_ms"] == 500)
        #expect(client.send(truncate.overlaid(with: ["audio_end_ms": 501])).types == ["error"])
    }

    @Test("§5: a retrieved item brings its audio")
    func retrievesAudio() throws {
        var client = ScriptedClient()
        client.say("hello")
        let done = client.respond([:]).first("response.done")
        let id = try #require(done?["response"]?["output"]?.elements.first?["id"])
        let item = client.send(["type": "conversation.item.retrieve", "item_id": id]).first?["item"]
        let part = item?["content"]?.elements.first
        #expect(part?["type"] == "output_audio")
        #expect((part?["audio"]?.string?.utf8.count ?? 0) > 10_000)
    }
}
