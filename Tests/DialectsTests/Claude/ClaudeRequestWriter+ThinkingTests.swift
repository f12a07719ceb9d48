// protocol/http §4.3 (Reasoning) and §4.7: thinking, its budget, and what does not go with it.

import Testing

@testable import Dialects

@Suite struct ClaudeRequestWriterThinkingTests {
    private typealias Writer = ClaudeRequestWriterTests

    private static let old = "claude-sonnet-4-20250514"
    private static let new = "claude-opus-4-6"

    private func write(
        _ model: String,
        _ reasoning: Reasoning,
        _ change: (inout GenerationRequest) -> Void = { _ in }
    ) throws -> (body: JSONValue, dropped: [String]) {
        try Writer.write(model: model) {
            $0.reasoning = reasoning
            change(&$0)
        }
    }

    @Test(
        "An effort for models that know it",
        arguments: [
            (Reasoning.Effort.minimal, "low"), (.low, "low"), (.medium, "medium"), (.high, "high"), (.xhigh, "xhigh"),
            (.max, "max"),
        ]
    )
    func efforts(effort: Reasoning.Effort, expected: String) throws {
        for model in [Self.new, "some-model", "claude-opus-5"] {
            let (body, dropped) = try write(model, Reasoning(effort: effort))
            #expect(body["output_config"] == ["effort": .string(expected)])
            #expect(body["thinking"] == ["type": "adaptive"])
            #expect(dropped == [])
        }
    }

    @Test(
        "A budget for models that know no effort; an unset bound is raised by it",
        arguments: [
            (Reasoning.Effort.minimal, 1_024), (.low, 1_024), (.medium, 8_192), (.high, 16_384), (.xhigh, 24_576),
        ]
    )
    func budgets(effort: Reasoning.Effort, expected: Int) throws {
        let (body, _) = try write(Self.old, Reasoning(effort: effort))
        #expect(body["thinking"] == ["type": "enabled", "budget_tokens": .integer(expected)])
        #expect(body["output_config"] == nil)
        #expect(body["max_tokens"] == .integer(4_096 + expected))
    }

    @Test("None is none")
    func none() throws {
        for reasoning in [Reasoning(effort: Reasoning.Effort.none), Reasoning(effort: .high, budgetTokens: 0)] {
            #expect(try write(Self.old, reasoning).body["thinking"] == ["type": "disabled"])
            #expect(try write("claude-3-5-haiku-latest", reasoning).body["thinking"] == nil)
        }
        #expect(try write(Self.new, Reasoning()).body["thinking"] == nil)
    }

    @Test("Models that cannot think are not asked to")
    func never() throws {
        let (body, dropped) = try write("claude-3-5-sonnet-20241022", Reasoning(effort: .high))
        #expect(body["thinking"] == nil)
        #expect(body["output_config"] == nil)
        #expect(dropped == ["reasoning_effort"])
    }

    @Test(
        "The client's bound is never raised: the budget yields",
        arguments: [
            (20_000, 8_000, 8_000), (8_000, 8_000, 4_000), (1_500, 8_000, 1_024), (9_000, 100, 1_024),
        ]
    )
    func fits(limit: Int, budget: Int, expected: Int) throws {
        let (body, _) = try write(Self.old, Reasoning(budgetTokens: budget)) { $0.maximumTokens = limit }
        #expect(body["max_tokens"] == .integer(limit))
        #expect(body["thinking"] == ["type": "enabled", "budget_tokens": .integer(expected)])
    }

    @Test("A bound below the least budget leaves no room to think")
    func noRoom() throws {
        let (body, dropped) = try write(Self.old, Reasoning(effort: .low)) { $0.maximumTokens = 1_024 }
        #expect(body["thinking"] == nil)
        #expect(body["max_tokens"] == 1_024)
        #expect(dropped == ["reasoning_effort"])
        #expect(try write(Self.old, Reasoning(budgetTokens: .max)).body["max_tokens"] == .integer(.max))
    }

    @Test("A budget for a model that has none any more becomes an effort")
    func budgetAsEffort() throws {
        #expect(
            try write("claude-opus-4-7", Reasoning(budgetTokens: 8_192)).body["output_config"] == ["effort": "medium"]
        )
        #expect(try write(Self.new, Reasoning(budgetTokens: 2_000)).body["thinking"]?["budget_tokens"] == 2_000)
    }

    @Test("Whether thoughts are to be seen is said where it can be")
    func display() throws {
        var reasoning = Reasoning(isAdaptive: true)
        reasoning.includesThoughts = false
        #expect(try write(Self.new, reasoning).body["thinking"] == ["type": "adaptive", "display": "omitted"])
        reasoning.includesThoughts = true
        #expect(try write(Self.new, reasoning).body["thinking"] == ["type": "adaptive", "display": "summarized"])
    }

    @Test("Thinking takes the default sampling only")
    func sampling() throws {
        let (body, dropped) = try write(Self.old, Reasoning(effort: .low)) {
            $0.sampling.temperature = 0.5
            $0.sampling.topP = 0.5
            $0.sampling.topK = 3
        }
        for name in ["temperature", "top_p", "top_k"] { #expect(body[name] == nil) }
        #expect(dropped == ["temperature", "top_p", "top_k"])
        let defaults = try write(Self.old, Reasoning(effort: .low)) {
            $0.sampling.temperature = 1
            $0.sampling.topP = 0.99
        }
        #expect(defaults.body["top_p"] == 0.99)
        #expect(defaults.dropped == [])
    }

    @Test(
        "A tool that must be called and thinking exclude each other",
        arguments: [
            ToolChoice.required, .function(name: "f"), .allowed(names: ["f"], isRequired: true),
        ]
    )
    func forcedTool(choice: ToolChoice) throws {
        for model in [Self.old, Self.new] {
            let (body, dropped) = try write(model, Reasoning(effort: .low)) {
                $0.tools = [FunctionTool(name: "f")]
                $0.toolChoice = choice
            }
            #expect(body["thinking"] == nil)
            #expect(dropped == (model == Self.old ? ["reasoning_effort"] : []))
        }
    }

    @Test("§4.7: no thinking in a loop of tools that no signed thought began")
    func toolLoop() throws {
        func loop(_ parts: [GenerationPart]) throws -> JSONValue {
            try write(Self.new, Reasoning(effort: .low)) {
                $0.tools = [FunctionTool(name: "f")]
                let call = GenerationPart.toolCall(ToolCall(id: "a", name: "f", arguments: .object([])))
                $0.messages += [
                    GenerationMessage(.assistant, parts + [call]),
                    GenerationMessage(.user, [.toolResult(ToolResult(callID: "a", content: []))]),
                ]
            }.body
        }
        #expect(try loop([])["thinking"] == nil)
        #expect(try loop([])["output_config"] == ["effort": "low"])
        #expect(try loop([.thought(Thought(text: "t", signature: "s", origin: .gemini))])["thinking"] == nil)
        #expect(try loop([.thought(Thought(text: "t", signature: "s", origin: .claude))])["thinking"] != nil)
    }
}
