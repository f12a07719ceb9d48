// Which patterns of models lie within others.

import SessionCore
import Testing

@testable import Console

@Suite struct KeyBoundsTests {
    @Test(
        "a pattern is covered when all it names is named",
        arguments: [
            ("gpt-4o", ["gpt-4o"], true), ("gpt-4o", ["gpt-*"], true), ("gpt-4o*", ["gpt-*"], true),
            ("gpt-*", ["gpt-4o*"], false), ("gpt-*", ["gpt-*"], true), ("gpt-4o", ["gpt-4"], false),
            ("claude", ["gpt-*", "claude"], true), ("gpt-4o*", ["gpt-4o"], false),
        ]
    )
    func covering(pattern: String, others: [String], isCovered: Bool) {
        #expect(KeyBounds.isCovered(pattern, by: others) == isCovered)
    }
}
