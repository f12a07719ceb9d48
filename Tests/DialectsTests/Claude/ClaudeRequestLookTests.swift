// protocol/http §2.2: what a relay knows of a body that it passes on.

import Dialects
import Testing

@Suite struct ClaudeRequestLookTests {
    private func look(_ text: String) throws -> ClaudeRequestLook { try ClaudeRequestLook(Array(text.utf8)) }

    @Test("Model, stream and bound are found; all bytes but the model's stay")
    func whole() throws {
        let body = #" {"max_tokens": 64 , "x":{"model":"no"},"model" : "m\u0041", "stream":true,"messages":[]} "#
        let look = try look(body)
        #expect(look.model == "mA")
        #expect(look.stream)
        #expect(look.boundedAnswerTokens == 64)
        #expect(look.upstreamBody(model: "mA") == Array(body.utf8))
        let changed = String(decoding: look.upstreamBody(model: #"up"1"#), as: UTF8.self)
        #expect(changed == body.replacing(#""m\u0041""#, with: #""up\"1""#))
    }

    @Test("A count sets neither bound nor stream")
    func count() throws {
        let look = try look(#"{"model":"m","messages":[],"stream":null,"max_tokens":-1}"#)
        #expect(!look.stream)
        #expect(look.boundedAnswerTokens == nil)
    }

    @Test(
        "What two parsers could disagree on is refused",
        arguments: [
            (#"{"model":"a","model":"b"}"#, "duplicate_parameter"), (#"{"model":5}"#, "invalid_type"),
            (#"{"model":"a","stream":1}"#, "invalid_type"), (#"{"model":""}"#, "missing_required_parameter"),
            (#"{}"#, "missing_required_parameter"), (#"{"model":"a"}x"#, "invalid_json"), ("[]", "invalid_json"),
            ("", "invalid_json"),
        ]
    )
    func refused(body: String, code: String) {
        #expect { try look(body) } throws: { ($0 as? ChatRequestViolation)?.code == code }
    }

    @Test("A body that is not UTF-8 is refused")
    func notUTF8() {
        let body = Array(#"{"model":"a","x":""#.utf8) + [0xFF] + Array(#""}"#.utf8)
        #expect(throws: ChatRequestViolation.invalidJSON(.notUTF8)) { try ClaudeRequestLook(body) }
    }
}
