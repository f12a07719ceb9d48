// The counting rule at its edges.

import Testing

@testable import Simulator

@Suite("Token counts")
struct TokenCountTests {
    @Test("Text: one for every four bytes begun", arguments: [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2), ("éé", 1)])
    func countsText(_ text: String, _ tokens: Int) {
        #expect(TokenCount.text(text) == tokens)
    }

    @Test("Audio and images")
    func countsOthers() {
        #expect(TokenCount.heard(milliseconds: 0) == 0)
        #expect(TokenCount.heard(milliseconds: 101) == 2)
        #expect(TokenCount.spoken(milliseconds: 51) == 2)
        #expect(TokenCount.image(detail: "low") == 85)
        #expect(TokenCount.image(detail: nil) == 255)
    }
}
