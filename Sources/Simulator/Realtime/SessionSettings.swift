// The session object of the realtime protocol and how `session.update` changes it.
//
// It is kept as the JSON the client sees, in the GA shape. An update is a merge: an absent member keeps its value,
// null clears it. Members that the protocol does not have are refused by name.

import Dialects

/// What server-side turn detection does.
struct TurnDetection: Equatable {
    var threshold: Double
    var paddingMilliseconds: Int
    var silenceMilliseconds: Int
    var createsResponse: Bool
    var interruptsResponse: Bool
}

/// A session's settings.
struct SessionSettings: Sendable {
    private(set) var json: JSONValue
    private let isTranscription: Bool
    /// The voice cannot change once it was heard.
    var isVoiceFixed = false

    private static let realtimeMembers: Set<String> = [
        "type", "object", "id", "model", "expires_at", "output_modalities", "instructions", "tools", "tool_choice",
        "parallel_tool_calls", "reasoning", "max_output_tokens", "truncation", "prompt", "tracing", "include", "audio",
        "temperature",
    ]
    private static let transcriptionMembers: Set<String> = ["type", "object", "id", "expires_at", "audio", "include"]
    private static let inputMembers: Set<String> = ["format", "noise_reduction", "transcription", "turn_detection"]
    private static let outputMembers: Set<String> = ["format", "voice", "speed"]

    static let serverVAD: JSONValue = [
        "type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 200,
        "idle_timeout_ms": nil, "create_response": true, "interrupt_response": true,
    ]
    static let semanticVAD: JSONValue = [
        "type": "semantic_vad", "eagerness": "auto", "create_response": true, "interrupt_response": true,
    ]

    init(opening: RealtimeOpening, id: String, expiresAt: Int64) {
        self.isTranscription = opening.isTranscription
        let format = SimulatedAudioFormat.pcm.json
        let expiry = JSONValue.integer(Int(expiresAt))
        if opening.isTranscription {
            self.json = [
                "type": "transcription", "object": "realtime.transcription_session", "id": .string(id),
                "expires_at": expiry, "include": nil,
                "audio": [
                    "input": [
                        "format": format, "noise_reduction": nil, "transcription": ["model": .string(opening.model)],
                        "turn_detection": Self.serverVAD,
                    ]
                ],
            ]
        } else {
            self.json = [
                "type": "realtime", "object": "realtime.session", "id": .string(id), "model": .string(opening.model),
                "expires_at": expiry, "output_modalities": ["audio"],
                "instructions": "You are the Longwire simulator. Repeat what you hear.",
                "tools": [], "tool_choice": "auto", "max_output_tokens": "inf", "truncation": "auto", "prompt": nil,
                "tracing": nil, "include": nil,
                "audio": [
                    "input": [
                        "format": format, "noise_reduction": nil, "transcription": nil,
                        "turn_detection": Self.serverVAD,
                    ],
                    "output": ["format": format, "voice": "marin", "speed": 1.0],
                ],
            ]
        }
    }

    /// Merges an update, all of it or nothing.
    mutating func update(_ patch: JSONValue) throws(RealtimeRefusal) {
        guard let type = patch["type"] else { throw .missing("session.type") }
        guard type.string == (self.isTranscription ? "transcription" : "realtime") else {
            throw .invalid("session.type", "this session was opened as the other type.")
        }
        try Self.checkMembers(
            of: patch,
            at: "session",
            allowed: self.isTranscription ? Self.transcriptionMembers : Self.realtimeMembers
        )
        if let model = patch["model"], model != self.json["model"] {
            throw .invalid("session.model", "the model of a session is fixed when it opens.")
        }
        try SessionValues.check(patch, at: "session")
        var merged = self.json
        for member in patch.members where !["audio", "type", "id", "object", "expires_at"].contains(member.key) {
            merged[member.key] = member.value
        }
        if let audio = patch["audio"], !audio.isNull {
            merged["audio"] = try self.mergedAudio(audio)
        }
        self.json = merged
    }

    private func mergedAudio(_ patch: JSONValue) throws(RealtimeRefusal) -> JSONValue {
        guard patch.isObject else { throw .invalid("session.audio", "an object is expected.") }
        let sides: Set<String> = self.isTranscription ? ["input"] : ["input", "output"]
        try Self.checkMembers(of: patch, at: "session.audio", allowed: sides)
        var audio = self.json["audio"] ?? [:]
        if var input = patch["input"], !input.isNull {
            try Self.checkMembers(of: input, at: "session.audio.input", allowed: Self.inputMembers)
            if let detection = input["turn_detection"], detection.isObject {
                let defaults = detection["type"]?.string == "semantic_vad" ? Self.semanticVAD : Self.serverVAD
                input["turn_detection"] = defaults.overlaid(with: detection)
            }
            audio["input"] = (audio["input"] ?? [:]).overlaid(with: input)
        }
        if let output = patch["output"], !output.isNull {
            try Self.checkMembers(of: output, at: "session.audio.output", allowed: Self.outputMembers)
            if self.isVoiceFixed, let voice = output["voice"], voice != audio["output"]?["voice"] {
                throw RealtimeRefusal(
                    code: "cannot_update_voice",
                    message: "Cannot update a conversation's voice if assistant audio is present.",
                    param: "session.audio.output.voice"
                )
            }
            audio["output"] = (audio["output"] ?? [:]).overlaid(with: output)
        }
        return audio
    }

    private static func checkMembers(
        of json: JSONValue,
        at path: String,
        allowed: Set<String>
    ) throws(RealtimeRefusal) {
        guard json.isObject else { throw .invalid(path, "an object is expected.") }
        for member in json.members where !allowed.contains(member.key) {
            throw .unknown("\(path).\(member.key)")
        }
    }

    private var input: JSONValue { self.json["audio"]?["input"] ?? [:] }

    var inputFormat: SimulatedAudioFormat { SimulatedAudioFormat(self.input["format"]) ?? .pcm }

    /// The transcription model, when input is transcribed.
    var transcriptionModel: String? {
        guard let transcription = self.input["transcription"], transcription.isObject else { return nil }
        return transcription["model"]?.string ?? "sim-transcribe"
    }

    var turnDetection: TurnDetection? {
        guard let json = self.input["turn_detection"], json.isObject else { return nil }
        let isSemantic = json["type"]?.string == "semantic_vad"
        return TurnDetection(
            threshold: json["threshold"]?.double ?? 0.5,
            paddingMilliseconds: json["prefix_padding_ms"]?.integer ?? 300,
            silenceMilliseconds: json["silence_duration_ms"]?.integer ?? (isSemantic ? 400 : 200),
            createsResponse: !self.isTranscription && (json["create_response"]?.bool ?? true),
            interruptsResponse: json["interrupt_response"]?.bool ?? true
        )
    }
}
