// What one response is made with: the session's settings under those of its `response.create` (realtime §4).

import Dialects

/// Settings of one response.
struct ResponseSettings: Sendable {
    /// The session's members with the response's laid over them.
    private let value: JSONValue
    /// With `conversation: "none"`: nothing of it goes into the conversation.
    let isOutOfBand: Bool
    /// What the client wants echoed; nil for nothing.
    let metadata: JSONValue?
    /// Items that the model is shown in place of the conversation.
    private(set) var input: [JSONValue]?
    let tools: [FunctionTool]
    let toolChoice: ToolChoice?

    private static let members: Set<String> = [
        "conversation", "input", "instructions", "output_modalities", "audio", "tools", "tool_choice",
        "parallel_tool_calls", "max_output_tokens", "metadata", "prompt", "reasoning", "temperature",
    ]

    /// `overrides` is the `response` of the event, if it has one.
    init(session: JSONValue, overrides: JSONValue?, check: SettingsCheck) throws(SessionRefusal) {
        let overrides = overrides ?? [:]
        try SettingsCheck.members(overrides, of: "response", allowed: Self.members)
        var told = overrides
        for member in overrides.members where member.value.isNull { told[member.key] = nil }
        try check.common(told, at: "response")
        self.isOutOfBand = try Self.isOutOfBand(told["conversation"])
        self.metadata = try Self.metadata(told["metadata"], limits: check.limits)
        if let input = told["input"] {
            guard input.isArray else { throw .type("response.input", "an array") }
            guard input.elements.count <= check.limits.historyItems else {
                throw .value("response.input", "at most \(check.limits.historyItems) items are taken.")
            }
            self.input = input.elements
        } else {
            self.input = nil
        }
        var value = session
        for member in told.members where !["audio", "input", "metadata"].contains(member.key) {
            value[member.key] = member.value
        }
        if let audio = told["audio"] {
            try SettingsCheck.members(audio, of: "response.audio", allowed: ["output"])
            if let output = audio["output"], !output.isNull {
                try check.audioOutput(output, at: "response.audio.output")
                var merged = session["audio"]?["output"] ?? [:]
                for member in output.members where !member.value.isNull { merged[member.key] = member.value }
                value["audio"] = ["output": merged]
            }
        }
        try check.size(value, at: "response")
        self.value = value
        let tools = (value["tools"]?.elements ?? []).compactMap(Self.tool)
        self.tools = tools
        self.toolChoice = try Self.toolChoice(value["tool_choice"], told: told, tools: tools)
    }

    private static func isOutOfBand(_ value: JSONValue?) throws(SessionRefusal) -> Bool {
        guard let value else { return false }
        switch value.string {
        case "auto"?: return false
        case "none"?: return true
        case .some: throw .value("response.conversation", "supported are 'auto' and 'none'.")
        case nil: throw .type("response.conversation", "a string")
        }
    }

    private static func metadata(
        _ value: JSONValue?,
        limits: ConversationLimits
    ) throws(SessionRefusal) -> JSONValue? {
        guard let value else { return nil }
        guard value.isObject else { throw .type("response.metadata", "an object") }
        guard value.members.count <= limits.metadataPairs else {
            throw .value("response.metadata", "at most \(limits.metadataPairs) pairs are taken.")
        }
        for member in value.members {
            let name = SessionRefusal.shortened(member.key)
            guard let text = member.value.string else { throw .type("response.metadata.\(name)", "a string") }
            guard member.key.utf8.count <= limits.metadataNameBytes, text.utf8.count <= limits.metadataValueBytes
            else {
                throw .value(
                    "response.metadata.\(name)",
                    "names of at most \(limits.metadataNameBytes) and values of at most "
                        + "\(limits.metadataValueBytes) bytes are expected."
                )
            }
        }
        return value
    }

    private static func tool(_ value: JSONValue) -> FunctionTool? {
        guard let name = value["name"]?.string else { return nil }
        let parameters = value["parameters"].flatMap { $0.isObject ? $0 : nil }
        return FunctionTool(
            name: name,
            description: value["description"]?.string,
            parameters: parameters,
            isStrict: value["strict"]?.bool
        )
    }

    /// Nil where there is nothing to choose among; a choice of the session's does not outlive tools that the response
    /// replaces.
    private static func toolChoice(
        _ value: JSONValue?,
        told: JSONValue,
        tools: [FunctionTool]
    ) throws(SessionRefusal) -> ToolChoice? {
        let isInherited = told["tool_choice"] == nil && told["tools"] != nil
        let path = told["tool_choice"] == nil ? "session.tool_choice" : "response.tool_choice"
        if let name = value?["name"]?.string {
            if tools.contains(where: { $0.name == name }) { return .function(name: name) }
            if isInherited { return nil }
            throw .value(path, "there is no tool '\(SessionRefusal.shortened(name))'.")
        }
        switch value?.string {
        case "required"?:
            if !tools.isEmpty { return .required }
            if isInherited { return nil }
            throw .value(path, "there are no tools, so none can be required.")
        case "none"?: return tools.isEmpty ? nil : ToolChoice.none
        default: return tools.isEmpty ? nil : .auto
        }
    }

    /// Hands the input over: once it is read, its JSON is of no more use.
    mutating func takeInput() -> [JSONValue]? {
        defer { input = nil }
        return input
    }

    // MARK: What is made of it

    var speaks: Bool { value["output_modalities"] == ["audio"] }

    var maximumTokens: Int? { value["max_output_tokens"]?.integer }

    var audioFormat: AudioFormat { AudioFormat(value["audio"]?["output"]?["format"]) }

    /// The voice's name, or its id.
    var voice: String? {
        let voice = value["audio"]?["output"]?["voice"]
        return voice?.string ?? voice?["id"]?.string
    }

    var speed: Double { value["audio"]?["output"]?["speed"]?.double ?? 1 }

    /// A request that says everything but the conversation.
    var request: GenerationRequest {
        var request = GenerationRequest(model: "")
        request.isStream = true
        request.includesUsage = true
        if let text = value["instructions"]?.string, !text.isEmpty { request.system = [text] }
        request.tools = tools
        request.toolChoice = toolChoice
        request.allowsParallelToolCalls = tools.isEmpty ? nil : value["parallel_tool_calls"]?.bool
        request.maximumTokens = maximumTokens
        request.sampling.temperature = value["temperature"]?.double
        if let effort = value["reasoning"]?["effort"]?.string.flatMap(Reasoning.Effort.init(rawValue:)) {
            request.reasoning = Reasoning(effort: effort)
        }
        return request
    }

    /// What the response object shows of them (realtime §6).
    var shown: [JSONField] {
        var fields = [
            JSONField("output_modalities", value["output_modalities"] ?? ["text"]),
            JSONField("max_output_tokens", value["max_output_tokens"] ?? "inf"),
        ]
        if speaks {
            let output = value["audio"]?["output"] ?? [:]
            fields.append(
                JSONField("audio", ["output": ["format": output["format"] ?? nil, "voice": output["voice"] ?? nil]])
            )
        }
        fields.append(JSONField("metadata", metadata ?? nil))
        return fields
    }
}
