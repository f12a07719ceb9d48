// protocol/http §4.3, the table of reasoning, in both directions.

import Testing

@testable import Dialects

@Suite struct GeminiThinkingTests {
    private func read(_ config: String) throws -> Reasoning? {
        try GeminiThinking.read(GeminiNode(try json(config), path: "thinkingConfig"))
    }

    @Test func readsConfigurations() throws {
        #expect(try self.read("{}") == nil)
        #expect(try self.read(#"{"thinkingBudget":0}"#) == Reasoning(effort: Reasoning.Effort.none))
        #expect(try self.read(#"{"thinkingBudget":-1}"#) == Reasoning(isAdaptive: true))
        #expect(try self.read(#"{"thinkingBudget":"2048"}"#) == Reasoning(budgetTokens: 2_048))
        var shown = Reasoning()
        shown.includesThoughts = true
        #expect(try self.read(#"{"includeThoughts":true}"#) == shown)
    }

    @Test(arguments: [
        ("MINIMAL", Reasoning.Effort.minimal), ("LOW", .low), ("medium", .medium), ("HIGH", .high), ("XHIGH", .xhigh),
    ])
    func readsLevels(level: String, effort: Reasoning.Effort) throws {
        #expect(try self.read(#"{"thinkingLevel":"\#(level)"}"#) == Reasoning(effort: effort))
    }

    @Test(arguments: [
        #"{"thinkingLevel":"HUGE"}"#, #"{"thinkingBudget":-2}"#, #"{"thinkingLevel":"LOW","thinkingBudget":5}"#, "[]",
    ])
    func refuses(config: String) {
        #expect(throws: ConversionRefusal.self) { try self.read(config) }
    }

    @Test(
        "A level for new models, a budget for those up to 2.5",
        arguments: [
            (Reasoning.Effort.minimal, #"{"thinkingLevel":"LOW"}"#, #"{"thinkingBudget":1024}"#),
            (.low, #"{"thinkingLevel":"LOW"}"#, #"{"thinkingBudget":1024}"#),
            (.medium, #"{"thinkingLevel":"MEDIUM"}"#, #"{"thinkingBudget":8192}"#),
            (.high, #"{"thinkingLevel":"HIGH"}"#, #"{"thinkingBudget":24576}"#),
            (.xhigh, #"{"thinkingLevel":"HIGH"}"#, #"{"thinkingBudget":24576}"#),
            (.max, #"{"thinkingLevel":"HIGH"}"#, #"{"thinkingBudget":24576}"#),
        ]
    )
    func writesEfforts(effort: Reasoning.Effort, level: String, budget: String) throws {
        let reasoning = Reasoning(effort: effort)
        #expect(GeminiThinking.config(reasoning, model: "gemini-3-pro") == (try json(level)))
        #expect(GeminiThinking.config(reasoning, model: "gemini-2.5-flash") == (try json(budget)))
    }

    @Test(
        "No thinking where that is allowed, else the least",
        arguments: [
            ("gemini-2.5-flash", #"{"thinkingBudget":0}"#), ("gemini-2.5-pro", #"{"thinkingBudget":128}"#),
            ("gemini-3-flash", #"{"thinkingLevel":"MINIMAL"}"#), ("gemini-3.1-pro", #"{"thinkingLevel":"LOW"}"#),
            ("some-model", #"{"thinkingBudget":0}"#),
        ]
    )
    func writesNone(model: String, config: String) throws {
        #expect(GeminiThinking.config(Reasoning(effort: Reasoning.Effort.none), model: model) == (try json(config)))
    }

    @Test func writesBudgets() throws {
        #expect(GeminiThinking.config(nil, model: "m") == nil)
        #expect(GeminiThinking.config(Reasoning(), model: "m") == nil)
        #expect(GeminiThinking.config(Reasoning(isAdaptive: true), model: "m") == ["thinkingBudget": -1])
        var reasoning = Reasoning(effort: .high, budgetTokens: 2_000)
        reasoning.includesThoughts = true
        #expect(GeminiThinking.config(reasoning, model: "m") == ["thinkingBudget": 2_000, "includeThoughts": true])
    }
}
