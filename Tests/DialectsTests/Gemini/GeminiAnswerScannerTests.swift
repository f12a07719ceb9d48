// protocol/http §3.3, §4.6: what a whole answer cost, cut anywhere.

import Dialects
import Testing

@Suite struct GeminiAnswerScannerTests {
    private func scan(_ text: String, size: Int) -> GeminiAnswerScanner {
        var scanner = GeminiAnswerScanner()
        for piece in pieces(Array(text.utf8), size: size) { scanner.feed(piece.span) }
        return scanner
    }

    @Test func readsUsageAndText() {
        let text = #"""
            {"x":{"usageMetadata":{"promptTokenCount":99}},"candidates":[{"content":{"parts":[{"text":"he\"llo"},{"functionCall":{"args":{"a":"b"}}}]}}],
             "usageMetadata" : {"promptTokenCount":5,"candidatesTokenCount":2,"totalTokenCount":7} ,"modelVersion":"candidates"}
            """#
        for size in 1...text.utf8.count {
            let scanner = self.scan(text, size: size)
            #expect(scanner.usage == ChatUsage(promptTokens: 5, completionTokens: 2, totalTokens: 7))
            #expect(scanner.textBytes == 8)
        }
    }

    @Test(arguments: ["", "]", "}}}}", "<html>", #"{"usageMetadata":7}"#, #"{"usageMetadata":{"promptTokenCount":1"#])
    func survivesNonsense(text: String) {
        #expect(self.scan(text, size: 1).usage == nil)
    }

    @Test("§3.3: of a usage that breaks counts what stands before the fault", arguments: ["tru", "{]", "\"\u{01}\""])
    func takesHalfAUsage(fault: String) {
        let text = #"{"usageMetadata": {"promptTokenCount":5,"x":\#(fault)} ,"candidates":[]}"#
        for size in [1, 3, text.utf8.count] { #expect(self.scan(text, size: size).usage?.promptTokens == 5) }
    }

    @Test func boundsUsage() {
        let long = String(repeating: " ", count: GeminiAnswerScanner.usageBytes)
        #expect(self.scan(#"{"usageMetadata":{"promptTokenCount":1\#(long)}}"#, size: 100).usage == nil)
    }
}
