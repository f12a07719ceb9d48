// Exact ids and beginnings.

import SessionCore
import Testing

@Suite("Model pattern")
struct ModelPatternTests {
    @Test(arguments: [
        ("gpt-4o", "gpt-4o", true), ("gpt-4o", "gpt-4o-mini", false), ("gpt-*", "gpt-", true), ("gpt-*", "gp", false),
        ("*", "", true), ("*", "x", true), ("", "", true), ("", "x", false), ("a*b", "aXb", false), ("a**", "a*", true),
        ("é", "e\u{301}", false),
    ])
    func matches(_ pattern: String, _ model: String, _ expected: Bool) {
        #expect(ModelPattern(pattern).matches(model) == expected)
    }

    @Test func exactBeforeLongBeforeShort() {
        let order = ["gpt-4o", "gpt-4*", "gpt-*", "*"].map { ModelPattern($0).specificity }
        #expect(order == order.sorted(by: >) && Set(order).count == 4)
    }
}
