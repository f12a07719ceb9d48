// protocol/http §2.6: counts of tokens.

import Dialects
import Testing

@Suite struct ClaudeTokenCountTests {
    @Test("What is written is read again")
    func roundTrip() {
        #expect(ClaudeTokenCount.body(123) == Array(#"{"input_tokens":123}"#.utf8))
        #expect(ClaudeTokenCount.parse(ClaudeTokenCount.body(123)) == 123)
    }

    @Test("Everything else is no count", arguments: ["", "5", "{}", #"{"input_tokens":-1}"#, #"{"input_tokens":5"#])
    func nothing(body: String) {
        #expect(ClaudeTokenCount.parse(Array(body.utf8)) == nil)
    }
}
