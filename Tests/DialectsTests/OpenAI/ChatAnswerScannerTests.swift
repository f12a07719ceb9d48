// An answer's usage and text, whole and byte by byte (protocol: http §1.3).

import Dialects
import Testing

@Suite struct ChatAnswerScannerTests {
    private static let answer =
        #"{"id":"usage","usage":null,"x":{"usage":{"prompt_tokens":1}},"choices":[{"index":0,"message":{"role":"assistant","#
        + #""content":"say \"usage\": {} \\","usage":{"prompt_tokens":2}},"finish_reason":"stop"}],"#
        + #""usage": {"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":4}} }"#
    /// `assistant`, the content as it stands there, `stop`.
    private static let text = 9 + #"say \"usage\": {} \\"#.utf8.count + 4

    private func scan(_ text: String, pieces: Int) -> ChatAnswerScanner {
        var scanner = ChatAnswerScanner()
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: pieces) {
            let piece = Array(bytes[start..<min(start + pieces, bytes.count)])
            scanner.feed(piece.span)
        }
        return scanner
    }

    @Test(arguments: [1, 2, 7, 64, 4_096])
    func readsUsageAndTextInPiecesOfAnySize(size: Int) {
        let scanner = scan(Self.answer, pieces: size)
        #expect(
            scanner.usage == ChatUsage(promptTokens: 9, completionTokens: 12, totalTokens: 21, cachedTokens: 4)
        )
        #expect(scanner.textBytes == Self.text)
    }

    @Test func agreesWithTheWholeReading() {
        let bytes = Array(Self.answer.utf8)
        #expect(scan(Self.answer, pieces: 3).usage == ChatUsage.inResponse(bytes.span))
    }

    @Test func anAnswerThatIsCutHasItsTextSoFar() {
        let cut = Self.answer.prefix { $0 != "\\" }
        #expect(scan(String(cut) + #"", "#, pieces: 5).textBytes == 9 + 4)
        #expect(scan(String(cut), pieces: 5).usage == nil)
    }

    @Test func aUsageThatIsTooLongIsNotKept() {
        let padding = String(repeating: " ", count: ChatAnswerScanner.usageBytes)
        #expect(scan(#"{"usage":{"prompt_tokens":1\#(padding)}}"#, pieces: 100).usage == nil)
        #expect(scan(#"{"usage":{"prompt_tokens":1 }}"#, pieces: 100).usage?.promptTokens == 1)
    }

    @Test func theLastUsageCounts() {
        let text = #"{"usage":{"prompt_tokens":1},"usage":{"prompt_tokens":2},"usage":null}"#
        #expect(scan(text, pieces: 1).usage?.promptTokens == 2)
    }

    @Test(arguments: ["", "]]]]}}}", "{{{{[[[", #"{"usage":"#, #""""""""#, "\\\\", "<html>", #"{"usage":{"usage":{}}"#])
    func whatIsNoJSONCountsNothing(text: String) {
        #expect(scan(text, pieces: 1).usage == nil)
    }
}
