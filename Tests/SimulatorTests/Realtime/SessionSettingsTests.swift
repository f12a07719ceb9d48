// session.update is a merge with checks (realtime reference §3).

import Dialects
import Testing

@testable import Simulator

@Suite("Session settings")
struct SessionSettingsTests {
    private func settings(isTranscription: Bool = false) -> SessionSettings {
        let opening = RealtimeOpening(model: "sim-realtime", isTranscription: isTranscription)
        return SessionSettings(opening: opening, id: "sess_1", expiresAt: 5)
    }

    @Test("§3: a fresh session has the documented defaults")
    func hasDefaults() {
        let settings = self.settings()
        #expect(settings.json["object"] == "realtime.session")
        #expect(settings.json["output_modalities"] == ["audio"])
        #expect(settings.json["expires_at"] == 5)
        #expect(settings.turnDetection?.silenceMilliseconds == 200)
        #expect(settings.transcriptionModel == nil)
        #expect(settings.inputFormat == .pcm)
    }

    @Test("An absent member keeps its value, null clears")
    func merges() throws {
        var settings = self.settings()
        try settings.update(["type": "realtime", "instructions": "x", "audio": ["output": ["voice": "cedar"]]])
        try settings.update([
            "type": "realtime", "tools": [["type": "function", "name": "f"]],
            "audio": ["input": ["turn_detection": nil, "transcription": ["model": "whisper-1"]]],
        ])
        #expect(settings.json["instructions"] == "x")
        #expect(settings.json["audio"]?["output"]?["voice"] == "cedar")
        #expect(settings.json["audio"]?["output"]?["speed"] == 1.0)
        #expect(settings.turnDetection == nil)
        #expect(settings.transcriptionModel == "whisper-1")
        try settings.update(["type": "realtime", "audio": ["input": ["transcription": nil]]])
        #expect(settings.transcriptionModel == nil)
    }

    @Test("Turn detection given in part is filled with its defaults")
    func fillsDetection() throws {
        var settings = self.settings()
        try settings.update([
            "type": "realtime",
            "audio": ["input": ["turn_detection": ["type": "server_vad", "silence_duration_ms": 500]]],
        ])
        #expect(settings.turnDetection?.silenceMilliseconds == 500)
        #expect(settings.turnDetection?.paddingMilliseconds == 300)
        try settings.update(["type": "realtime", "audio": ["input": ["turn_detection": ["type": "semantic_vad"]]]])
        #expect(settings.json["audio"]?["input"]?["turn_detection"]?["eagerness"] == "auto")
    }

    @Test(
        "What the protocol does not have is refused by name, and changes nothing",
        arguments: [
            (["instructions": "x"], "session.type"), (["type": "transcription"], "session.type"),
            (["type": "realtime", "foo": 1], "session.foo"), (["type": "realtime", "model": "other"], "session.model"),
            (["type": "realtime", "output_modalities": ["text", "audio"]], "session.output_modalities"),
            (["type": "realtime", "max_output_tokens": 5_000], "session.max_output_tokens"),
            (["type": "realtime", "instructions": 5], "session.instructions"),
            (["type": "realtime", "tools": "x"], "session.tools"),
            (["type": "realtime", "tools": [["type": "function"]]], "session.tools[0].name"),
            (["type": "realtime", "tools": [["name": "x"]]], "session.tools[0].type"),
            (["type": "realtime", "audio": 5], "session.audio"),
            (["type": "realtime", "audio": ["x": 1]], "session.audio.x"),
            (["type": "realtime", "audio": ["input": ["x": 1]]], "session.audio.input.x"),
            (["type": "realtime", "audio": ["output": ["x": 1]]], "session.audio.output.x"),
            (["type": "realtime", "audio": ["output": ["speed": 9]]], "session.audio.output.speed"),
            (["type": "realtime", "audio": ["output": ["voice": 9]]], "session.audio.output.voice"),
            (["type": "realtime", "audio": ["input": ["format": "pcm16"]]], "session.audio.input.format.type"),
            (
                ["type": "realtime", "audio": ["input": ["format": ["type": "audio/pcm", "rate": 8_000]]]],
                "session.audio.input.format.rate"
            ),
            (
                ["type": "realtime", "audio": ["input": ["turn_detection": ["type": "x"]]]],
                "session.audio.input.turn_detection.type"
            ),
            (
                [
                    "type": "realtime",
                    "audio": ["input": ["turn_detection": ["type": "server_vad", "prefix_padding_ms": 9e18]]],
                ], "session.audio.input.turn_detection.prefix_padding_ms"
            ),
            (
                ["type": "realtime", "audio": ["input": ["turn_detection": ["type": "server_vad", "threshold": 2]]]],
                "session.audio.input.turn_detection.threshold"
            ),
        ] as [(JSONValue, String)]
    )
    func refuses(_ patch: JSONValue, _ param: String) {
        var settings = self.settings()
        let before = settings.json
        do throws(RealtimeRefusal) {
            try settings.update(patch)
            Issue.record("accepted")
        } catch {
            #expect(error.param == param)
        }
        #expect(settings.json == before)
    }

    @Test("The voice is fixed once it was heard")
    func fixesVoice() throws {
        var settings = self.settings()
        settings.isVoiceFixed = true
        #expect(throws: RealtimeRefusal.self) {
            try settings.update(["type": "realtime", "audio": ["output": ["voice": "cedar"]]])
        }
        try settings.update(["type": "realtime", "audio": ["output": ["voice": "marin", "speed": 1.2]]])
    }

    @Test("A transcription session has no output and creates no responses")
    func transcribes() throws {
        var settings = self.settings(isTranscription: true)
        #expect(settings.json["object"] == "realtime.transcription_session")
        #expect(settings.turnDetection?.createsResponse == false)
        #expect(throws: RealtimeRefusal.self) { try settings.update(["type": "transcription", "instructions": "x"]) }
        #expect(throws: RealtimeRefusal.self) {
            try settings.update(["type": "transcription", "audio": ["output": [:]]])
        }
        try settings.update(["type": "transcription", "audio": ["input": ["transcription": ["model": "whisper-1"]]]])
        #expect(settings.transcriptionModel == "whisper-1")
    }
}
