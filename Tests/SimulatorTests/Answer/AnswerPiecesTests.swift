// Cutting answers into what a model would stream.

import Testing

@testable import Simulator

@Suite("Pieces of an answer")
struct AnswerPiecesTests {
    @Test("Joined again they are the text", arguments: ["", "one", "one two  three ", " x", "你好，世界！ok then", "a\nb"])
    func joins(_ text: String) {
        #expect(AnswerPieces.cut(text).joined() == text)
        #expect(AnswerPieces.cut(text, every: 3).joined() == text)
        #expect(!AnswerPieces.cut(text).contains(""))
    }

    @Test("A piece is a word with the space before it, or two dense characters")
    func cuts() {
        #expect(AnswerPieces.cut("You said: hi") == ["You", " said:", " hi"])
        #expect(AnswerPieces.cut("你好世界吗") == ["你好", "世界", "吗"])
        #expect(AnswerPieces.cut("abcdefg", every: 3) == ["abc", "def", "g"])
    }
}
