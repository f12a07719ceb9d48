// The flat shape (realtime reference §11), as translations and in a whole turn.

import Dialects
import Testing

@testable import Simulator

@Suite("Beta shape")
struct BetaShapeTests {
    @Test("§11: a flat session becomes a nested one")
    func nests() {
        let flat: JSONValue = [
            "type": "session.update",
            "session": [
                "modalities": ["text", "audio"], "input_audio_format": "g711_ulaw", "voice": "echo",
                "turn_detection": nil, "input_audio_transcription": ["model": "whisper-1"],
                "max_response_output_tokens": 7,
            ],
        ]
        let session = BetaShape.inbound(flat)["session"]
        #expect(session?["type"] == "realtime")
        #expect(session?["output_modalities"] == ["audio"])
        #expect(session?["audio"]?["input"]?["format"] == ["type": "audio/pcmu"])
        #expect(session?["audio"]?["input"]?["turn_detection"] == .null)
        #expect(session?["audio"]?["output"]?["voice"] == "echo")
        #expect(session?["max_output_tokens"] == 7)
    }

    @Test(
        "What is no session is left for the checks",
        arguments: [
            ["type": "session.update"], ["type": "session.update", "session": 5], ["type": "response.create"],
            ["type": "conversation.item.create", "item": "x"], ["type": "response.create", "response": ["input": 5]],
        ] as [JSONValue]
    )
    func leavesDamage(_ event: JSONValue) {
        #expect(BetaShape.inbound(event)["type"] == event["type"])
    }

    @Test("§11: a turn in the beta shape uses the old names only")
    func speaksBeta() throws {
        var client = ScriptedClient(isBeta: true)
        let created = try #require(client.events.first?["session"])
        #expect(created["modalities"] == ["text", "audio"])
        #expect(created["input_audio_format"] == "pcm16")
        #expect(created["voice"] == "marin")
        #expect(created["temperature"] == 0.8)
        #expect(created["audio"] == nil)
        #expect(created["type"] == nil)
        #expect(client.say("hello").types == ["conversation.item.created"])
        let events = client.respond(["modalities": ["text", "audio"]])
        #expect(
            events.order.filter { !$0.hasPrefix("response.audio") } == [
                "response.created", "response.output_item.added", "conversation.item.created",
                "response.content_part.added", "response.content_part.done", "response.output_item.done",
                "response.done", "rate_limits.updated",
            ]
        )
        #expect(!events.joined("response.audio_transcript.delta").isEmpty)
        #expect(!events.joined("response.audio.delta").isEmpty)
        let done = try #require(events.first("response.done")?["response"])
        #expect(done["modalities"] == ["text", "audio"])
        #expect(done["output_audio_format"] == "pcm16")
        #expect(done["output"]?.elements.first?["content"]?.elements.first?["type"] == "audio")
        #expect(done["usage"]?["input_token_details"]?["image_tokens"] == nil)
        #expect(done["usage"]?["total_tokens"]?.integer ?? 0 > 0)
    }

    @Test("§11: text turns and transcription sessions")
    func speaksRest() {
        var client = ScriptedClient(isBeta: true)
        client.say("hello")
        let events = client.respond(["modalities": ["text"]])
        #expect(events.joined("response.text.delta").contains("hello"))
        #expect(events.first("response.text.done") != nil)
        var transcriber = ScriptedClient(model: "sim-transcribe", isTranscription: true, isBeta: true)
        #expect(transcriber.events.types == ["transcription_session.created"])
        let updated = transcriber.send([
            "type": "transcription_session.update", "session": ["input_audio_transcription": ["model": "whisper-1"]],
        ])
        #expect(updated.types == ["transcription_session.updated"])
    }
}
