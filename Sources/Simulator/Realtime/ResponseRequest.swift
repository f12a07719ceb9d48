// What one response is asked to be: the session's settings with the overrides of `response.create` laid over them.

import Dialects

/// The settings of one response.
struct ResponseRequest: Sendable {
    /// Out of band: it neither sees nor changes the default conversation.
    let isOutOfBand: Bool
    /// Items given with the request, instead of the conversation.
    let input: [JSONValue]?
    /// Instructions of this very response.
    let instructions: String?
    let sessionInstructions: String
    let speaks: Bool
    let tools: [ToolDefinition]
    let toolsText: String
    let toolChoice: ToolChoice
    let allowsParallelCalls: Bool
    /// The cap on output tokens; nil is none.
    let maxTokens: Int?
    let metadata: JSONValue
    let format: SimulatedAudioFormat
    let voice: JSONValue
    let speed: Double

    private static let members: Set<String> = [
        "conversation", "input", "instructions", "output_modalities", "audio", "tools", "tool_choice",
        "parallel_tool_calls", "max_output_tokens", "metadata", "prompt", "reasoning",
    ]
    private static let metadataPairs = 16

    /// Reads the overrides, absent or an object.
    init(overrides: JSONValue?, session: JSONValue) throws(RealtimeRefusal) {
        let given = overrides ?? [:]
        let overrides = given.isNull ? [:] : given
        guard overrides.isObject else { throw .invalid("response", "an object is expected.") }
        for member in overrides.members where !Self.members.contains(member.key) {
            throw .unknown("response.\(member.key)")
        }
        try SessionValues.check(overrides, at: "response")
        switch overrides["conversation"] {
        case nil, .null?, "auto"?: self.isOutOfBand = false
        case "none"?: self.isOutOfBand = true
        case .some: throw .invalid("response.conversation", "supported are 'auto' and 'none'.")
        }
        let metadata = overrides["metadata"] ?? .null
        guard metadata.isNull || (metadata.isObject && metadata.members.count <= Self.metadataPairs) else {
            throw .invalid("response.metadata", "an object of at most \(Self.metadataPairs) pairs is expected.")
        }
        self.metadata = metadata
        if let input = overrides["input"], !input.isNull {
            guard input.isArray, input.elements.count <= SimulatorLimits.conversationItems else {
                throw .invalid("response.input", "an array of items is expected.")
            }
            self.input = input.elements
        } else {
            self.input = nil
        }
        self.instructions = overrides["instructions"]?.string
        self.sessionInstructions = session["instructions"]?.string ?? ""
        self.speaks = (overrides["output_modalities"] ?? session["output_modalities"]) != ["text"]
        let tools = overrides["tools"] ?? session["tools"]
        self.tools = ToolDefinition.list(tools)
        self.toolsText = tools.map { $0.elements.isEmpty ? "" : $0.text } ?? ""
        self.toolChoice = ToolChoice(overrides["tool_choice"] ?? session["tool_choice"])
        self.allowsParallelCalls =
            (overrides["parallel_tool_calls"] ?? session["parallel_tool_calls"])?.bool ?? true
        self.maxTokens = (overrides["max_output_tokens"] ?? session["max_output_tokens"])?.integer
        let output = (session["audio"]?["output"] ?? [:]).overlaid(with: overrides["audio"]?["output"] ?? [:])
        self.format = SimulatedAudioFormat(output["format"]) ?? .pcm
        self.voice = output["voice"] ?? "marin"
        self.speed = output["speed"]?.double ?? 1
    }

    /// The voice's name, for the synthesizer.
    var voiceName: String { self.voice.string ?? self.voice["id"]?.string ?? "marin" }

    var synthesizer: SpeechSynthesizer {
        SpeechSynthesizer(format: self.format, voice: self.voiceName, speed: self.speed)
    }
}
