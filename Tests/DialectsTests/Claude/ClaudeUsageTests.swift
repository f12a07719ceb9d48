// protocol/http §2.3, §2.4 and §4.6: token counts.

import Testing

@testable import Dialects

@Suite struct ClaudeUsageTests {
    private func usage(_ value: String) -> ClaudeUsage? {
        ClaudeUsage.inResponse(Array(#"{"id":"m","usage":\#(value)}"#.utf8).span)
    }

    private func written(_ usage: ChatUsage) -> String {
        var output: [UInt8] = []
        ClaudeUsage.append(usage, to: &output)
        return String(decoding: output, as: UTF8.self)
    }

    @Test("§4.6: the prompt holds what was read from the cache and written to it")
    func cache() throws {
        let text =
            #"{"input_tokens":10,"cache_creation_input_tokens":20,"cache_read_input_tokens":30,"output_tokens":5,"#
            + #""output_tokens_details":{"thinking_tokens":2}}"#
        let chat = try #require(usage(text)).chatUsage
        #expect(chat.promptTokens == 60)
        #expect(chat.cachedTokens == 30)
        #expect(chat.cacheWriteTokens == 20)
        #expect(chat.completionTokens == 5)
        #expect(chat.reasoningTokens == 2)
        #expect(chat.totalTokens == 65)
        #expect(written(chat) == text)
    }

    @Test("§4.6: from OpenAI's counts")
    func fromOpenAI() {
        let told = ChatUsage(promptTokens: 9, completionTokens: 2, totalTokens: 11, cachedTokens: 4)
        #expect(
            written(told)
                == #"{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":2}"#
        )
        let absurd = ChatUsage(promptTokens: .min, completionTokens: 0, totalTokens: 0, cachedTokens: .max)
        #expect(written(absurd).hasPrefix(#"{"input_tokens":0,"#))
    }

    @Test("§2.4: what comes later replaces what it tells, and nothing else")
    func overlay() throws {
        var first = try #require(usage(#"{"input_tokens":10,"cache_read_input_tokens":3,"output_tokens":1}"#))
        first.overlay(try #require(usage(#"{"output_tokens":7}"#)))
        #expect(first.chatUsage == ChatUsage(promptTokens: 13, completionTokens: 7, totalTokens: 20, cachedTokens: 3))
    }

    @Test("What is no count counts nothing", arguments: ["null", "[]", "1"])
    func nothing(value: String) {
        #expect(usage(value) == nil)
    }

    @Test("Absurd numbers count nothing")
    func absurd() {
        let told = usage(#"{"input_tokens":-5,"output_tokens":99999999999999999999,"cache_read_input_tokens":"7"}"#)
        #expect(told?.chatUsage.isEmpty == true)
        #expect(ClaudeUsage.inResponse(Array("<html>".utf8).span) == nil)
    }
}
