// The session object of a Gemini Live session (protocol: realtime §3, §15.1), as the client sees it, and what is read from it.
//
// Kept as JSON. Voice detection is on from the start, as it is with OpenAI and with Gemini.

import Dialects

/// A session's settings.
struct LiveSettings: Sendable, Equatable {
    /// How the client's audio is written.
    enum InputFormat: Sendable, Equatable {
        case pcm(rate: Int)
        case muLaw
        case aLaw

        /// Bytes of what the client sends, for each millisecond.
        var bytesPerMillisecond: Double {
            switch self {
            case .pcm(let rate): Double(rate) * 2 / 1000
            case .muLaw, .aLaw: 8
            }
        }
    }

    static let defaultVoice = "marin"
    static let outputRate = 24_000

    /// The object as it stands in `session.created` and `session.updated`.
    private(set) var value: JSONValue
    /// What the client itself said of voice detection: what it left out is left to the upstream.
    var namedDetection = JSONValue.object([])

    init(id: String, model: String, expiresAt: Int64) {
        let pcm: JSONValue = ["type": "audio/pcm", "rate": .integer(Self.outputRate)]
        value = [
            "type": "realtime", "object": "realtime.session", "id": .string(id), "model": .string(model),
            "expires_at": .integer(Int(clamping: expiresAt)), "output_modalities": ["audio"], "instructions": "",
            "tools": [], "tool_choice": "auto", "max_output_tokens": "inf", "truncation": "auto", "prompt": nil,
            "tracing": nil, "include": nil,
            "audio": [
                "input": [
                    "format": pcm, "noise_reduction": nil, "transcription": nil,
                    "turn_detection": Self.detection("server_vad"),
                ],
                "output": ["format": pcm, "voice": .string(Self.defaultVoice), "speed": 1],
            ],
        ]
    }

    /// What a kind of voice detection is unless the client says otherwise.
    static func detection(_ type: String) -> JSONValue {
        if type == "semantic_vad" {
            return ["type": "semantic_vad", "eagerness": "auto", "create_response": true, "interrupt_response": true]
        }
        return [
            "type": "server_vad", "threshold": .number(0.5), "prefix_padding_ms": 300, "silence_duration_ms": 500,
            "idle_timeout_ms": nil, "create_response": true, "interrupt_response": true,
        ]
    }

    // MARK: What is read

    subscript(path: String) -> JSONValue {
        get {
            var value = self.value
            for name in path.split(separator: ".") { value = value[String(name)] ?? .null }
            return value
        }
        set { Self.set(newValue, path.split(separator: ".").map(String.init)[...], in: &value) }
    }

    private static func set(_ new: JSONValue, _ path: ArraySlice<String>, in value: inout JSONValue) {
        guard let name = path.first else {
            value = new
            return
        }
        var inner = value[name] ?? .object([])
        set(new, path.dropFirst(), in: &inner)
        value[name] = inner
    }

    var isAudio: Bool { self["output_modalities"].elements.contains("audio") }
    /// Whether the client says itself where its turns end.
    var isManual: Bool { self["audio.input.turn_detection"].isNull }
    var wantsTranscription: Bool { !self["audio.input.transcription"].isNull }
    var instructions: String { self["instructions"].string ?? "" }
    var voice: String { self["audio.output.voice"].string ?? Self.defaultVoice }

    /// The functions that the model may call.
    var tools: [JSONValue] { self["tool_choice"] == "none" ? [] : self["tools"].elements }

    var inputFormat: InputFormat {
        switch self["audio.input.format.type"].string {
        case "audio/pcmu"?: .muLaw
        case "audio/pcma"?: .aLaw
        case .some, nil: .pcm(rate: self["audio.input.format.rate"].integer ?? Self.outputRate)
        }
    }
}
