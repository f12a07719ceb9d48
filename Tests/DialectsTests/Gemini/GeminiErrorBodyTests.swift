// protocol/http §3.5, §6.

import Testing

@testable import Dialects

@Suite struct GeminiErrorBodyTests {
    @Test(
        "§6: each status and its name",
        arguments: [
            (400, 400, "INVALID_ARGUMENT"), (401, 401, "UNAUTHENTICATED"), (402, 429, "RESOURCE_EXHAUSTED"),
            (403, 403, "PERMISSION_DENIED"), (404, 404, "NOT_FOUND"), (408, 504, "DEADLINE_EXCEEDED"),
            (409, 409, "ABORTED"),
            (413, 413, "INVALID_ARGUMENT"), (422, 422, "INVALID_ARGUMENT"), (426, 426, "FAILED_PRECONDITION"),
            (429, 429, "RESOURCE_EXHAUSTED"), (499, 499, "CANCELLED"), (500, 500, "INTERNAL"),
            (501, 501, "UNIMPLEMENTED"),
            (502, 502, "UNAVAILABLE"), (503, 503, "UNAVAILABLE"), (504, 504, "DEADLINE_EXCEEDED"),
            (529, 503, "UNAVAILABLE"),
            (599, 599, "INTERNAL"),
        ]
    )
    func namesStatuses(status: Int, code: Int, name: String) throws {
        let body = GeminiErrorBody.body(ProviderError(message: "m"), status: status, requestID: "")
        #expect(
            try JSONParser.parse(body) == [
                "error": ["code": .integer(code), "message": "m", "status": .string(name), "details": []]
            ]
        )
        #expect(GeminiErrorBody.status(status, type: "") == code)
    }

    @Test("Details in the types of google.rpc")
    func writesDetails() throws {
        let error = ProviderError(code: "model_not_found", message: "no \"m\"", param: "model", retryAfter: 7)
        let body = try JSONParser.parse(GeminiErrorBody.body(error, status: 404, requestID: "req_1"))
        let type = "type.googleapis.com/google.rpc."
        #expect(
            body["error"]?["details"] == [
                ["@type": .string(type + "ErrorInfo"), "reason": "MODEL_NOT_FOUND", "domain": "longwire"],
                [
                    "@type": .string(type + "BadRequest"),
                    "fieldViolations": [["field": "model", "description": "no \"m\""]],
                ],
                ["@type": .string(type + "RetryInfo"), "retryDelay": "7s"],
                ["@type": .string(type + "RequestInfo"), "requestId": "req_1"],
            ]
        )
    }

    @Test(
        "§6: what Google says, in OpenAI's words",
        arguments: [
            (400, "INVALID_ARGUMENT", "invalid_request_error", nil),
            (400, "FAILED_PRECONDITION", "invalid_request_error", nil),
            (401, "UNAUTHENTICATED", "authentication_error", "invalid_api_key"),
            (403, "PERMISSION_DENIED", "permission_error", nil),
            (404, "NOT_FOUND", "invalid_request_error", "model_not_found"),
            (429, "RESOURCE_EXHAUSTED", "rate_limit_error", "rate_limit_exceeded"),
            (500, "INTERNAL", "server_error", "server_error"),
            (503, "UNAVAILABLE", "service_unavailable", "service_unavailable"),
            (504, "DEADLINE_EXCEEDED", "timeout", "gateway_timeout"), (499, "CANCELLED", nil, nil),
        ] as [(Int, String, String?, String?)]
    )
    func parses(code: Int, status: String, type: String?, word: String?) {
        let body = #"{"error":{"code":\#(code),"message":"m","status":"\#(status)"}}"#
        let expected = ProviderError(status: code, type: type, code: word, message: "m")
        #expect(GeminiErrorBody.parse(Array(body.utf8)) == expected)
        #expect(GeminiErrorBody.parse(Array("[\(body)]".utf8)) == expected)
    }

    @Test("§3.5: a bad key is told as an invalid argument")
    func knowsBadKeys() {
        let body = #"""
            {"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[
              {"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}]}}
            """#
        let error = GeminiErrorBody.parse(Array(body.utf8))
        #expect(error?.status == 401)
        #expect(error?.code == "invalid_api_key")
    }

    @Test(
        "§6: the wait, rounded up",
        arguments: [
            ("17s", 17), ("0.5s", 1), ("34.074824224s", 35), ("0s", 0), ("-1s", nil), ("1m", nil), ("1e999s", nil),
            ("s", nil),
        ] as [(String, Int?)]
    )
    func readsRetryInfo(delay: String, seconds: Int?) {
        let body = #"""
            {"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED","details":[
              {"@type":"type.googleapis.com/google.rpc.QuotaFailure"},
              {"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"\#(delay)"}]}}
            """#
        #expect(GeminiErrorBody.parse(Array(body.utf8))?.retryAfter == seconds)
    }

    @Test("What is no error", arguments: ["<html>", "", "{}", "[]", "1", #"{"error":5}"#, #"{"candidates":[]}"#])
    func passesOverOthers(body: String) {
        #expect(GeminiErrorBody.parse(Array(body.utf8)) == nil)
    }

    @Test("Odd errors are errors, too")
    func readsOddErrors() {
        #expect(GeminiErrorBody.parse(Array(#"{"error":"no"}"#.utf8)) == ProviderError(message: "no"))
        #expect(GeminiErrorBody.parse(Array(#"{"error":{"code":"429"}}"#.utf8))?.status == 429)
        #expect(GeminiErrorBody.parse(Array(#"{"error":{"code":200}}"#.utf8)) == ProviderError(message: ""))
    }
}
