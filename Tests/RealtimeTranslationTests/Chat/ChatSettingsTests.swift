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
