// The first message of a Gemini Live session: what it is to be (realtime reference §14.2).

import Dialects

/// Why a message ends the session: the close code and the words that go with it.
struct LiveRefusal: Error, Equatable {
    let code: UInt16
    let reason: String

    static func badArgument(_ reason: String) -> LiveRefusal { LiveRefusal(code: 1_007, reason: reason) }
    static func notFound(_ reason: String) -> LiveRefusal { LiveRefusal(code: 1_008, reason: reason) }
}

/// A session's settings.
struct LiveSetup: Sendable {
    private static let names = [
        "model", "generationConfig", "systemInstruction", "tools", "realtimeInputConfig", "inputAudioTranscription",
        "outputAudioTranscription", "sessionResumption", "contextWindowCompression", "proactivity", "historyConfig",
        "safetySettings", "labels", "explicitVadSignal", "avatarConfig",
    ]

    let model: SimulatedModel
    let speaks: Bool
    let voice: String
    let maxTokens: Int?
    var instructions: String
    var tools: [ToolDefinition]
    var toolsText: String
    /// Whether the session finds the beginning and the end of speech itself.
    let detects: Bool
    let detector: VoiceActivityDetector
    let paddingMilliseconds: Int
    let interrupts: Bool
    let transcribesInput: Bool
    let transcribesOutput: Bool
    let resumes: Bool
    let isTransparent: Bool
    let handle: String?

    init(_ json: JSONValue) throws(LiveRefusal) {
        if let name = json.unknownName(beyond: Self.names) {
            throw .badArgument("Unknown name \"\(name.prefix(40))\" at 'setup': Cannot find field.")
        }
        let path = json["model"]?.string ?? ""
        let name = path.hasPrefix("models/") ? String(path.dropFirst(7)) : path
        guard let model = SimulatedModel(named: name) else {
            throw .notFound("\(path.prefix(60)) is not found, or is not supported for bidiGenerateContent.")
        }
        self.model = model
        let generation = json.proto("generationConfig") ?? [:]
        let modalities = (generation.proto("responseModalities")?.elements ?? []).compactMap(\.string)
        guard modalities.count <= 1 else { throw .badArgument("At most one response modality can be set.") }
        guard modalities.allSatisfy({ ["AUDIO", "TEXT"].contains($0) }) else {
            throw .badArgument("Invalid value at 'setup.generation_config.response_modalities'.")
        }
        self.speaks = modalities != ["TEXT"]
        let voiceConfig = generation.proto("speechConfig")?.proto("voiceConfig")?.proto("prebuiltVoiceConfig")
        self.voice = voiceConfig?.proto("voiceName")?.string ?? "Puck"
        self.maxTokens = generation.proto("maxOutputTokens")?.protoInteger
        self.instructions = Self.text(of: json.proto("systemInstruction"))
        self.tools = Self.tools(json["tools"])
        self.toolsText = json["tools"].map { $0.elements.isEmpty ? "" : $0.text } ?? ""
        let input = json.proto("realtimeInputConfig") ?? [:]
        let detection = input.proto("automaticActivityDetection") ?? [:]
        self.detects = detection["disabled"]?.bool != true
        self.paddingMilliseconds = detection.proto("prefixPaddingMs")?.protoInteger ?? 20
        self.detector = VoiceActivityDetector(
            threshold: Self.threshold(detection.proto("startOfSpeechSensitivity")?.string),
            paddingMilliseconds: self.paddingMilliseconds,
            silenceMilliseconds: detection.proto("silenceDurationMs")?.protoInteger ?? 500
        )
        self.interrupts = input.proto("activityHandling")?.string != "NO_INTERRUPTION"
        self.transcribesInput = json.proto("inputAudioTranscription")?.isObject ?? false
        self.transcribesOutput = json.proto("outputAudioTranscription")?.isObject ?? false
        let resumption = json.proto("sessionResumption")
        self.resumes = resumption?.isObject ?? false
        self.isTransparent = resumption?["transparent"]?.bool ?? false
        self.handle = resumption?["handle"]?.string.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Lays a `contextUpdate` over the settings.
    mutating func update(_ json: JSONValue) {
        if let instruction = json.proto("systemInstruction") { self.instructions = Self.text(of: instruction) }
        guard let tools = json["tools"] else { return }
        let list = tools.isArray ? tools : tools["tools"] ?? []
        self.tools = Self.tools(list)
        self.toolsText = list.elements.isEmpty ? "" : list.text
    }

    private static func threshold(_ sensitivity: String?) -> Double {
        switch sensitivity {
        case "START_SENSITIVITY_HIGH": 0.3
        case "START_SENSITIVITY_LOW": 0.7
        default: 0.5
        }
    }

    /// The words of a content's parts.
    static func text(of content: JSONValue?) -> String {
        if let text = content?.string { return text }
        return (content?["parts"]?.elements ?? []).compactMap { $0["text"]?.string }.joined(separator: "\n")
    }

    // MARK: Tools

    private static func tools(_ json: JSONValue?) -> [ToolDefinition] {
        let declarations = (json?.elements ?? []).flatMap { $0.proto("functionDeclarations")?.elements ?? [] }
        return declarations.prefix(SimulatorLimits.tools).compactMap { declaration in
            let schema = declaration.proto("parametersJsonSchema") ?? declaration["parameters"] ?? [:]
            return ToolDefinition([
                "type": "function", "name": declaration["name"] ?? .null, "parameters": self.lowered(schema, depth: 0),
            ])
        }
    }

    /// Gemini's schemas name their types in capitals.
    private static func lowered(_ schema: JSONValue, depth: Int) -> JSONValue {
        guard depth < SimulatorLimits.schemaDepth * 2 else { return schema }
        switch schema {
        case .object(let members):
            return .object(
                members.map { member in
                    if member.key == "type", let type = member.value.string {
                        return JSONField("type", .string(type.lowercased()))
                    }
                    return JSONField(member.key, self.lowered(member.value, depth: depth + 1))
                }
            )
        case .array(let elements): return .array(elements.map { self.lowered($0, depth: depth + 1) })
        case .null, .bool, .integer, .decimal, .string: return schema
        }
    }
}
