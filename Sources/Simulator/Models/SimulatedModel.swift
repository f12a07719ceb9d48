// The models the simulator has: a short catalogue, families of well-known names, and the fault models.

/// One model of the simulator.
package struct SimulatedModel: Equatable, Sendable {
    /// The name the client asked for; answers carry it.
    package let name: String
    /// What goes wrong with it.
    package let fault: FaultModel?

    /// How fast it speaks.
    package var pace: Pace {
        self.fault == .slow ? .slow : .usual
    }

    /// Models that `GET /v1/models` lists, in that order.
    package static let listed: [(name: String, capabilities: [String])] = [
        ("sim-realtime", ["realtime", "function_calling", "transcription", "vision"]),
        ("sim-realtime-mini", ["realtime", "function_calling", "transcription", "vision"]),
        ("sim-chat", ["chat", "function_calling", "vision"]),
        ("sim-transcribe", ["transcription"]),
        ("sim-live", ["realtime", "function_calling", "transcription", "vision"]),
        ("sim-speech", ["speech"]),
    ]

    /// Families whose names pass too, so that a program written for the provider runs unchanged.
    private static let families = ["gpt-", "whisper-1", "tts-1", "o1", "o3", "o4", "gemini-"]

    /// Looks a name up; nil when the simulator has no such model.
    package init?(named name: String) {
        self.name = name
        self.fault = FaultModel(modelName: name)
        let isListed = Self.listed.contains { $0.name == name }
        let isFamiliar = Self.families.contains { name.hasPrefix($0) }
        guard self.fault != nil || isListed || isFamiliar else { return nil }
    }
}

/// How long the parts of an answer take.
package struct Pace: Equatable, Sendable {
    /// From the request to the first event of the answer's content.
    package let thinking: Int64
    /// Between two pieces of text.
    package let perPiece: Int64
    /// How many milliseconds of audio one millisecond of time brings.
    package let audioSpeed: Int64

    package static let usual = Pace(thinking: 120_000_000, perPiece: 25_000_000, audioSpeed: 5)
    package static let slow = Pace(thinking: 1_200_000_000, perPiece: 250_000_000, audioSpeed: 1)
}
