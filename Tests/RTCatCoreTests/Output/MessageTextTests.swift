import RTCatCore
import Testing

@Suite struct MessageTextTests {
    private static func text(_ text: String, limit: Int? = nil, json: Bool = false, terminal: Bool = false) -> String {
        MessageText(limit: limit, laysOutJSON: json, isForTerminal: terminal).text(Array(text.utf8))
    }

    @Test func showsTextAsItCame() {
        #expect(Self.text("a\u{1B}[0m") == "a\u{1B}[0m")
        #expect(Self.text("a\u{1B}[0m", terminal: true) == "a␛[0m")
        #expect(Self.text("[1]", json: true) == "[\n  1\n]")
        #expect(Self.text("not json", json: true) == "not json")
    }

    @Test(arguments: [
        (0, "… 10 more bytes"), (1, "… 9 more bytes"), (2, "ü… 8 more bytes"), (3, "ü… 7 more bytes"), (10, "üüüüü"),
    ])
    func cutsBetweenCharacters(_ limit: Int, _ shown: String) {
        let expected = limit == 1 ? "… 9 more bytes" : shown
        #expect(Self.text("üüüüü", limit: limit) == expected)
    }

    @Test func showsBinaryBounded() {
        let renderer = MessageText(limit: nil, laysOutJSON: false, isForTerminal: true)
        #expect(renderer.binary([]) == "binary, 0 bytes")
        #expect(renderer.binary([1]).hasPrefix("binary, 1 byte\n00000000  01 "))
        let long = renderer.binary([UInt8](repeating: 0, count: MessageText.usualDump + 1))
        #expect(long.hasSuffix("… 1 more bytes"))
    }
}
