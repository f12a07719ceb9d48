// How much Gemini thinks (protocol: http §3.2, §4.3): a budget of tokens for the models up to 2.5, a level for later ones,
// never both.

/// Reads and writes `thinkingConfig`.
enum GeminiThinking {
    static func read(_ config: GeminiNode) throws(ConversionRefusal) -> Reasoning? {
        _ = try config.object()
        var reasoning = Reasoning()
        reasoning.includesThoughts = try config.member("includeThoughts")?.bool()
        if let level = config.member("thinkingLevel") {
            guard config.member("thinkingBudget") == nil else {
                throw config.wrongValue("A thinking level and a thinking budget exclude each other.")
            }
            reasoning.effort = try Self.effort(level)
        } else if let budget = config.member("thinkingBudget") {
            switch try budget.integer() {
            case 0: reasoning.effort = Reasoning.Effort.none
            case -1: reasoning.isAdaptive = true
            case let tokens where tokens > 0: reasoning.budgetTokens = tokens
            default: throw budget.wrongValue("It must be -1, 0 or a number of tokens.")
            }
        }
        return reasoning == Reasoning() ? nil : reasoning
    }

    private static func effort(_ level: GeminiNode) throws(ConversionRefusal) -> Reasoning.Effort? {
        switch try level.string().uppercased() {
        case "THINKING_LEVEL_UNSPECIFIED": nil
        case "MINIMAL": .minimal
        case "LOW": .low
        case "MEDIUM": .medium
        case "HIGH": .high
        case "XHIGH": .xhigh
        default: throw level.wrongValue("It must be MINIMAL, LOW, MEDIUM, HIGH or XHIGH.")
        }
    }

    /// The configuration for a model; nil when there is nothing to say.
    static func config(_ reasoning: Reasoning?, model: String) -> JSONValue? {
        guard let reasoning else { return nil }
        var config: JSONValue = .object([])
        if let budget = reasoning.budgetTokens {
            config["thinkingBudget"] = .integer(budget)
        } else if let effort = reasoning.effort {
            let (name, value) = Self.amount(effort, model: model)
            config[name] = value
        } else if reasoning.isAdaptive {
            config["thinkingBudget"] = -1
        }
        if let includes = reasoning.includesThoughts { config["includeThoughts"] = .bool(includes) }
        guard !config.members.isEmpty else { return nil }
        return config
    }

    private static func amount(_ effort: Reasoning.Effort, model: String) -> (name: String, value: JSONValue) {
        let takesBudget = model.contains("gemini-2.")
        if effort == .none { return Self.least(model: model) }
        let (level, budget): (String, Int) =
            switch effort {
            case .none, .minimal, .low: ("LOW", 1_024)
            case .medium: ("MEDIUM", 8_192)
            case .high, .xhigh, .max: ("HIGH", 24_576)
            }
        return takesBudget ? ("thinkingBudget", .integer(budget)) : ("thinkingLevel", .string(level))
    }

    /// No thinking where a model allows that, else as little as it can.
    private static func least(model: String) -> (name: String, value: JSONValue) {
        if model.contains("gemini-2.5-pro") { return ("thinkingBudget", 128) }
        if model.contains("gemini-3"), model.contains("pro") { return ("thinkingLevel", "LOW") }
        if model.contains("gemini-3") { return ("thinkingLevel", "MINIMAL") }
        return ("thinkingBudget", 0)
    }
}
