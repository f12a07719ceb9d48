// protocol/http §3.1, §3.2: same dialect, the body as it came.

import Dialects
import Testing

@Suite struct GeminiRequestLookTests {
    private func look(_ body: String) throws(ChatRequestViolation) -> GeminiRequestLook {
        try GeminiRequestLook(Array(body.utf8), model: "alias")
    }

    @Test(
        "§3.2: the bound of an answer, in both spellings",
        arguments: [
            (#"{"contents":[]}"#, nil), (#"{"generationConfig":{"maxOutputTokens":64}}"#, 64),
            (#"{"generation_config":{"max_output_tokens":"64","candidate_count":3}}"#, 192),
            (#"{"generationConfig":{"maxOutputTokens":64,"candidateCount":0}}"#, 64),
            (#"{"generationConfig":{"maxOutputTokens":-1}}"#, nil),
            (#"{"generationConfig":{"maxOutputTokens":"x"}}"#, nil),
            (#"{"generationConfig":{"maxOutputTokens":"9223372036854775807","candidateCount":2}}"#, Int.max),
            (#"{"generationConfig":7}"#, nil),
            (#"{"generateContentRequest":{"generationConfig":{"maxOutputTokens":5}}}"#, 5),
        ] as [(String, Int?)]
    )
    func boundsAnswers(body: String, bound: Int?) throws {
        #expect(try self.look(body).boundedAnswerTokens == bound)
    }

    @Test(
        "The body goes on as it came, but for a model that it names",
        arguments: [
            (#" {"contents":[ ],"x":1.0} "#, #" {"contents":[ ],"x":1.0} "#),
            (
                #"{"generateContentRequest":{"model":"models/alias","contents":[]}}"#,
                #"{"generateContentRequest":{"model":"models/up","contents":[]}}"#
            ),
            (
                #"{"generate_content_request": {"contents":[], "model" : "alias"}}"#,
                #"{"generate_content_request": {"contents":[], "model" : "up"}}"#
            ),
            (#"{"model":"models/alias","contents":[]}"#, #"{"model":"models/up","contents":[]}"#),
            (#"{"contents":[{"model":"alias"}],"model":null}"#, #"{"contents":[{"model":"alias"}],"model":null}"#),
        ]
    )
    func replacesTheModel(body: String, expected: String) throws {
        let look = try self.look(body)
        #expect(look.model == "alias")
        #expect(String(decoding: look.upstreamBody(model: "up"), as: UTF8.self) == expected)
        #expect(String(decoding: look.upstreamBody(model: "alias"), as: UTF8.self) == body)
    }

    @Test(
        "Where parsers could disagree",
        arguments: [
            (#"{"contents":[],"contents":[]}"#, "duplicate_parameter", "contents"),
            (#"{"generationConfig":{},"generation_config":{}}"#, "duplicate_parameter", "generation_config"),
            (
                #"{"generationConfig":{"maxOutputTokens":1,"max_output_tokens":9}}"#, "duplicate_parameter",
                "generationConfig.max_output_tokens"
            ),
            (#"{"model":5}"#, "invalid_type", "model"), ("[]", "invalid_json", nil), ("{", "invalid_json", nil),
            (#"{"generateContentRequest":{"a":1,"a":2}}"#, "duplicate_parameter", "generateContentRequest.a"),
        ] as [(String, String, String?)]
    )
    func refuses(body: String, code: String, param: String?) {
        do throws(ChatRequestViolation) {
            _ = try self.look(body)
            Issue.record("Not refused.")
        } catch {
            #expect(error.code == code)
            #expect(error.param == param)
        }
    }

    @Test func refusesWhatIsNotUTF8() {
        #expect(throws: ChatRequestViolation.invalidJSON(.notUTF8)) {
            try GeminiRequestLook(Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8), model: "m")
        }
    }
}
