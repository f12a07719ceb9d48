// The rules of answers, one by one.

import Testing

@testable import Simulator

@Suite("Answers")
struct AnswerWriterTests {
    private func answer(_ text: String?, turn: Int = 0) -> String {
        var material = AnswerMaterial()
        material.userText = text
        material.turn = turn
        return AnswerWriter.answer(to: material)
    }

    @Test(
        "Text is repeated, in its language, in 8 to 30 words",
        arguments: [
            ("hello there", "You said: “hello there”."), ("guten Tag, wie geht es dir", "Du sagtest: „guten Tag"),
            ("你好", "你说：“你好”。"),
        ]
    )
    func repeats(_ text: String, _ beginning: String) {
        for turn in 0..<4 {
            let answer = self.answer(text, turn: turn)
            #expect(answer.hasPrefix(beginning))
            #expect(AnswerLanguage(of: text) == .chinese || (8...30).contains(answer.split(separator: " ").count))
        }
        #expect(self.answer(text) == self.answer(text))
    }

    @Test("Long texts are quoted in part")
    func shortens() {
        let answer = self.answer(String(repeating: "word ", count: 5_000))
        #expect(answer.split(separator: " ").count <= 32)
        #expect(answer.contains("…"))
        #expect(self.answer(String(repeating: "x", count: 1_000_000)).count < 400)
    }

    @Test("“say exactly:” is answered with just that")
    func saysExactly() {
        #expect(self.answer("Say exactly: one two  three") == "one two  three")
        #expect(self.answer("repeat after me:x") == "x")
        var material = AnswerMaterial()
        material.userText = "hello"
        material.instructions = "Say exactly: from instructions"
        #expect(AnswerWriter.answer(to: material) == "from instructions")
    }

    @Test(
        "Sums are solved",
        arguments: [
            ("what is 12 + 30?", "12 + 30 = 42"), ("7*6", "7 × 6 = 42"), ("10 minus 4", "10 − 4 = 6"), ("7 / 2", "3.5"),
            ("999999999 * 999999999", "999999998000000001"),
        ]
    )
    func solves(_ text: String, _ solution: String) {
        #expect(self.answer(text).contains(solution))
    }

    @Test("Division by zero is not solved")
    func leavesZero() {
        #expect(self.answer("1 / 0").contains("1 / 0"))
    }

    @Test("A tool's output is told with the tool's name")
    func tellsToolResults() {
        var material = AnswerMaterial()
        material.userText = "weather in Paris"
        material.toolResults = [("get_weather", "{\"celsius\":21}")]
        let answer = AnswerWriter.answer(to: material)
        #expect(answer.contains("get_weather"))
        #expect(answer.contains("{\"celsius\":21}"))
    }

    @Test("Audio is described, nothing is greeted")
    func describes() {
        var material = AnswerMaterial()
        #expect(AnswerWriter.answer(to: material).hasPrefix("Hello!"))
        material.heard = HeardAudio(milliseconds: 2_440, syllables: 6, decibels: -18)
        #expect(AnswerWriter.answer(to: material).contains("2.4 seconds"))
    }
}
