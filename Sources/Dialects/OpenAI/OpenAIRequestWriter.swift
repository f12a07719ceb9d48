// A request in no provider's words as the body of `POST /v1/chat/completions` (protocol: http §1.1, §4, §7).
//
// Members of other dialects without an equivalent are told in `dropped`; numbers out of range are clamped. A stream always
// asks for its usage: the relay meters it, and leaves the usage chunk out for a client that did not ask.

/// Writes chat completion requests.
package enum OpenAIRequestWriter {
    /// The most stop sequences that the dialect takes.
    package static let stopSequences = 4

    /// `model` is the model as the upstream calls it.
    package static func write(
        _ request: GenerationRequest,
        model: String,
        options: ConversionOptions
    ) throws(ConversionRefusal) -> TranslatedRequest {
        var body: [JSONField] = [JSONField("model", .string(model))]
        var dropped = request.untranslated
        body.append(JSONField("messages", .array(try OpenAIMessageWriter.messages(of: request))))
        try writeTools(request, to: &body)
        try writeBounds(request, to: &body)
        writeSampling(request.sampling, to: &body, dropped: &dropped)
        writeShape(request, to: &body)
        if let tier = request.serviceTier { body.append(JSONField("service_tier", .string(tier))) }
        if let user = request.userID { body.append(JSONField("user", .string(user))) }
        if request.isStream {
            body.append(JSONField("stream", true))
            body.append(JSONField("stream_options", ["include_usage": true]))
        }
        if options.isStrict, let first = dropped.first {
            throw ConversionRefusal(
                code: "unsupported_parameter",
                param: first,
                message: "'\(first)' cannot be translated for the provider of this model, and translation is strict."
            )
        }
        return TranslatedRequest(body: JSONValue.object(body).rendered, dropped: dropped)
    }

    private static func writeTools(
        _ request: GenerationRequest,
        to body: inout [JSONField]
    ) throws(ConversionRefusal) {
        guard !request.tools.isEmpty else {
            // The dialect takes no choice without tools; none and auto say nothing then.
            switch request.toolChoice {
            case nil, .auto, ToolChoice.none?, .allowed(_, isRequired: false): return
            case .required, .function, .allowed(_, isRequired: true):
                throw ConversionRefusal(
                    code: "invalid_value",
                    param: "tool_choice",
                    message: "A tool call is required, but the request has no tools."
                )
            }
        }
        let tools = request.tools.map { tool -> JSONValue in
            var function: [JSONField] = [JSONField("name", .string(tool.name))]
            if let description = tool.description { function.append(JSONField("description", .string(description))) }
            if let parameters = tool.parameters { function.append(JSONField("parameters", parameters)) }
            if let isStrict = tool.isStrict { function.append(JSONField("strict", .bool(isStrict))) }
            return ["type": "function", "function": .object(function)]
        }
        body.append(JSONField("tools", .array(tools)))
        if let choice = request.toolChoice { body.append(JSONField("tool_choice", toolChoice(choice))) }
        if let allows = request.allowsParallelToolCalls { body.append(JSONField("parallel_tool_calls", .bool(allows))) }
    }

    private static func toolChoice(_ choice: ToolChoice) -> JSONValue {
        func named(_ name: String) -> JSONValue { ["type": "function", "function": ["name": .string(name)]] }
        switch choice {
        case .auto: return "auto"
        case .none: return "none"
        case .required: return "required"
        case .function(let name): return named(name)
        case .allowed(let names, let isRequired):
            if isRequired, names.count == 1 { return named(names[0]) }
            return [
                "type": "allowed_tools",
                "allowed_tools": [
                    "mode": isRequired ? "required" : "auto", "tools": .array(names.map(named)),
                ],
            ]
        }
    }

    private static func writeBounds(
        _ request: GenerationRequest,
        to body: inout [JSONField]
    ) throws(ConversionRefusal) {
        if let maximum = request.maximumTokens {
            body.append(JSONField("max_completion_tokens", .integer(max(1, maximum))))
        }
        if let count = request.candidateCount, count > 1 { body.append(JSONField("n", .integer(count))) }
        guard request.stop.count <= stopSequences else {
            throw ConversionRefusal(
                code: "unsupported_value",
                param: "stop",
                message: "The provider of this model takes at most \(stopSequences) stop sequences."
            )
        }
        if !request.stop.isEmpty { body.append(JSONField("stop", .array(request.stop.map(JSONValue.string)))) }
    }

    private static func writeSampling(_ sampling: Sampling, to body: inout [JSONField], dropped: inout [String]) {
        func write(_ name: String, _ value: Double?, _ range: ClosedRange<Double>) {
            guard let value, value.isFinite else { return }
            let clamped = min(max(value, range.lowerBound), range.upperBound)
            // Whole numbers are written without a fraction, as clients write them.
            body.append(JSONField(name, Int(exactly: clamped).map(JSONValue.integer) ?? .number(clamped)))
        }
        write("temperature", sampling.temperature, 0...2)
        write("top_p", sampling.topP, 0...1)
        write("presence_penalty", sampling.presencePenalty, -2...2)
        write("frequency_penalty", sampling.frequencyPenalty, -2...2)
        if let seed = sampling.seed { body.append(JSONField("seed", .integer(seed))) }
        if sampling.topK != nil, !dropped.contains("top_k") { dropped.append("top_k") }
    }

    private static func writeShape(_ request: GenerationRequest, to body: inout [JSONField]) {
        if let alternatives = request.logprobs {
            body.append(JSONField("logprobs", true))
            if alternatives > 0 { body.append(JSONField("top_logprobs", .integer(min(alternatives, 20)))) }
        }
        switch request.outputFormat {
        case nil, .text: break
        case .jsonObject: body.append(JSONField("response_format", ["type": "json_object"]))
        case .jsonSchema(let name, let description, let schema, let isStrict):
            // The dialect demands a name.
            var wrapper: [JSONField] = [JSONField("name", .string(name ?? "response"))]
            if let description { wrapper.append(JSONField("description", .string(description))) }
            wrapper.append(JSONField("schema", schema))
            if let isStrict { wrapper.append(JSONField("strict", .bool(isStrict))) }
            body.append(JSONField("response_format", ["type": "json_schema", "json_schema": .object(wrapper)]))
        }
        if let effort = request.reasoning.flatMap(effort) {
            body.append(JSONField("reasoning_effort", .string(effort.rawValue)))
        }
    }

    /// The dialect has no budgets: each becomes the highest effort whose usual budget it reaches (http §4.3).
    private static func effort(_ reasoning: Reasoning) -> Reasoning.Effort? {
        if let effort = reasoning.effort { return effort }
        guard let budget = reasoning.budgetTokens, !reasoning.isAdaptive else { return nil }
        switch budget {
        case ..<0: return nil
        case 0: return Reasoning.Effort.none
        case ..<8_192: return .low
        case ..<16_384: return .medium
        default: return .high
        }
    }
}
