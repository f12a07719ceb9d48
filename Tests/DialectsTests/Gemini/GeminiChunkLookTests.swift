// protocol/http §3.3, §3.4: what a relay must know of a chunk.

import Testing

@testable import Dialects

@Suite struct GeminiChunkLookTests {
    private func look(_ text: String) -> GeminiChunkLook? {
        let bytes = Array(text.utf8)
        return GeminiChunkLook(bytes.span, 0..<bytes.count)
    }

    @Test func looks() {
        let look = self.look(
            #"""
            {"candidates":[{"index":2,"finishReason":"STOP"},{"content":{"role":"model","parts":[{"text":"abc"},
              {"functionCall":{"a":1}},{"inlineData":{"data":"xxxx"}},5]}},7],"usageMetadata":{"promptTokenCount":3},"x":{}}
            """#
        )
        #expect(look?.candidates == 0b101)
        #expect(look?.finished == 0b100)
        #expect(look?.textBytes == 10)
        #expect(look?.usage?.promptTokens == 3)
        #expect(look?.hasError == false)
        #expect(self.look(#"{"error":{}}"#)?.hasError == true)
        #expect(self.look(#"{"error":null}"#)?.hasError == false)
        #expect(self.look(#"{"promptFeedback":{"blockReason":"X"}}"#)?.isBlocked == true)
        #expect(self.look(#"{"candidates":[{"index":64,"finishReason":"STOP"}]}"#)?.candidates == 0)
    }

    @Test(arguments: ["", "[]", "{", "hello", "{}x", #"{"candidates":[{]}"#])
    func refuses(text: String) {
        #expect(self.look(text) == nil)
    }
}
