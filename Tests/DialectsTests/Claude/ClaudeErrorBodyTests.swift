// protocol/http §2.5 and §6: errors in Claude's shape.

import Testing

@testable import Dialects

@Suite struct ClaudeErrorBodyTests {
    private func type(_ status: Int, code: String? = nil) throws -> String? {
        let body = ClaudeErrorBody.body(ProviderError(code: code, message: "m"), status: status, requestID: "r")
        return try JSONParser.parse(body)["error"]?["type"]?.string
    }

    @Test("§2.5: the shape")
    func shape() {
        let error = ProviderError(message: "say \"x\"", param: "messages[0]")
        #expect(
            String(decoding: ClaudeErrorBody.body(error, status: 400, requestID: "req_1"), as: UTF8.self)
                == #"{"type":"error","error":{"type":"invalid_request_error","message":"say \"x\"","param":"messages[0]"},"#
                + #""request_id":"req_1"}"#
        )
    }

    @Test(
        "§2.5, §6: a type per status",
        arguments: [
            (400, "invalid_request_error"), (401, "authentication_error"), (402, "billing_error"),
            (403, "permission_error"), (404, "not_found_error"), (408, "timeout_error"), (409, "conflict_error"),
            (413, "request_too_large"), (422, "invalid_request_error"), (429, "rate_limit_error"), (500, "api_error"),
            (502, "api_error"), (503, "overloaded_error"), (504, "timeout_error"), (529, "overloaded_error"),
        ]
    )
    func types(status: Int, expected: String) throws {
        #expect(try type(status) == expected)
    }

    @Test("§6: an empty purse is told as such")
    func billing() throws {
        #expect(try type(429, code: "insufficient_quota") == "billing_error")
        #expect(ClaudeErrorBody.status(429, type: "insufficient_quota") == 402)
        #expect(ClaudeErrorBody.status(429, type: "rate_limit_exceeded") == 429)
    }

    @Test(
        "§6: statuses that this dialect has of its own",
        arguments: [
            (503, 529), (408, 504), (504, 504), (502, 502), (500, 500), (400, 400), (529, 529),
        ]
    )
    func statuses(status: Int, expected: Int) {
        #expect(ClaudeErrorBody.status(status, type: "api_error") == expected)
    }
}
