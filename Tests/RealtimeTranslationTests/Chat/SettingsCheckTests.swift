import Dialects
import RealtimeTranslation
import Testing

/// What a session does not take (protocol: realtime §3).
@Suite struct SettingsCheckTests {
    private static func update(_ members: JSONValue, of scene: inout ChatScene) -> JSONValue? {
        let session = (["type": "realtime"] as JSONValue).overlaid(with: members)
        let told = scene.send(["type": "session.update", "event_id": "e1", "session": session])
        return told.first("session.updated")?["session"]
    }

    private static let tool: JSONValue = ["type": "function", "name": "f", "parameters": ["type": "object"]]

    struct Refused: CustomTestStringConvertible {
        let update: JSONValue
        let code: String
        let param: String

        init(_ update: JSONValue, _ code: String, _ param: String) {
            self.update = update
            self.code = code
            self.param = param
        }

        var testDescription: String { update.text }
    }

    static let refusals = [
        Refused(["foo": 1], "unknown_parameter", "session.foo"),
        Refused(["type": "transcription"], "invalid_value", "session.type"),
        Refused(["type": 1], "invalid_type", "session.type"),
        Refused(["model": "other"], "invalid_value", "session.model"),
        Refused(["instructions": 3], "invalid_type", "session.instructions"),
        Refused(["output_modalities": ["text", "audio"]], "invalid_value", "session.output_modalities"),
        Refused(["output_modalities": ["audio"]], "unsupported_value", "session.output_modalities"),
        Refused(["output_modalities": "text"], "invalid_type", "session.output_modalities"),
        Refused(["max_output_tokens": 0], "invalid_value", "session.max_output_tokens"),
        Refused(["tools": [["type": "mcp", "server_label": "x"]]], "unsupported_value", "session.tools[0].type"),
        Refused(["tools": [["type": "function"]]], "missing_required_parameter", "session.tools[0].name"),
        Refused(["tools": [tool, tool]], "invalid_value", "session.tools[1].name"),
        Refused(["tools": [tool.overlaid(with: ["x": 1])]], "unknown_parameter", "session.tools[0].x"),
        Refused(["tool_choice": "maybe"], "invalid_value", "session.tool_choice"),
        Refused(["truncation": "never"], "invalid_value", "session.truncation"),
        Refused(
            ["truncation": ["type": "retention_ratio", "retention_ratio": 2]],
            "invalid_value",
            "session.truncation.retention_ratio"
        ),
        Refused(["prompt": ["id": "p"]], "unsupported_value", "session.prompt"),
        Refused(["include": ["item.input_audio_transcription.logprobs"]], "unsupported_value", "session.include"),
        Refused(["reasoning": ["effort": "huge"]], "invalid_value", "session.reasoning.effort"),
        Refused(["temperature": 3], "invalid_value", "session.temperature"),
        Refused(["parallel_tool_calls": "no"], "invalid_type", "session.parallel_tool_calls"),
        Refused(["audio": ["inptu": [:]]], "unknown_parameter", "session.audio.inptu"),
        Refused(
            ["audio": ["input": ["turn_detection": ["type": "server_vad"]]]],
            "unsupported_value",
            "session.audio.input.turn_detection"
        ),
        Refused(
            ["audio": ["input": ["transcription": ["model": "whisper-1"]]]],
            "unsupported_value",
            "session.audio.input.transcription"
        ),
        Refused(
            ["audio": ["output": ["format": ["type": "audio/pcm", "rate": 16_000]]]],
            "invalid_value",
            "session.audio.output.format.rate"
        ),
        Refused(["audio": ["output": ["speed": 9]]], "invalid_value", "session.audio.output.speed"),
    ]

    /// Nothing changes, not even what came before the fault.
    @Test(arguments: refusals)
    func refusesByName(_ refused: Refused) throws {
        var scene = ChatScene()
        let before = Self.update([:], of: &scene)
        let update = (["instructions": "new"] as JSONValue).overlaid(with: refused.update)
        #expect(Self.update(update, of: &scene) == nil)
        let error = try #require(scene.lastError)
        #expect(error["type"] == "invalid_request_error")
        #expect(error["code"] == .string(refused.code))
        #expect(error["param"] == .string(refused.param))
        #expect(error["event_id"] == "e1")
        #expect(Self.update([:], of: &scene) == before)
    }

    @Test func settingsAreBounded() {
        var scene = ChatScene { $0.limits.settingsBytes = 2_000 }
        let text = JSONValue.string(String(repeating: "x", count: 2_000))
        #expect(Self.update(["instructions": text], of: &scene) == nil)
        #expect(scene.lastError?["code"] == "settings_too_large")
        #expect(scene.ask(["instructions": text]) == nil)
        #expect(scene.lastError?["code"] == "settings_too_large")
    }
}
