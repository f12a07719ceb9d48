// A request as Gemini takes it (protocol: http §3.2, §4.1 to §4.4, §7). The model and whether a stream is wanted stand in the
// path, not here.

/// Writes Gemini requests.
package enum GeminiRequestWriter {
    /// Gemini takes no more.
    package static let maximumStopSequences = 5

    package static func write(
        _ request: GenerationRequest,
        model: String,
        options: ConversionOptions
    ) throws(ConversionRefusal) -> TranslatedRequest {
        var dropped = request.untranslated
        var body = try Self.conversation(request, dropped: &dropped)
        if let config = try Self.generationConfig(request, model: model, dropped: &dropped) {
            body["generationConfig"] = config
        }
        return try Self.finish(body, dropped: dropped, options: options)
    }

    /// The body for `…:countTokens`, which knows instructions and tools only within a whole request.
    package static func writeCount(
        _ request: GenerationRequest,
        model: String,
        options: ConversionOptions
    ) throws(ConversionRefusal) -> TranslatedRequest {
        var dropped: [String] = []
        var inner: JSONValue = ["model": .string(model.hasPrefix("models/") ? model : "models/\(model)")]
        for member in try Self.conversation(request, dropped: &dropped).members { inner[member.key] = member.value }
        return try Self.finish(["generateContentRequest": inner], dropped: dropped, options: options)
    }

    /// What the prompt is made of.
    private static func conversation(
        _ request: GenerationRequest,
        dropped: inout [String]
    ) throws(ConversionRefusal) -> JSONValue {
        var body: JSONValue = ["contents": try GeminiContentWriter.contents(request.messages, dropped: &dropped)]
        let system = request.system.filter { !$0.isEmpty }.joined(separator: "\n")
        if !system.isEmpty { body["systemInstruction"] = ["parts": [["text": .string(system)]]] }
        let tools = Self.tools(request)
        guard !tools.isEmpty else { return body }
        if tools.contains(where: { $0.isStrict == true }) { dropped.append("strict") }
        body["tools"] = [["functionDeclarations": .array(tools.map(Self.declaration))]]
        if let config = Self.callingConfig(request.toolChoice) {
            body["toolConfig"] = ["functionCallingConfig": config]
        }
        return body
    }

    /// Gemini cannot restrict tools that need not be called: the others are left out.
    private static func tools(_ request: GenerationRequest) -> [FunctionTool] {
        guard case .allowed(let names, isRequired: false)? = request.toolChoice else { return request.tools }
        return request.tools.filter { names.contains($0.name) }
    }

    private static func declaration(_ tool: FunctionTool) -> JSONValue {
        var declaration: JSONValue = ["name": .string(tool.name)]
        if let description = tool.description { declaration["description"] = .string(description) }
        if let parameters = tool.parameters { declaration["parametersJsonSchema"] = parameters }
        return declaration
    }

    private static func callingConfig(_ choice: ToolChoice?) -> JSONValue? {
        switch choice {
        case nil: nil
        case .auto?, .allowed(_, isRequired: false)?: ["mode": "AUTO"]
        case ToolChoice.none?: ["mode": "NONE"]
        case .required?: ["mode": "ANY"]
        case .function(let name)?: ["mode": "ANY", "allowedFunctionNames": [.string(name)]]
        case .allowed(let names, isRequired: true)?:
            ["mode": "ANY", "allowedFunctionNames": .array(names.map(JSONValue.string))]
        }
    }

    private static func generationConfig(
        _ request: GenerationRequest,
        model: String,
        dropped: inout [String]
    ) throws(ConversionRefusal) -> JSONValue? {
        var config: JSONValue = .object([])
        let sampling = request.sampling
        if let value = sampling.temperature { config["temperature"] = .number(value) }
        if let value = sampling.topP { config["topP"] = .number(value) }
        if let value = sampling.topK { config["topK"] = .integer(value) }
        if let count = request.candidateCount, count != 1 { config["candidateCount"] = .integer(count) }
        if let maximum = request.maximumTokens { config["maxOutputTokens"] = .integer(maximum) }
        if !request.stop.isEmpty { config["stopSequences"] = try Self.stopSequences(request.stop) }
        if let value = sampling.presencePenalty { config["presencePenalty"] = .number(value) }
        if let value = sampling.frequencyPenalty { config["frequencyPenalty"] = .number(value) }
        if let seed = sampling.seed {
            // Gemini's seeds have 32 bits.
            if Int32(exactly: seed) != nil { config["seed"] = .integer(seed) } else { dropped.append("seed") }
        }
        if let logprobs = request.logprobs {
            config["responseLogprobs"] = true
            if logprobs > 0 { config["logprobs"] = .integer(logprobs) }
        }
        switch request.outputFormat {
        case nil, .text?:
            break
        case .jsonObject?:
            config["responseMimeType"] = "application/json"
        case .jsonSchema(_, _, let schema, _)?:
            config["responseMimeType"] = "application/json"
            config["responseJsonSchema"] = schema
        }
        if let thinking = GeminiThinking.config(request.reasoning, model: model) { config["thinkingConfig"] = thinking }
        if request.allowsParallelToolCalls == false { dropped.append("parallel_tool_calls") }
        if request.userID != nil { dropped.append("user") }
        if let tier = request.serviceTier, tier != "auto" { dropped.append("service_tier") }
        guard !config.members.isEmpty else { return nil }
        return config
    }

    private static func stopSequences(_ stop: [String]) throws(ConversionRefusal) -> JSONValue {
        guard stop.count <= Self.maximumStopSequences else {
            throw ConversionRefusal(
                code: "unsupported_value",
                param: "stop_sequences",
                message: "Gemini takes at most \(Self.maximumStopSequences) stop sequences."
            )
        }
        return .array(stop.map(JSONValue.string))
    }

    private static func finish(
        _ body: JSONValue,
        dropped: [String],
        options: ConversionOptions
    ) throws(ConversionRefusal) -> TranslatedRequest {
        var once: [String] = []
        for name in dropped where !once.contains(name) { once.append(name) }
        if options.isStrict, let first = once.first {
            throw ConversionRefusal(
                code: "unsupported_parameter",
                param: first,
                message: "Gemini does not support '\(first)', and the relay is set to leave nothing out."
            )
        }
        return TranslatedRequest(body: body.rendered, dropped: once)
    }
}
