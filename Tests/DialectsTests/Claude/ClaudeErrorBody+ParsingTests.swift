// protocol/http §2.5 and §6: what Claude says when it refuses.

import Testing

@testable import Dialects

@Suite struct ClaudeErrorBodyParsingTests {
    private func parse(_ text: String) -> ProviderError? { ClaudeErrorBody.parse(Array(text.utf8)) }

    @Test(
        "§6: every type in OpenAI's words",
        arguments: [
            ("invalid_request_error", 400, "invalid_request_error", nil),
            ("authentication_error", 401, "authentication_error", "invalid_api_key"),
            ("billing_error", 429, "insufficient_quota", "insufficient_quota"),
            ("permission_error", 403, "permission_error", nil),
            ("not_found_error", 404, "invalid_request_error", "model_not_found"),
            ("conflict_error", 409, "invalid_request_error", "conflict"),
            ("request_too_large", 413, "invalid_request_error", "request_too_large"),
            ("rate_limit_error", 429, "rate_limit_error", "rate_limit_exceeded"),
            ("api_error", 500, "server_error", "server_error"), ("timeout_error", 504, "timeout", "gateway_timeout"),
            ("overloaded_error", 503, "service_unavailable", "service_unavailable"),
            ("new_error", nil, "new_error", nil),
        ] as [(String, Int?, String, String?)]
    )
    func types(type: String, status: Int?, translated: String, code: String?) {
        let error = parse(#"{"type":"error","error":{"type":"\#(type)","message":"m"},"request_id":"r"}"#)
        #expect(error == ProviderError(status: status, type: translated, code: code, message: "m"))
    }

    @Test("Compatible upstreams are understood, too")
    func compatible() {
        #expect(parse(#"{"error":"down"}"#) == ProviderError(message: "down"))
        #expect(parse(#"{"error":{"message":5}}"#) == ProviderError(message: ""))
    }

    @Test(
        "Everything else is no error",
        arguments: [
            "", "<html>502</html>", "[]", "{}", #"{"error":null}"#, #"{"error":5}"#, #"{"type":"error"}"#,
            #"{"error":{}"#,
        ]
    )
    func nothing(body: String) {
        #expect(parse(body) == nil)
    }
}
