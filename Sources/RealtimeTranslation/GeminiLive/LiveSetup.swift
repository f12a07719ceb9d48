// The setup of a Gemini Live connection from the settings of a session (protocol: realtime §14.2, §15.1). A resumption handle is
// always asked for, so that the session may outlive its connection.

import Dialects

/// Writes what an upstream is told of a session's settings.
enum LiveSetup {
    /// OpenAI's voices by the Gemini voice that is nearest; any other name goes on as it is.
    private static let voices = [
        "alloy": "Kore", "ash": "Charon", "ballad": "Orus", "coral": "Leda", "echo": "Puck", "sage": "Aoede",
        "shimmer": "Zephyr", "verse": "Fenrir", "marin": "Aoede", "cedar": "Charon",
    ]

    /// The first message of a connection; `handle` continues an earlier one.
    static func message(_ settings: LiveSettings, model: String, handle: String?) -> [UInt8] {
        var setup: JSONValue = ["model": .string(model), "generationConfig": generation(settings)]
        if !settings.instructions.isEmpty { setup["systemInstruction"] = content(settings.instructions) }
        if !settings.tools.isEmpty { setup["tools"] = LiveTools.declarations(settings.tools) }
        let input = realtimeInput(settings)
        if !input.members.isEmpty { setup["realtimeInputConfig"] = input }
        if settings.wantsTranscription { setup["inputAudioTranscription"] = .object([]) }
        if settings.isAudio { setup["outputAudioTranscription"] = .object([]) }
        setup["sessionResumption"] = handle.map { ["handle": .string($0)] } ?? .object([])
        // What OpenAI does by itself: the oldest items make room for new ones.
        if settings["truncation"] != "disabled" { setup["contextWindowCompression"] = ["slidingWindow": .object([])] }
        return (["setup": setup] as JSONValue).rendered
    }

    /// What a later change of settings is upstream.
    static func contextUpdate(_ change: LiveSettings.Change, _ settings: LiveSettings) -> [UInt8] {
        var update = JSONValue.object([])
        if change.instructions { update["systemInstruction"] = content(settings.instructions) }
        if change.tools { update["tools"] = ["tools": LiveTools.declarations(settings.tools)] }
        return (["contextUpdate": update] as JSONValue).rendered
    }

    private static func content(_ text: String) -> JSONValue {
        ["parts": [["text": .string(text)]]]
    }

    private static func generation(_ settings: LiveSettings) -> JSONValue {
        var config: JSONValue = ["responseModalities": [settings.isAudio ? "AUDIO" : "TEXT"]]
        if let temperature = settings.value["temperature"], !temperature.isNull { config["temperature"] = temperature }
        if let maximum = settings["max_output_tokens"].integer { config["maxOutputTokens"] = .integer(maximum) }
        if settings.isAudio {
            let voice = voices[settings.voice] ?? settings.voice
            config["speechConfig"] = ["voiceConfig": ["prebuiltVoiceConfig": ["voiceName": .string(voice)]]]
        }
        return config
    }

    private static func realtimeInput(_ settings: LiveSettings) -> JSONValue {
        if settings.isManual { return ["automaticActivityDetection": ["disabled": true]] }
        let named = settings.namedDetection
        var detection = JSONValue.object([])
        if let threshold = named["threshold"]?.double {
            // How sure it must be that somebody speaks; between the two the upstream's own default is right.
            if threshold >= 0.7 { detection["startOfSpeechSensitivity"] = "START_SENSITIVITY_LOW" }
            if threshold <= 0.3 { detection["startOfSpeechSensitivity"] = "START_SENSITIVITY_HIGH" }
        }
        switch named["eagerness"]?.string {
        case "low"?: detection["endOfSpeechSensitivity"] = "END_SENSITIVITY_LOW"
        case "high"?: detection["endOfSpeechSensitivity"] = "END_SENSITIVITY_HIGH"
        case .some, nil: break
        }
        if let padding = named["prefix_padding_ms"]?.integer { detection["prefixPaddingMs"] = .integer(padding) }
        if let silence = named["silence_duration_ms"]?.integer { detection["silenceDurationMs"] = .integer(silence) }
        var input = JSONValue.object([])
        if !detection.members.isEmpty {
            detection["disabled"] = false
            input["automaticActivityDetection"] = detection
        }
        if named["interrupt_response"] == false { input["activityHandling"] = "NO_INTERRUPTION" }
        return input
    }
}
