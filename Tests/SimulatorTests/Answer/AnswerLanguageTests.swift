// Guessing languages.

import Testing

@testable import Simulator

@Suite("Language of a text")
struct AnswerLanguageTests {
    @Test(
        "Is guessed from script and common words",
        arguments: [
            ("What is the weather in Paris?", AnswerLanguage.english), ("Wie ist das Wetter in Wien?", .german),
            ("Bonjour, comment allez-vous ?", .french), ("Hola, ¿cómo está usted?", .spanish),
            ("你好，今天怎么样？", .chinese), ("こんにちは、元気ですか", .japanese), ("안녕하세요", .korean), ("Привет, как дела?", .russian),
            ("", .english), ("12345", .english), ("xyzzy", .english),
        ]
    )
    func guesses(_ text: String, _ language: AnswerLanguage) {
        #expect(AnswerLanguage(of: text) == language)
    }
}
