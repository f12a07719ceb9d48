// protocol/http §4.3: what "old models" and "some models" are.

import Testing

@testable import Dialects

@Suite struct ClaudeModelTraitsTests {
    @Test(
        "Versions are found in every spelling of a name",
        arguments: [
            ("claude-instant-1.2", .never, true), ("claude-3-haiku-20240307", .never, true),
            ("anthropic.claude-3-5-sonnet-20241022-v2:0", .never, true), ("claude-3.7-sonnet", .budget, true),
            ("claude-sonnet-4-20250514", .budget, true), ("us.anthropic.claude-opus-4-1-20250805-v1:0", .budget, false),
            ("claude-haiku-4-5", .budget, false), ("claude-sonnet-4-5@20250929", .budget, false),
            ("claude-opus-4-6", .budgetOrAdaptive, false), ("claude-opus-4-7", .adaptive, false),
            ("claude-sonnet-5", .adaptive, false), ("claude-next", .budgetOrAdaptive, true),
            ("gpt-4.1", .budgetOrAdaptive, true), ("", .budgetOrAdaptive, true), ("claude", .budgetOrAdaptive, true),
            ("claude-99999999999999999999", .budgetOrAdaptive, true),
        ] as [(String, ClaudeModelTraits.Thinking, Bool)]
    )
    func names(model: String, thinking: ClaudeModelTraits.Thinking, takesBoth: Bool) {
        let traits = ClaudeModelTraits(model: model)
        #expect(traits.thinking == thinking)
        #expect(traits.takesTemperatureWithTopP == takesBoth)
    }
}
