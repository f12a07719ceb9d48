// Words and marks with their lines.

import Testing

@testable import tidy

@Suite("Tokens")
struct TokenTests {
    @Test("words stay whole, marks stand alone, lines count from 1")
    func words() {
        let tokens = Token.all(in: ["let a_1=b", "", " x! !ÿ"])
        #expect(tokens.map(\.text) == ["let", "a_1", "=", "b", "x", "!", "!", "ÿ"])
        #expect(tokens.map(\.line) == [1, 1, 1, 1, 3, 3, 3, 3])
        #expect(tokens.map(\.isWord) == [true, true, false, true, true, false, false, true])
        #expect(tokens.map(\.isGlued) == [false, false, true, true, false, true, false, true])
    }
}
