// Every language has all its sentences.

import Testing

@testable import Simulator

@Suite("Phrases")
struct AnswerPhrasesTests {
    @Test("No language lacks a sentence or loses the words it is given", arguments: AnswerLanguage.allCases)
    func isComplete(_ language: AnswerLanguage) {
        let phrases = AnswerPhrases(language: language)
        #expect(phrases.youSaid("XYZ").contains("XYZ"))
        #expect(!phrases.remarks.isEmpty)
        #expect(phrases.remarks.allSatisfy { !$0.isEmpty })
        #expect(!phrases.greeting.isEmpty)
        #expect(phrases.solved("1 + 1 = 2").contains("1 + 1 = 2"))
        #expect(phrases.toolSaid("tool_x", "out").contains("tool_x"))
        #expect(phrases.toolSaid("tool_x", "out").contains("out"))
        #expect(phrases.seen("PNG").contains("PNG"))
    }
}
