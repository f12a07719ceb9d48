import Testing

@testable import RealtimeTranslation

/// Sentences out of pieces of text.
@Suite struct SentenceCutterTests {
    private static func cut(_ pieces: [String], limit: Int = 200) -> [String] {
        var cutter = SentenceCutter(limitBytes: limit)
        var sentences = pieces.flatMap { cutter.take($0) }
        if let rest = cutter.finish() { sentences.append(rest) }
        return sentences
    }

    static let texts: [(String, [String])] = [
        ("", []),
        ("One sentence here. Another one there!", ["One sentence here. ", "Another one there!"]),
        ("It costs 3.14 euros, Dr. Smith. Really?", ["It costs 3.14 euros, Dr. ", "Smith. Really?"]),
        ("Is it \"really so?\" Yes it is.", ["Is it \"really so?\" ", "Yes it is."]),
        ("- first item\n- second item\n", ["- first item\n", "- second item\n"]),
        ("今日はとても良い天気です。明日もきっとそうでしょう！", ["今日はとても良い天気です。", "明日もきっとそうでしょう！"]),
        ("Hi. Ho. Hum. That is it.", ["Hi. Ho. Hum. ", "That is it."]),
    ]

    @Test(arguments: texts)
    func cuts(_ text: String, _ sentences: [String]) {
        #expect(Self.cut([text]) == sentences)
        #expect(Self.cut(text.map { String($0) }) == sentences)
        #expect(Self.cut(text.unicodeScalars.map { String($0) }) == sentences)
    }

    @Test func longOnesAreCutAtASpace() {
        let text = String(repeating: "word ", count: 20) + String(repeating: "é", count: 60)
        let sentences = Self.cut([text], limit: 32)
        #expect(sentences.joined() == text)
        #expect(sentences.allSatisfy { $0.utf8.count <= 33 })
    }
}
