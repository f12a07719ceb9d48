import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("Settings of a Gemini Live session (protocol: realtime §3, §15.1)")
struct LiveSettingsUpdateTests {
    private static func updated(_ session: JSONValue) throws -> LiveSettings {
        var settings = LiveSettings(id: "sess_1", model: "live", expiresAt: 1)
        _ = try settings.update(session, isSetUp: false)
        return settings
    }

    private static func setup(_ settings: LiveSettings, handle: String? = nil) -> JSONValue {
        let message = LiveSetup.message(settings, model: "models/m", handle: handle)
        return (try? JSONParser.parse(message))?["setup"] ?? .null
    }

    @Test("an update is a merge; what is absent stays")
    func merge() throws {
        var settings = try Self.updated(["instructions": "a", "audio": ["input": ["turn_detection": nil]]])
        let change = try settings.update(["tools": [["type": "function", "name": "f"]]], isSetUp: true)
        #expect(change == .init(instructions: false, tools: true))
        #expect(settings.instructions == "a" && settings.isManual)
        #expect(settings["audio.output.voice"] == "marin")
        #expect(throws: SessionRefusal.self) {
            try settings.update(["instructions": "b", "temperature": 1], isSetUp: true)
        }
        #expect(settings.instructions == "a", "nothing of a refused update counts")
    }

    @Test("null clears, or leaves what has no empty value")
    func nulls() throws {
        var settings = try Self.updated(["max_output_tokens": 5, "temperature": 1, "tool_choice": "none"])
        let nulls: JSONValue = [
            "max_output_tokens": nil, "temperature": nil, "tool_choice": nil, "instructions": nil, "tools": nil,
            "truncation": nil, "prompt": nil,
            "audio": ["input": ["format": nil, "noise_reduction": nil], "output": ["voice": nil, "speed": nil]],
        ]
        _ = try settings.update(nulls, isSetUp: false)
        #expect(settings["max_output_tokens"] == "inf" && settings["tool_choice"] == "auto")
        #expect(Self.setup(settings)["generationConfig"]?["temperature"] == nil)
        #expect(settings.inputFormat == .pcm(rate: 24_000) && settings.voice == "marin")
    }

    @Test("voice detection in the words of the upstream, as far as the client named it")
    func detection() throws {
        let plain = Self.setup(try Self.updated(["instructions": ""]))
        #expect(plain["realtimeInputConfig"] == nil)
        let manual = Self.setup(try Self.updated(["audio": ["input": ["turn_detection": nil]]]))
        #expect(manual["realtimeInputConfig"]?["automaticActivityDetection"] == ["disabled": true])
        let server: JSONValue = [
            "type": "server_vad", "threshold": 0.9, "silence_duration_ms": 700, "interrupt_response": false,
        ]
        let vad = Self.setup(try Self.updated(["audio": ["input": ["turn_detection": server]]]))["realtimeInputConfig"]
        #expect(vad?["automaticActivityDetection"]?["startOfSpeechSensitivity"] == "START_SENSITIVITY_LOW")
        #expect(vad?["automaticActivityDetection"]?["silenceDurationMs"] == 700)
        #expect(vad?["activityHandling"] == "NO_INTERRUPTION")
        let semantic: JSONValue = ["type": "semantic_vad", "eagerness": "high"]
        let eager = Self.setup(try Self.updated(["audio": ["input": ["turn_detection": semantic]]]))
        let end = eager["realtimeInputConfig"]?["automaticActivityDetection"]?["endOfSpeechSensitivity"]
        #expect(end == "END_SENSITIVITY_HIGH")
    }

    @Test("text alone needs neither voice nor transcript; functions may be withheld; a handle goes along")
    func setup() throws {
        let tools: JSONValue = [["type": "function", "name": "f"]]
        let settings = try Self.updated(
            ["output_modalities": ["text"], "tools": tools, "tool_choice": "none", "truncation": "disabled"]
        )
        let setup = Self.setup(settings, handle: "h")
        #expect(setup["generationConfig"] == ["responseModalities": ["TEXT"]])
        #expect(setup["outputAudioTranscription"] == nil && setup["tools"] == nil)
        #expect(setup["contextWindowCompression"] == nil)
        #expect(setup["sessionResumption"] == ["handle": "h"])
    }

    @Test(
        "what is wrong or impossible names its parameter",
        arguments: [
            (#"{"type":"transcription"}"#, "session.type"), (#"{"tool_choice":"required"}"#, "session.tool_choice"),
            (#"{"output_modalities":["audio","text"]}"#, "session.output_modalities"),
            (#"{"max_output_tokens":0}"#, "session.max_output_tokens"),
            (#"{"tools":[{"type":"mcp"}]}"#, "session.tools[0].type"),
            (#"{"audio":{"output":{"speed":1.2}}}"#, "session.audio.output.speed"),
            (#"{"audio":{"output":{"voice":{"id":"v"}}}}"#, "session.audio.output.voice"),
            (#"{"audio":{"input":{"format":{"type":"audio/pcm","rate":1}}}}"#, "session.audio.input.format.rate"),
            (
                #"{"audio":{"input":{"turn_detection":{"type":"server_vad","create_response":false}}}}"#,
                "session.audio.input.turn_detection.create_response"
            ),
            (#"{"audio":{"middle":{}}}"#, "session.audio.middle"), (#"{"prompt":{"id":"p"}}"#, "session.prompt"),
        ]
    )
    func refused(_ text: String, _ param: String) throws {
        let session = try JSONParser.parse(Array(text.utf8))
        let refusal = #expect(throws: SessionRefusal.self) { try Self.updated(session) }
        #expect(refusal?.param == param)
    }
}
