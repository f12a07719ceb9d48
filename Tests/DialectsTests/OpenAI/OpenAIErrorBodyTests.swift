// protocol/http §1.5, §6.

import Dialects
import Testing

@Suite struct OpenAIErrorBodyTests {
    static func body(_ error: ProviderError, status: Int) -> String {
        String(decoding: OpenAIErrorBody.body(error, status: status, requestID: "req_1"), as: UTF8.self)
    }

    @Test("§6: what the error does not say follows from the status")
    func defaults() {
        #expect(
            Self.body(ProviderError(message: "m"), status: 502)
                == #"{"error":{"message":"m","type":"api_error","param":null,"code":"bad_gateway"}}"#
        )
        #expect(
            Self.body(ProviderError(type: "t", code: "c", message: "m", param: "p"), status: 400)
                == #"{"error":{"message":"m","type":"t","param":"p","code":"c"}}"#
        )
        #expect(
            Self.body(ProviderError(type: "t", message: "m"), status: 429)
                == #"{"error":{"message":"m","type":"t","param":null,"code":null}}"#
        )
    }

    @Test(
        "§6: every status has a type",
        arguments: [
            (400, "invalid_request_error"), (401, "authentication_error"), (402, "insufficient_quota"),
            (403, "permission_error"), (404, "invalid_request_error"), (408, "api_error"),
            (413, "invalid_request_error"),
            (422, "invalid_request_error"), (429, "rate_limit_exceeded"), (500, "api_error"), (503, "api_error"),
            (529, "api_error"),
        ]
    )
    func types(status: Int, type: String) {
        #expect(Self.body(ProviderError(message: "m"), status: status).contains(#""type":"\#(type)""#))
    }

    @Test("What providers say, in whichever form; nothing where they say nothing")
    func parse() {
        #expect(
            OpenAIErrorBody.parse(Array(#"{"error":{"message":"m","type":"t","param":"p","code":"c"}}"#.utf8))
                == ProviderError(type: "t", code: "c", message: "m", param: "p")
        )
        #expect(OpenAIErrorBody.parse(Array(#"{"error":"m"}"#.utf8)) == ProviderError(message: "m"))
        #expect(OpenAIErrorBody.parse(Array(#"{"error":{"message":"","code":503}}"#.utf8))?.status == 503)
        #expect(OpenAIErrorBody.parse(Array("<html>".utf8)) == nil)
        #expect(OpenAIErrorBody.parse([]) == nil)
    }

    @Test("§6: statuses of other dialects", arguments: [(402, 429), (529, 503), (408, 504), (400, 400), (500, 500)])
    func statuses(from: Int, to: Int) {
        #expect(OpenAIErrorBody.status(from, type: "") == to)
    }
}
