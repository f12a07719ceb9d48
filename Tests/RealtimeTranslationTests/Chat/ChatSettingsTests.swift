import Dialects
import RealtimeTranslation
import Testing

/// `session.update` (protocol: realtime §3).
@Suite struct ChatSettingsTests {
    private static func update(_ members: JSONValue, of scene: inout ChatScene) -> JSONValue? {
        let session = (["type": "realtime"] as JSONValue).overlaid(with: members)
        let told = scene.send(["type": "session.update", "event_id": "e1", "session": session])
        return told.first("session.updated")?["session"]
    }

    private static let tool: JSONValue = ["type": "function", "name": "f", "parameters": ["type": "object"]]

    @Test func mergesAndTellsTheWhole() throws {
        var scene = ChatScene()
        let first = try #require(Self.update(["instructions": "Be brief.", "tools": [Self.tool]], of: &scene))
        #expect(first["instructions"] == "Be brief.")
        #expect(first["model"] == "m")
        let second = try #require(Self.update(["tool_choice": "required", "temperature": 0.7], of: &scene))
        #expect(second["instructions"] == "Be brief.")
        #expect(second["tools"] == [Self.tool])
        #expect(second["tool_choice"] == "required")
        #expect(second["temperature"] == 0.7)
        let third = try #require(
            Self.update(["instructions": "", "tools": nil, "tool_choice": nil, "temperature": nil], of: &scene)
        )
        #expect(third["instructions"] == "")
        #expect(third["tools"] == [])
        #expect(third["tool_choice"] == "auto")
        #expect(third["temperature"] == nil)
    }

    @Test func keepsWhatOnlyTunes() throws {
        var scene = ChatScene()
        let input: JSONValue = ["noise_reduction": ["type": "near_field"], "turn_detection": nil]
        let told = try #require(
            Self.update(
                [
                    "tracing": "auto", "audio": ["input": input], "prompt": nil, "include": nil,
                    "truncation": ["type": "retention_ratio", "retention_ratio": 0.8],
                    "reasoning": ["effort": "low"], "parallel_tool_calls": false, "max_output_tokens": 100,
                ],
                of: &scene
            )
        )
        #expect(told["tracing"] == "auto")
        #expect(told["audio"]?["input"]?["noise_reduction"] == ["type": "near_field"])
        #expect(told["audio"]?["output"]?["speed"] == 1.0)
        #expect(told["max_output_tokens"] == 100)
    }

    /// A client may send the session back as it was told.
    @Test func takesItsOwnSessionBack() throws {
        var scene = ChatScene()
        let told = try #require(Self.update([:], of: &scene))
        #expect(Self.update(told, of: &scene) == told)
    }

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

    @Test func demandsTheType() {
        var scene = ChatScene()
        scene.send(["type": "session.update", "session": ["instructions": "x"]])
        #expect(scene.lastError?["param"] == "session.type")
        #expect(scene.lastError?["code"] == "missing_required_parameter")
        scene.send(["type": "session.update"])
        #expect(scene.lastError?["param"] == "session")
    }

    /// Whichever transcriber a client names, it is told which one works.
    @Test func namesTheTranscriberThatWorks() throws {
        var scene = ChatScene { ($0.transcriptionModel, $0.voice) = ("ears", "alloy") }
        let wish: JSONValue = ["model": "whisper-1", "language": "de"]
        let told = try #require(Self.update(["audio": ["input": ["transcription": wish]]], of: &scene))
        #expect(told["audio"]?["input"]?["transcription"] == ["model": "ears", "language": "de"])
        #expect(told["output_modalities"] == ["audio"])
        #expect(told["audio"]?["output"]?["voice"] == "alloy")
    }
}
