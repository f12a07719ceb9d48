// protocol/http §1.3; robustness row G9.

import Dialects
import Testing

@Suite struct ChatUsageTests {
    static func usage(_ text: String) -> ChatUsage? {
        let bytes = Array(text.utf8)
        return ChatUsage.inResponse(bytes.span)
    }

    @Test func readsAResponse() {
        let text =
            #"{"id":"x","choices":[{"usage":{"prompt_tokens":99}}],"usage":{"prompt_tokens":9,"completion_tokens":12,"#
            + #""total_tokens":21,"prompt_tokens_details":{"audio_tokens":1,"cached_tokens":4,"image_tokens":2},"#
            + #""completion_tokens_details":{"reasoning_tokens":3,"audio_tokens":5},"x":{"prompt_tokens":7}}}"#
        var expected = ChatUsage(promptTokens: 9, completionTokens: 12, totalTokens: 21, cachedTokens: 4)
        expected.promptAudioTokens = 1
        expected.promptImageTokens = 2
        expected.completionAudioTokens = 5
        expected.reasoningTokens = 3
        #expect(Self.usage(text) == expected)
        #expect(!expected.isEmpty && ChatUsage(totalTokens: 7).isEmpty)
    }

    @Test func addsUpAMissingTotal() {
        #expect(Self.usage(#"{"usage":{"prompt_tokens":1,"completion_tokens":2}}"#)?.totalTokens == 3)
    }

    @Test("No usage", arguments: ["", "{}", "[]", #"{"usage":null}"#, #"{"usage":3}"#, "<html>"])
    func readsNone(text: String) {
        #expect(Self.usage(text) == nil)
    }

    @Test(
        "G9: what is no plain count counts nothing",
        arguments: ["-1", "1.5", "1e999999", "9223372036854775808", "\"7\"", "null"]
    )
    func ignoresHostileNumbers(number: String) {
        let text =
            #"{"usage":{"prompt_tokens":\#(number),"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":\#(number)}}}"#
        #expect(Self.usage(text) == ChatUsage(promptTokens: 0, completionTokens: 2, totalTokens: 2, cachedTokens: 0))
    }
}
