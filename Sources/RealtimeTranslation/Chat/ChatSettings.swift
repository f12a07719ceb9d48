// The session object of a chat model (realtime §3) and how `session.update` changes it.
//
// Kept as the JSON that the client sees. An update is a merge: an absent member keeps its value, `""`, `[]` and null clear
// it. Nothing changes when any part of an update is refused.

import Dialects

/// A session's settings.
struct ChatSettings: Sendable {
    private(set) var value: JSONValue

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
    }
}
