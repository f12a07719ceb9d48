// The session object of a chat model (realtime §3) and how `session.update` changes it.
//
// Kept as the JSON that the client sees. An update is a merge: an absent member keeps its value, `""`, `[]` and null clear
// it. Nothing changes when any part of an update is refused.

import Dialects

/// A session's settings.
struct ChatSettings: Sendable {
    /// The whole session object.
    private(set) var value: JSONValue
    /// What null brings back.
    private let defaults: JSONValue
    private let check: SettingsCheck
    private let transcriptionModel: String?

    private static let fixedMembers: Set<String> = ["type", "object", "id", "model", "expires_at"]
    private static let members: Set<String> = fixedMembers.union([
        "output_modalities", "instructions", "tools", "tool_choice", "parallel_tool_calls", "reasoning",
        "max_output_tokens", "truncation", "prompt", "tracing", "include", "audio", "temperature",
    ])

    init(_ description: ChatSessionDescription, id: String) {
        let format: JSONValue = ["type": "audio/pcm", "rate": 24_000]
        let transcription: JSONValue = description.transcriptionModel.map { ["model": .string($0)] } ?? nil
        self.value = [
            "type": "realtime", "object": "realtime.session", "id": .string(id),
            "model": .string(description.model),
            "expires_at": Int(exactly: description.expiresAt).map(JSONValue.integer) ?? nil,
            "output_modalities": description.canSpeak ? ["audio"] : ["text"],
            "instructions": "", "tools": [], "tool_choice": "auto", "max_output_tokens": "inf", "truncation": "auto",
            "prompt": nil, "tracing": nil, "include": nil,
            "audio": [
                "input": [
                    "format": format, "noise_reduction": nil, "transcription": transcription, "turn_detection": nil,
                ],
                "output": ["format": format, "voice": .optional(description.voice), "speed": 1.0],
            ],
        ]
        self.defaults = value
        self.check = SettingsCheck(description)
        self.transcriptionModel = description.transcriptionModel
    }

    /// Merges an update, all of it or nothing.
    mutating func update(_ patch: JSONValue) throws(SessionRefusal) {
        try SettingsCheck.members(patch, of: "session", allowed: Self.members)
        guard let type = patch["type"] else { throw .missing("session.type") }
        guard let name = type.string else { throw .type("session.type", "a string") }
        guard name == "realtime" else {
            throw .value("session.type", "this session is of the type 'realtime', which is fixed when it opens.")
        }
        if let model = patch["model"], model != value["model"] {
            throw .value("session.model", "the model of a session is fixed when it opens.")
        }
        var told = patch
        for member in patch.members where member.value.isNull { told[member.key] = nil }
        try check.common(told, at: "session")
        _ = try Truncation(told["truncation"], at: "session.truncation")
        try Self.checkTracing(told["tracing"])
        if let include = told["include"], include != [] {
            throw .unsupported("session.include", "log probabilities of transcriptions are not available here.")
        }
        var merged = value
        for member in patch.members where !Self.fixedMembers.contains(member.key) && member.key != "audio" {
            merged[member.key] = member.value.isNull ? defaults[member.key] : member.value
        }
        if let audio = patch["audio"] { merged["audio"] = try mergedAudio(audio) }
        try check.size(merged, at: "session")
        value = merged
    }

    private static func checkTracing(_ value: JSONValue?) throws(SessionRefusal) {
        guard let value, value != "auto" else { return }
        guard value.isObject else { throw .type("session.tracing", "\"auto\", an object or null") }
        try SettingsCheck.members(value, of: "session.tracing", allowed: ["workflow_name", "group_id", "metadata"])
    }

    private func mergedAudio(_ patch: JSONValue) throws(SessionRefusal) -> JSONValue {
        let usual = defaults["audio"] ?? [:]
        if patch.isNull { return usual }
        try SettingsCheck.members(patch, of: "session.audio", allowed: ["input", "output"])
        var audio = value["audio"] ?? usual
        if let input = patch["input"], !input.isNull { try check.audioInput(input, at: "session.audio.input") }
        if let output = patch["output"], !output.isNull { try check.audioOutput(output, at: "session.audio.output") }
        for side in ["input", "output"] {
            guard let change = patch[side] else { continue }
            audio[side] = Self.merged(audio[side] ?? [:], with: change, defaults: usual[side] ?? [:])
        }
        if let transcriptionModel, audio["input"]?["transcription"]?.isObject == true {
            // Whichever model the client names, it is told which one does the work.
            var input = audio["input"] ?? [:]
            var transcription = input["transcription"] ?? [:]
            transcription["model"] = .string(transcriptionModel)
            input["transcription"] = transcription
            audio["input"] = input
        }
        return audio
    }

    /// Null clears: to the value that a session begins with, but for what null itself is a value of.
    private static func merged(_ old: JSONValue, with patch: JSONValue, defaults: JSONValue) -> JSONValue {
        if patch.isNull { return defaults }
        var merged = old
        for member in patch.members {
            let isCleared = member.value.isNull && member.key != "transcription"
            merged[member.key] = isCleared ? defaults[member.key] : member.value
        }
        return merged
    }

    var truncation: Truncation { (try? Truncation(value["truncation"], at: "")) ?? .auto }

    var inputFormat: AudioFormat { AudioFormat(value["audio"]?["input"]?["format"]) }

    /// What the transcription is told beside the audio.
    var transcriptionHints: (language: String?, prompt: String?) {
        let hints = value["audio"]?["input"]?["transcription"]
        return (hints?["language"]?.string, hints?["prompt"]?.string)
    }
}
