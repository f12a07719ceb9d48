// The scanner behind those of the dialects, which are tested beside it with whole answers.

import Testing

@testable import Dialects

@Suite struct AnswerScannerTests {
    private func scan(_ text: String, size: Int) -> AnswerScanner {
        var scanner = AnswerScanner(usage: "usageMetadata", answer: "candidates")
        for piece in pieces(Array(text.utf8), size: size) { scanner.feed(piece.span) }
        return scanner
    }

    @Test("Names of up to 16 bytes are told apart", arguments: [1, 3, 100])
    func names(size: Int) {
        let text = #"{"usageMetadatb":{"n":9},"candidatess":["no"],"candidates":["yes"],"usageMetadata":{"n":1}}"#
        var scanner = scan(text, size: size)
        #expect(scanner.textBytes == 3)
        #expect(scanner.takeUsage() == Array(#"{"usageMetadata":{"n":1}}"#.utf8))
        #expect(scanner.takeUsage() == nil)
    }

    @Test("The last usage that is an object counts", arguments: [1, 4, 100])
    func last(size: Int) {
        var scanner = scan(#"{"usageMetadata":{"n":1},"usageMetadata":  {"n":2} ,"usageMetadata":null}"#, size: size)
        #expect(scanner.takeUsage() == Array(#"{"usageMetadata":  {"n":2} }"#.utf8))
    }

    @Test("What is too long is not kept")
    func bounds() {
        let long = String(repeating: " ", count: AnswerScanner.usageBytes)
        var scanner = scan(#"{"usageMetadata":{\#(long)}}"#, size: 1_000)
        #expect(scanner.takeUsage() == nil)
    }
}
