// Findings as editors and people read them.

import Testing

@testable import tidy

@Suite("Findings")
struct FindingTests {
    @Test("place, severity, message, rule")
    func text() {
        #expect(Finding(.words, "a/B.swift", line: 7, "no").text == "a/B.swift:7: error: no [words]")
        #expect(Finding(.missingTest, "a/B.swift", "none").text == "a/B.swift: warning: none [missing-test]")
    }
}
