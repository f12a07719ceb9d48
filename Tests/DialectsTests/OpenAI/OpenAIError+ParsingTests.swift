// protocol/http §1.5; robustness rows E11, G8.

import Dialects
import Testing

@Suite struct OpenAIErrorParsingTests {
    static func parse(_ text: String) -> OpenAIError? { OpenAIError.parse(Array(text.utf8)) }

    @Test("What is rendered is read back")
    func readsWhatIsRendered() {
        let full = OpenAIError(
            message: "a\"b\n",
            type: "invalid_request_error",
            param: "model",
            code: "model_not_found"
        )
        #expect(OpenAIError.parse(full.body) == full)
        let spare = OpenAIError(message: "m", type: "t")
        #expect(OpenAIError.parse(spare.body) == spare)
    }

    @Test(
        "Other spellings of compatible upstreams, and members of unexpected types",
        arguments: [
            (#"{"error":"busy"}"#, OpenAIError(message: "busy", type: "")),
            (#"{"error":{"message":"m","code":401}}"#, OpenAIError(message: "m", type: "", code: "401")),
            (#"{"object":"error","message":"m","type":"t","code":null}"#, OpenAIError(message: "m", type: "t")),
            (#"{"error":{"message":1,"type":[],"param":{},"code":-1.5}}"#, OpenAIError(message: "", type: "")),
            (#"{"error":{}}"#, OpenAIError(message: "", type: "")),
        ]
    )
    func readsCompatibleErrors(text: String, expected: OpenAIError) {
        #expect(Self.parse(text) == expected)
    }

    @Test(
        "E11: what is no error is none",
        arguments: [
            "", "<html>", "{}", "[]", #"{"error":null}"#, #"{"message":"m"}"#, #"{"error":{"message":"m"}} x"#,
            #"{"error":7}"#, #"{"error":{"message":"m"}"#,
        ]
    )
    func readsNone(text: String) {
        #expect(Self.parse(text) == nil)
    }

    @Test("G8: nesting costs nothing")
    func survivesNesting() {
        #expect(Self.parse(#"{"error":"# + String(repeating: "[", count: 100_000)) == nil)
    }
}
