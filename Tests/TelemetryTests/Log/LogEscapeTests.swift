import Testing

@testable import Telemetry

/// `robustness.md` G12; RFC 8259 §7.
@Suite
struct LogEscapeTests {
    private func quoted(_ text: String) -> String {
        var line: [UInt8] = []
        LogEscape.quote(text, into: &line)
        return String(decoding: line, as: UTF8.self)
    }

    @Test(arguments: [
        ("plain", #""plain""#), ("a\"b\\c", #""a\"b\\c""#), ("a\nb\rc\td", #""a\nb\rc\td""#),
        ("\u{1B}[31mred\u{7}", #""\u001b[31mred\u0007""#), ("\u{7F}\u{9B}", #""\u007f\u009b""#),
        ("\u{202E}gnol", #""\u202egnol""#), ("\u{2028}", #""\u2028""#), ("\u{E0041}", #""\udb40\udc41""#),
        ("grüße 你好 😀", #""grüße 你好 😀""#),
    ])
    func nothingEndsTheLineOrReachesTheTerminal(given: String, expected: String) {
        #expect(self.quoted(given) == expected)
    }

    @Test
    func valuesHaveAnEnd() {
        let long = self.quoted(String(repeating: "x", count: 100_000))
        #expect(long.utf8.count < 4_200)
        #expect(long.hasSuffix("…\""))
    }

    @Test(arguments: ["", "two words", "a=b", "a\"b", "é", "\u{1B}"])
    func whatIsNotPlainIsQuoted(text: String) {
        #expect(!LogEscape.isPlain(text))
    }
}
