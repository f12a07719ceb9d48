// protocol/http §2.3: an answer's usage and text, whole and in pieces.

import Dialects
import Testing

@Suite struct ClaudeAnswerScannerTests {
    private static let answer =
        #"{"id":"msg_1","type":"message","content":[{"type":"text","text":"say \"usage\""},{"type":"tool_use","id":"a","#
        + #""name":"f","input":{"k":"v"}}],"stop_reason":"end_turn","#
        + #""usage":{"input_tokens":10,"cache_read_input_tokens":2,"output_tokens":5}}"#

    @Test(arguments: [1, 2, 7, 64, 4_096])
    func readsUsageAndTextInPiecesOfAnySize(size: Int) {
        var scanner = ClaudeAnswerScanner()
        for piece in pieces(Array(Self.answer.utf8), size: size) { scanner.feed(piece.span) }
        #expect(scanner.usage == ChatUsage(promptTokens: 12, completionTokens: 5, totalTokens: 17, cachedTokens: 2))
        // `text`, the text as it stands there, `tool_use`, `a`, `f`, `v`.
        #expect(scanner.textBytes == 4 + 13 + 8 + 3)
    }

    @Test(arguments: ["", "<html>", "]]]", #"{"usage":null}"#, #"{"usage":"#])
    func whatIsNoAnswerCountsNothing(text: String) {
        var scanner = ClaudeAnswerScanner()
        scanner.feed(Array(text.utf8).span)
        #expect(scanner.usage == nil)
    }
}
