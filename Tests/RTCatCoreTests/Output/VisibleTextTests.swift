import RTCatCore
import Testing

@Suite struct VisibleTextTests {
    @Test(arguments: ["plain", "two\nlines\tand a tab", "ü 日本 😀", ""])
    func leavesTextAlone(_ text: String) {
        #expect(VisibleText.safe(text) == text)
    }

    @Test(arguments: [
        ("\u{1B}[2J", "␛[2J"), ("a\u{0}b", "a␀b"), ("\u{7F}", "␡"), ("\u{9B}31m", "\u{FFFD}31m"), ("a\rb", "a␍b"),
        ("\u{202E}x", "\u{FFFD}x"), ("\r\n", "␍\n"), ("\u{7}", "␇"),
    ])
    func disarms(_ text: String, _ shown: String) {
        #expect(VisibleText.safe(text) == shown)
    }
}
