// A request in no provider's words to the body of `POST /v1/messages` or of `/v1/messages/count_tokens` as version
// 2023-06-01 has it (protocol: http §2.1, §2.2, §4.1-§4.4, §7).
//
// What was decided where http.md leaves a choice: system texts are one string, joined by line feeds; a conversation that
// the assistant begins is given a user message before it; JSON without a schema is asked for in the system text; `strict`
// of a tool is left out, as not every model takes it; a bound that the client set is never raised, so thinking that does
// not fit below it is made shorter or left out.

/// Writes requests in the Claude dialect.
package struct ClaudeRequestWriter {
    /// Said when a client asks for JSON and gives no schema.
    static let jsonInstruction = "Answer with a single valid JSON object and nothing else."

    let request: GenerationRequest
    let traits: ClaudeModelTraits
    let options: ConversionOptions
    private let model: String
    var dropped: [String] = []
    var ids = ClaudeToolIDs()

    private init(_ request: GenerationRequest, _ model: String, _ options: ConversionOptions) {
        self.request = request
        self.model = model
        self.options = options
        self.traits = ClaudeModelTraits(model: model)
    }

    /// A request for an answer; `model` is what the upstream calls it.
    package static func write(
        _ request: GenerationRequest,
        model: String,
        options: ConversionOptions
    ) throws(ConversionRefusal) -> TranslatedRequest {
        var writer = ClaudeRequestWriter(request, model, options)
        return try writer.translated(isCount: false)
    }

    /// A request to count the tokens of a request for an answer (§2.6).
    package static func writeCount(
        _ request: GenerationRequest,
        model: String,
        options: ConversionOptions
    ) throws(ConversionRefusal) -> TranslatedRequest {
        var writer = ClaudeRequestWriter(request, model, options)
        return try writer.translated(isCount: true)
    }

    private mutating func translated(isCount: Bool) throws(ConversionRefusal) -> TranslatedRequest {
        try refuseWhatClaudeCannot()
        let messages = try self.messages()
        let tools = try self.tools()
        let choice = try toolChoice(hasTools: !tools.isEmpty)
        let plan = try thinkingPlan(forcesTool: ["any", "tool"].contains(choice?["type"]?.string))
        var members = [JSONField("model", .string(model))]
        if !isCount { members.append(JSONField("max_tokens", .integer(plan.maximumTokens))) }
        let system = systemText
        if !system.isEmpty { members.append(JSONField("system", .string(system))) }
        members.append(JSONField("messages", .array(messages)))
        if !tools.isEmpty { members.append(JSONField("tools", .array(tools))) }
        if let choice { members.append(JSONField("tool_choice", choice)) }
        if let thinking = plan.thinking { members.append(JSONField("thinking", thinking)) }
        if let config = outputConfig(plan) { members.append(JSONField("output_config", config)) }
        let sampling = self.sampling(isThinking: plan.isThinking)
        if !isCount {
            members += sampling
            if request.isStream { members.append(JSONField("stream", true)) }
        }
        for name in request.untranslated { drop(name) }
        if options.isStrict, let first = dropped.first {
            throw ConversionRefusal(
                code: "unsupported_parameter",
                param: first,
                message: "Claude does not know \(dropped.map { "'\($0)'" }.joined(separator: ", "))"
                    + ", and this model's conversion is strict: leave it out."
            )
        }
        return TranslatedRequest(body: JSONValue.object(members).rendered, dropped: dropped)
    }

    /// Notes that a member goes no further.
    mutating func drop(_ name: String) {
        if !dropped.contains(name) { dropped.append(name) }
    }

    /// §7: what would change the meaning of the answer.
    private func refuseWhatClaudeCannot() throws(ConversionRefusal) {
        if let count = request.candidateCount, count > 1 {
            throw Self.unsupported("n", "Claude gives one answer to a request; ask several times instead.")
        }
        if request.logprobs != nil {
            throw Self.unsupported("logprobs", "Claude tells no log probabilities.")
        }
    }

    static func unsupported(_ param: String, _ message: String) -> ConversionRefusal {
        ConversionRefusal(code: "unsupported_value", param: param, message: message)
    }

    private var systemText: String {
        var texts = request.system.filter { !$0.allSatisfy(\.isWhitespace) }
        if request.outputFormat == .jsonObject { texts.append(Self.jsonInstruction) }
        return texts.joined(separator: "\n")
    }

    private func outputConfig(_ plan: ThinkingPlan) -> JSONValue? {
        var members: [JSONField] = []
        if let effort = plan.effort { members.append(JSONField("effort", .string(effort))) }
        if case .jsonSchema(_, _, let schema, _) = request.outputFormat {
            let format: JSONValue = ["type": "json_schema", "schema": ClaudeSchema.closed(schema)]
            members.append(JSONField("format", format))
        }
        return members.isEmpty ? nil : .object(members)
    }

    /// §4.3: what tunes, and is known to Claude; all else is dropped.
    private mutating func sampling(isThinking: Bool) -> [JSONField] {
        var members: [JSONField] = []
        let sampling = request.sampling
        if let temperature = sampling.temperature {
            let value = min(max(temperature, 0), 1)
            // Thinking takes the default only, which need not be said.
            if !isThinking {
                members.append(JSONField("temperature", Self.number(value)))
            } else if value != 1 {
                drop("temperature")
            }
        }
        if let topP = sampling.topP {
            let isBesideTemperature = !members.isEmpty && !traits.takesTemperatureWithTopP
            if !isBesideTemperature, !isThinking || topP >= 0.95 {
                members.append(JSONField("top_p", Self.number(topP)))
            } else if topP != 1 {
                drop("top_p")
            }
        }
        if let topK = sampling.topK {
            if isThinking { drop("top_k") } else { members.append(JSONField("top_k", .integer(topK))) }
        }
        if let penalty = sampling.presencePenalty, penalty != 0 { drop("presence_penalty") }
        if let penalty = sampling.frequencyPenalty, penalty != 0 { drop("frequency_penalty") }
        if sampling.seed != nil { drop("seed") }
        let stop = request.stop.filter { !$0.allSatisfy(\.isWhitespace) }
        if stop.count < request.stop.count { drop("stop") }
        if !stop.isEmpty { members.append(JSONField("stop_sequences", .array(stop.map(JSONValue.string)))) }
        if let user = request.userID { members.append(JSONField("metadata", ["user_id": .string(user)])) }
        switch request.serviceTier {
        case nil: break
        case "auto": members.append(JSONField("service_tier", "auto"))
        case "default": members.append(JSONField("service_tier", "standard_only"))
        default: drop("service_tier")
        }
        return members
    }

    /// A number as people write it: `1`, not `1.0`.
    private static func number(_ value: Double) -> JSONValue {
        Int(exactly: value).map(JSONValue.integer) ?? .number(value)
    }
}
