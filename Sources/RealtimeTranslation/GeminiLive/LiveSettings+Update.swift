// `session.update` (protocol: realtime §3, §15.1): a merge, in which an absent member keeps its value. Nothing changes when
// any part of it is refused.
//
// Before the setup went upstream everything that Gemini Live can do may be said; after it, instructions and tools alone.

import Dialects

extension LiveSettings {
    /// What has to be told to an upstream that was set up already.
    struct Change: Sendable, Equatable {
        var instructions = false
        var tools = false
    }

    /// What an upstream learns from its setup alone.
    private static let fixed = [
        "output_modalities", "max_output_tokens", "truncation", "temperature", "audio.input.format",
        "audio.input.transcription", "audio.input.turn_detection", "audio.output.voice",
    ]

    /// What null stands for, where it is no value.
    private static let cleared: [String: JSONValue] = [
        "max_output_tokens": "inf", "tool_choice": "auto", "truncation": "auto",
    ]
    /// Members of the audio's sides that null leaves as they are.
    private static let kept: Set<String> = ["format", "voice", "speed"]

    /// Takes the `session` of an update; `isSetUp` says that the upstream has heard of the settings.
    mutating func update(_ session: JSONValue, isSetUp: Bool) throws(SessionRefusal) -> Change {
        guard session.isObject else { throw .type("session", "an object") }
        var new = self
        for member in session.members { try new.take(member) }
        if isSetUp {
            for path in Self.fixed where !Self.means(self[path], new[path]) {
                throw Self.fixedNow("session.\(path)")
            }
        }
        let change = Change(instructions: new.instructions != instructions, tools: new.tools != tools)
        self = new
        return change
    }

    /// Asking for a transcription by another model or in another language asks this upstream for the same.
    private static func means(_ one: JSONValue, _ other: JSONValue) -> Bool {
        one == other || (one["model"] != nil && other["model"] != nil && !one.isNull && !other.isNull)
    }

    static func fixedNow(_ param: String) -> SessionRefusal {
        SessionRefusal(
            code: "unsupported_session_update",
            message: "'\(param)' cannot be changed once this session has begun.",
            param: param
        )
    }

    /// For what Gemini Live cannot do at any time.
    private static func impossible(_ param: String, _ reason: String) -> SessionRefusal {
        SessionRefusal(code: "unsupported_session_update", message: "'\(param)': \(reason)", param: param)
    }

    private mutating func take(_ member: JSONField) throws(SessionRefusal) {
        let path = "session.\(SessionRefusal.shortened(member.key))"
        let value = member.value.isNull ? Self.cleared[member.key] ?? .null : member.value
        switch member.key {
        case "type":
            guard value == "realtime" else {
                throw Self.impossible(path, "this model holds conversations, so it must be realtime.")
            }
        case "model":
            guard value == self["model"] else { throw Self.fixedNow(path) }
        case "id", "object", "expires_at":
            // Clients that send the whole object back mean nothing by these.
            break
        case "output_modalities":
            guard value == ["audio"] || value == ["text"] else {
                throw .value(path, #"it must be ["audio"] or ["text"]."#)
            }
            self[member.key] = value
        case "instructions":
            guard value.isNull || value.string != nil else { throw .type(path, "a string") }
            self[member.key] = .string(value.string ?? "")
        case "tools":
            self[member.key] = .array(try LiveTools.checked(value, path))
        case "tool_choice":
            guard value == "auto" || value == "none" else {
                throw Self.impossible(path, "this model chooses for itself; use auto or none.")
            }
            self[member.key] = value
        case "max_output_tokens":
            guard value == "inf" || (value.integer ?? 0) > 0 else { throw .value(path, "it must be positive or inf.") }
            self[member.key] = value
        case "temperature":
            guard !value.isNull else {
                self[member.key] = .null
                return
            }
            guard let number = value.double, (0...2).contains(number) else {
                throw .value(path, "it must be from 0 to 2.")
            }
            self[member.key] = value
        case "truncation":
            guard value == "auto" || value == "disabled" || value["type"] == "retention_ratio" else {
                throw .value(path, "it must be auto, disabled or a retention_ratio.")
            }
            self[member.key] = value
        case "parallel_tool_calls":
            guard value.isNull || value == true else {
                throw Self.impossible(path, "this model may call several functions at once.")
            }
        case "tracing":
            self[member.key] = value
        case "include", "prompt", "reasoning":
            guard value.isNull || value == [] else { throw Self.impossible(path, "this model does not know it.") }
        case "audio":
            guard value.isObject else { throw .type(path, "an object") }
            for side in value.members { try takeAudio(side, "\(path).\(SessionRefusal.shortened(side.key))") }
        default:
            throw .unknown(path)
        }
    }

    private mutating func takeAudio(_ side: JSONField, _ path: String) throws(SessionRefusal) {
        guard side.key == "input" || side.key == "output" else { throw .unknown(path) }
        guard side.value.isObject else { throw .type(path, "an object") }
        for member in side.value.members where !(member.value.isNull && Self.kept.contains(member.key)) {
            let path = "\(path).\(SessionRefusal.shortened(member.key))"
            switch (side.key, member.key) {
            case ("input", "format"): self["audio.input.format"] = try Self.format(member.value, path)
            case ("input", "transcription"):
                guard member.value.isNull || member.value.isObject else { throw .type(path, "an object") }
                self["audio.input.transcription"] = member.value
            case ("input", "noise_reduction"):
                // The upstream reduces noise as it sees fit.
                self["audio.input.noise_reduction"] = member.value
            case ("input", "turn_detection"): try takeDetection(member.value, path)
            case ("output", "format"):
                guard try Self.format(member.value, path) == self["audio.output.format"] else {
                    throw Self.impossible(path, "this model speaks audio/pcm at 24000 Hz only.")
                }
            case ("output", "voice"):
                guard let voice = member.value.string, !voice.isEmpty else {
                    throw Self.impossible(path, "name one of the voices of this model.")
                }
                self["audio.output.voice"] = .string(voice)
            case ("output", "speed"):
                guard member.value.double == 1 else { throw Self.impossible(path, "this model has one speed, 1.0.") }
            default:
                throw .unknown(path)
            }
        }
    }

    private static func format(_ value: JSONValue, _ path: String) throws(SessionRefusal) -> JSONValue {
        switch value["type"]?.string {
        case "audio/pcm"?:
            let rate = value["rate"] ?? .integer(Self.outputRate)
            guard let number = rate.integer, (8_000...48_000).contains(number) else {
                throw .value("\(path).rate", "it must be from 8000 to 48000.")
            }
            return ["type": "audio/pcm", "rate": .integer(number)]
        case "audio/pcmu"?: return ["type": "audio/pcmu"]
        case "audio/pcma"?: return ["type": "audio/pcma"]
        case .some, nil: throw .value("\(path).type", "it must be audio/pcm, audio/pcmu or audio/pcma.")
        }
    }

    private mutating func takeDetection(_ value: JSONValue, _ path: String) throws(SessionRefusal) {
        let key = "audio.input.turn_detection"
        guard !value.isNull else {
            self[key] = .null
            return
        }
        let type = value["type"]?.string ?? self[key]["type"]?.string ?? "server_vad"
        guard value.isObject, type == "server_vad" || type == "semantic_vad" else {
            throw .value("\(path).type", "it must be server_vad or semantic_vad.")
        }
        if value["create_response"] == false {
            throw Self.impossible("\(path).create_response", "this model answers whenever the user has spoken.")
        }
        if let timeout = value["idle_timeout_ms"], !timeout.isNull {
            throw Self.impossible("\(path).idle_timeout_ms", "this model waits for the user as long as it takes.")
        }
        let isSame = self[key]["type"]?.string == type
        self[key] = (isSame ? self[key] : Self.detection(type)).overlaid(with: value)
        namedDetection = isSame ? namedDetection.overlaid(with: value) : value
    }
}
