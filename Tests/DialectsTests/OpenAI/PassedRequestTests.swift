// protocol/http §1.1: bodies of the endpoints that are passed on.

import Dialects
import Testing

@Suite struct PassedRequestTests {
    static func read(_ text: String) throws -> PassedRequest { try PassedRequest(Array(text.utf8)) }

    static func upstream(_ text: String, addUsage: Bool = false) throws -> String {
        String(decoding: try read(text).upstreamBody(model: "up", addUsage: addUsage), as: UTF8.self)
    }

    @Test("What a relay needs to know")
    func reads() throws {
        let response = try Self.read(#"{"model":"m","input":[{"x":1}],"stream":true,"max_output_tokens":7}"#)
        #expect(response.model == "m")
        #expect(response.stream)
        #expect(response.maximumTokens == 7)
        #expect(try Self.read(#"{"input":"x"}"#).model == nil)
        #expect(try Self.read(#"{"model":null}"#).model == nil)
        #expect(try Self.read(#"{"model":"m","stream_format":"sse"}"#).stream)
        #expect(!(try Self.read(#"{"model":"m","stream_format":"audio"}"#).stream))
        let completion = try Self.read(
            #"{"model":"m","n":3,"max_tokens":5,"stream":true,"stream_options":{"include_usage":true}}"#
        )
        #expect(completion.choiceCount == 3)
        #expect(completion.maximumTokens == 5)
        #expect(completion.includeUsage)
    }

    @Test(
        "Only the model changes, and one is put in where there is none",
        arguments: [
            (#" {"input" : 1.0, "model":"m" ,"x":[1e2]} "#, #" {"input" : 1.0, "model":"up" ,"x":[1e2]} "#),
            (#"{"model":"up","x":1}"#, #"{"model":"up","x":1}"#), (#"{"model":null}"#, #"{"model":"up"}"#),
            (#" { "input":1}"#, #" {"model":"up", "input":1}"#), ("{}", #"{"model":"up"}"#),
        ]
    )
    func splices(text: String, expected: String) throws {
        #expect(try Self.upstream(text) == expected)
    }

    @Test("Completions are asked for their usage, as chat is")
    func asksForUsage() throws {
        #expect(
            try Self.upstream(#"{"model":"m","stream":true}"#, addUsage: true)
                == #"{"model":"up","stream_options":{"include_usage":true},"stream":true}"#
        )
        #expect(
            try Self.upstream(#"{"stream":true}"#, addUsage: true)
                == #"{"model":"up","stream":true,"stream_options":{"include_usage":true}}"#
        )
        #expect(try Self.upstream(#"{"model":"m"}"#, addUsage: true) == #"{"model":"up"}"#)
    }

    @Test(
        "What two parsers could read differently is refused",
        arguments: [
            ("[]", "invalid_json"), ("{", "invalid_json"), (#"{"model":"m"}x"#, "invalid_json"),
            (#"{"model":"m","model":"n"}"#, "duplicate_parameter"), (#"{"model":5}"#, "invalid_type"),
            (#"{"model":""}"#, "missing_required_parameter"), (#"{"model":"m","stream":"yes"}"#, "invalid_type"),
        ]
    )
    func refuses(text: String, code: String) {
        #expect {
            _ = try Self.read(text)
        } throws: { error in
            (error as? ChatRequestViolation)?.code == code
        }
    }
}
