// protocol/http §3.6.

import Dialects
import Testing

@Suite struct GeminiTokenCountTests {
    @Test(
        arguments: [
            (#"{"totalTokens":31,"promptTokensDetails":[]}"#, 31), (#"{"totalTokens":"31"}"#, 31),
            (#"{"promptTokensDetails":[]}"#, 0), ("{}", nil), ("[]", nil), (#"{"totalTokens":-1}"#, nil), ("", nil),
            (#"{"error":{"code":400},"totalTokens":1}"#, nil),
        ] as [(String, Int?)]
    )
    func parses(body: String, tokens: Int?) {
        #expect(GeminiTokenCount.parse(Array(body.utf8)) == tokens)
    }

    @Test func writes() {
        #expect(GeminiTokenCount.body(31) == Array(#"{"totalTokens":31}"#.utf8))
    }
}
