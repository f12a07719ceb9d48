// Protocol reference §7: every field is optional. Usage reaches a report through `response.done` only.

import RTCatCore
import Testing

@Suite struct TokenUsageTests {
    @Test func readsAllCounts() throws {
        let usage = """
            {"total_tokens":253,"input_tokens":132,"output_tokens":121,
             "input_token_details":{"text_tokens":119,"audio_tokens":13,"cached_tokens":64},
             "output_token_details":{"text_tokens":30,"audio_tokens":91}}
            """
        let read = try #require(Self.usage(usage))
        #expect(read.text == "tokens in 132 (text 119, audio 13, cached 64) out 121 (text 30, audio 91)")
    }

    @Test func whatIsMissingIsZero() throws {
        let read = try #require(Self.usage("{}"))
        #expect(read == TokenUsage())
        #expect(try #require(Self.usage(#"{"input_tokens":"many","output_tokens":2}"#)).output == 2)
        #expect(Self.usage("null") == nil)
    }

    private static func usage(_ json: String) -> TokenUsage? {
        let driver = TalkDriver(TalkPlan())
        driver.open()
        driver.say("x")
        let actions = driver.hear(#"{"type":"response.done","response":{"id":"r","usage":\#(json)}}"#)
        for case .tell(.report(let report)) in actions { return report.usage }
        return nil
    }
}
