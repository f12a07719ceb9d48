// protocol/http §3.3, §4.6: the arithmetic of tokens.

import Testing

@testable import Dialects

@Suite struct GeminiUsageTests {
    private func read(_ text: String) -> ChatUsage? {
        let bytes = Array(text.utf8)
        return GeminiUsage.read(bytes.span, 0..<bytes.count)
    }

    @Test("Thoughts and tool results are counted in")
    func reads() {
        let usage = self.read(
            #"""
            {"promptTokenCount":5,"candidatesTokenCount":2,"thoughtsTokenCount":30,"toolUsePromptTokenCount":4,
             "cachedContentTokenCount":3,"totalTokenCount":41,
             "promptTokensDetails":[{"modality":"TEXT","tokenCount":2},{"modality":"AUDIO","tokenCount":"1"},
               {"tokenCount":2,"modality":"IMAGE"},7],
             "candidatesTokensDetails":[{"modality":"AUDIO","tokenCount":2}],"trafficType":"X"}
            """#
        )
        var expected = ChatUsage(promptTokens: 9, completionTokens: 32, totalTokens: 41, cachedTokens: 3)
        expected.reasoningTokens = 30
        expected.promptAudioTokens = 1
        expected.promptImageTokens = 2
        expected.completionAudioTokens = 2
        #expect(usage == expected)
    }

    @Test("What is missing or no count is zero; the total is the sum")
    func readsLittle() {
        #expect(self.read("7") == nil)
        #expect(self.read("") == nil)
        #expect(self.read("{}") == ChatUsage())
        #expect(
            self.read(#"{"promptTokenCount":-1,"candidatesTokenCount":"7","totalTokenCount":0}"#)
                == ChatUsage(completionTokens: 7, totalTokens: 7)
        )
        #expect(self.read(#"{"promptTokenCount":4,"x":"#) == ChatUsage(promptTokens: 4, totalTokens: 4))
        let most = #"{"modality":"AUDIO","tokenCount":999999999999999}"#
        let many = Array(repeating: most, count: 20_000).joined(separator: ",")
        #expect(self.read(#"{"promptTokensDetails":[\#(many)]}"#)?.promptAudioTokens == 1_000_000_000_000_000)
    }

    @Test("§4.6: back again")
    func writes() {
        func text(_ usage: ChatUsage) -> String {
            var output: [UInt8] = []
            GeminiUsage.append(usage, to: &output)
            return String(decoding: output, as: UTF8.self)
        }
        var usage = ChatUsage(promptTokens: 9, completionTokens: 32, totalTokens: 41, cachedTokens: 3)
        usage.reasoningTokens = 30
        #expect(
            text(usage)
                == #"{"promptTokenCount":9,"candidatesTokenCount":2,"thoughtsTokenCount":30,"cachedContentTokenCount":3,"totalTokenCount":41}"#
        )
        // More thoughts than tokens: an upstream's mistake, not ours.
        usage.reasoningTokens = 99
        #expect(text(usage).contains(#""candidatesTokenCount":0,"thoughtsTokenCount":32"#))
        #expect(text(ChatUsage()) == #"{"promptTokenCount":0,"candidatesTokenCount":0,"totalTokenCount":0}"#)
    }
}
