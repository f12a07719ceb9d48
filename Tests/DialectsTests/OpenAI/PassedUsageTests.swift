// Names of counts; whole answers are in PassedAnswerScannerTests.

import Testing

@testable import Dialects

@Suite struct PassedUsageTests {
    static func read(_ usage: String) -> PassedUsage? {
        let bytes = Array(#"{"usage":\#(usage)}"#.utf8)
        var members = MemberCursor(0..<bytes.count)
        return members.next(bytes.span).flatMap { PassedUsage(bytes.span, $0) }
    }

    @Test func readsBothSpellingsOfDetails() {
        for s in ["s", ""] {
            let usage = Self.read(
                #"{"input_tokens":5,"output_tokens":3,"input_token\#(s)_details":{"audio_tokens":1,"image_tokens":2,"#
                    + #""cached_tokens":3,"cache_write_tokens":4},"output_token\#(s)_details":{"audio_tokens":2,"#
                    + #""reasoning_tokens":1}}"#
            )
            var expected = ChatUsage(promptTokens: 5, completionTokens: 3, totalTokens: 8, cachedTokens: 3)
            expected.promptAudioTokens = 1
            expected.promptImageTokens = 2
            expected.cacheWriteTokens = 4
            expected.completionAudioTokens = 2
            expected.reasoningTokens = 1
            #expect(usage?.tokens == expected)
        }
    }

    @Test("Wrong values count nothing", arguments: ["null", "5", "[]", "\"x\""])
    func nothing(usage: String) {
        #expect(Self.read(usage) == nil)
        #expect(
            Self.read(#"{"input_tokens":\#(usage == "5" ? "-5" : usage),"seconds":\#(usage)}"#)?.tokens.isEmpty == true
        )
    }
}
