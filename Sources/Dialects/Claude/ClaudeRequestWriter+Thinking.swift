// How much Claude is to think, and the bound on the answer, which holds the thinking too (protocol: http §4.3, §4.7).
//
// Thinking does not go with a tool that must be called, nor with a last turn of the assistant that calls tools and was not
// begun by a thought with Claude's signature: then there is none, and the effort alone remains where the model knows it.

extension ClaudeRequestWriter {
    /// The least that Claude takes.
    static let leastBudget = 1_024

    struct ThinkingPlan {
        var maximumTokens: Int
        /// The member `thinking`.
        var thinking: JSONValue?
        /// The member `output_config.effort`.
        var effort: String?
        var isThinking = false
    }

    mutating func thinkingPlan(forcesTool: Bool) throws(ConversionRefusal) -> ThinkingPlan {
        if let limit = request.maximumTokens, limit < 1 {
            throw ConversionRefusal(
                code: "invalid_value",
                param: "max_tokens",
                message: "The most tokens of an answer must be a positive number."
            )
        }
        var plan = ThinkingPlan(maximumTokens: request.maximumTokens ?? options.defaultMaximumTokens)
        guard let reasoning = request.reasoning else { return plan }
        if Self.refusesThinking(reasoning) {
            if traits.thinking != .never { plan.thinking = ["type": "disabled"] }
            return plan
        }
        guard
            reasoning.effort != nil || reasoning.budgetTokens != nil || reasoning.isAdaptive
                || reasoning.includesThoughts == true
        else { return plan }
        let isPossible = !forcesTool && !isInUnsignedToolLoop
        switch traits.thinking {
        case .never: drop("reasoning_effort")
        case .budget:
            planBudget(isPossible ? Self.budget(reasoning) : nil, &plan)
        case .budgetOrAdaptive:
            if let budget = reasoning.budgetTokens {
                planBudget(isPossible ? budget : nil, &plan)
            } else {
                planEffort(reasoning, isPossible, &plan)
            }
        case .adaptive:
            planEffort(reasoning, isPossible, &plan)
        }
        return plan
    }

    private static func refusesThinking(_ reasoning: Reasoning) -> Bool {
        if reasoning.isAdaptive { return false }
        if let budget = reasoning.budgetTokens { return budget <= 0 }
        return reasoning.effort == Reasoning.Effort.none
    }

    /// Whether the assistant's last turn calls tools, and no thought of Claude's with a signature stands in it.
    private var isInUnsignedToolLoop: Bool {
        guard let last = request.messages.last(where: { $0.role == .assistant }) else { return false }
        var callsTools = false
        for part in last.parts {
            switch part {
            case .toolCall: callsTools = true
            case .thought(let thought) where thought.origin == .claude && thought.signature != nil: return false
            case .text, .refusal, .media, .toolResult, .thought: continue
            }
        }
        return callsTools
    }

    private mutating func planEffort(_ reasoning: Reasoning, _ isPossible: Bool, _ plan: inout ThinkingPlan) {
        let effort = reasoning.effort ?? reasoning.budgetTokens.map(Self.effort)
        switch effort {
        case nil, Reasoning.Effort.none?: break
        case .minimal, .low: plan.effort = "low"
        case .medium, .high, .xhigh, .max: plan.effort = effort?.rawValue
        }
        guard isPossible else {
            if plan.effort == nil { drop("reasoning_effort") }
            return
        }
        var thinking: JSONValue = ["type": "adaptive"]
        if let includes = reasoning.includesThoughts { thinking["display"] = includes ? "summarized" : "omitted" }
        plan.thinking = thinking
        plan.isThinking = true
        if request.maximumTokens == nil {
            plan.maximumTokens = Self.sum(plan.maximumTokens, Self.budget(Reasoning(effort: effort ?? .medium)))
        }
    }

    /// Thinking with a budget that leaves room for the answer, or none.
    private mutating func planBudget(_ wanted: Int?, _ plan: inout ThinkingPlan) {
        guard let wanted else { return drop("reasoning_effort") }
        var budget = max(wanted, Self.leastBudget)
        if let limit = request.maximumTokens {
            guard limit > Self.leastBudget else { return drop("reasoning_effort") }
            if budget >= limit { budget = max(Self.leastBudget, limit / 2) }
        } else {
            plan.maximumTokens = Self.sum(plan.maximumTokens, budget)
        }
        plan.thinking = ["type": "enabled", "budget_tokens": .integer(budget)]
        plan.isThinking = true
    }

    /// Tokens for an effort, by the table of §4.3.
    private static func budget(_ reasoning: Reasoning) -> Int {
        if let budget = reasoning.budgetTokens { return budget }
        switch reasoning.effort ?? .medium {
        case .none, .minimal, .low: return leastBudget
        case .medium: return 8_192
        case .high: return 16_384
        case .xhigh, .max: return 24_576
        }
    }

    /// The effort that the same table gives for a budget.
    private static func effort(_ budget: Int) -> Reasoning.Effort {
        switch budget {
        case ...1_024: .low
        case ...8_192: .medium
        default: .high
        }
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, overflows) = one.addingReportingOverflow(other)
        return overflows ? Int.max : sum
    }
}
