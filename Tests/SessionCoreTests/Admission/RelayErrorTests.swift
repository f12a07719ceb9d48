// The error table of the outside contract, row by row.

import SessionCore
import Testing

@Suite("Relay error")
struct RelayErrorTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let error: RelayError
        let status: Int
        let type: String
        let code: String
        let close: UInt16

        init(_ error: RelayError, _ status: Int, _ type: String, _ code: String, _ close: UInt16) {
            self.error = error
            self.status = status
            self.type = type
            self.code = code
            self.close = close
        }

        var testDescription: String { "\(status) \(code)" }
    }

    static let table: [Row] = [
        Row(.missingParameter("model"), 400, "invalid_request_error", "missing_required_parameter", 4000),
        Row(.invalidJSON("it ends too early"), 400, "invalid_request_error", "invalid_json", 4000),
        Row(.invalidParameter("model", reason: "is a number"), 400, "invalid_request_error", "invalid_value", 4000),
        Row(
            .conflictingCredentials([.query, .apiKey]),
            400,
            "invalid_request_error",
            "conflicting_credentials",
            4000
        ),
        Row(.noCredential(), 401, "authentication_error", "authentication_failed", 3000),
        Row(.unknownKey(), 401, "invalid_request_error", "invalid_api_key", 3000),
        Row(.expiredKey(), 401, "authentication_error", "api_key_expired", 3000),
        Row(.revokedKey(), 401, "authentication_error", "api_key_revoked", 3000),
        Row(.addressNotAllowed(), 403, "permission_error", "ip_not_allowed", 3003),
        Row(.originNotAllowed(), 403, "permission_error", "origin_not_allowed", 3003),
        Row(.modelNotAllowed("m"), 403, "permission_error", "model_not_allowed", 3003),
        Row(.adminOnly(), 403, "permission_error", "admin_key_required", 3003),
        Row(.modelNotFound("m"), 404, "invalid_request_error", "model_not_found", 4004),
        Row(.notFound("/x"), 404, "invalid_request_error", "not_found", 4004),
        Row(.methodNotAllowed(allowed: "GET"), 405, "invalid_request_error", "method_not_allowed", 4000),
        Row(.tooLarge(limitBytes: 1), 413, "invalid_request_error", "request_too_large", 1009),
        Row(.upgradeRequired(), 426, "invalid_request_error", "upgrade_required", 1002),
        Row(.rateLimited(retryAfter: 3), 429, "rate_limit_exceeded", "rate_limit_exceeded", 1013),
        Row(.quotaExceeded(), 429, "insufficient_quota", "insufficient_quota", 1008),
        Row(.tooManySessions(limit: 2), 429, "rate_limit_exceeded", "too_many_sessions", 1013),
        Row(.internalError(), 500, "api_error", "server_error", 1011),
        Row(.badGateway(), 502, "api_error", "bad_gateway", 1014),
        Row(.serviceUnavailable(), 503, "api_error", "service_unavailable", 1013),
        Row(.draining(), 503, "api_error", "service_unavailable", 1001),
        Row(.gatewayTimeout(), 504, "api_error", "gateway_timeout", 1014),
    ]

    @Test(arguments: table)
    func matchesTheTable(_ row: Row) {
        #expect(row.error.status == row.status)
        #expect(row.error.type == row.type)
        #expect(row.error.code == row.code)
        #expect(row.error.closeCode == row.close)
        #expect(!row.error.message.isEmpty)
        #expect(row.error.closeReason.utf8.count <= 123)
        #expect((row.status < 500) == (row.error.blame == .client))
        #expect((row.error.retry == .nextRoute) == (row.error.blame == .upstream))
    }

    @Test func namesTheParameter() {
        #expect(RelayError.missingParameter("model").param == "model")
        #expect(RelayError.modelNotFound("m").param == "model")
        #expect(RelayError.modelNotAllowed("m").param == "model")
        #expect(RelayError.noCredential().param == nil)
    }

    @Test func saysWhenToTryAgain() {
        #expect(RelayError.rateLimited(retryAfter: 7).retryAfter == 7)
        #expect(RelayError.tooManySessions(limit: 1).retryAfter != nil)
        #expect(RelayError.quotaExceeded().retryAfter == nil)
    }

    /// Robustness G12 and A23: what a peer wrote comes back short, on one line and printable.
    @Test func quotesPeersHarmlessly() {
        #expect(RelayError.quoted("gpt-4o") == "'gpt-4o'")
        #expect(RelayError.quoted("a\r\nb\u{1B}[31m") == "'a\\u{d}\\u{a}b\\u{1b}[31m'")
        #expect(RelayError.quoted("\u{202E}x") == "'\\u{202e}x'")
        #expect(RelayError.quoted(String(repeating: "é", count: 5_000)).utf8.count < 300)
    }

    @Test func neverRepeatsAKey() throws {
        let key = try KeyFormat.make().text
        for error in [RelayError.modelNotFound(key), .modelNotAllowed(key), .notFound("/v1/\(key)")] {
            #expect(!error.message.contains(key))
        }
    }

    @Test func conflictsNameEachCarrierOnce() {
        let message = RelayError.conflictingCredentials([.query, .query, .apiKey]).message
        #expect(message.contains("(key=, api-key)"))
    }
}

/// Robustness E2: what an upstream's refusal of a handshake or request becomes.
@Suite("Relay error from an upstream")
struct RelayErrorUpstreamTests {
    @Test(arguments: [101, 200, 204, 301, 302, 307, 999, -1, 0])
    func whatIsNoRefusalIsABadGateway(_ status: Int) {
        let error = RelayError.upstreamRefused(status: status)
        #expect(error.status == 502 && error.code == "bad_gateway" && error.retry == .nextRoute)
    }

    @Test(arguments: [401, 403])
    func ourKeyIsNotTheClientsFault(_ status: Int) {
        let error = RelayError.upstreamRefused(status: status, code: "invalid_api_key", message: "key sk-123 is bad")
        #expect(error.status == 502 && error.blame == .upstream && error.retry == .nextRoute)
        #expect(!error.message.contains("sk-123"))
    }

    @Test func theProvidersWordsAreKept() {
        let error = RelayError.upstreamRefused(
            status: 400,
            type: "invalid_request_error",
            code: "unknown_parameter",
            message: "No such thing.",
            param: "x"
        )
        #expect(error.status == 400 && error.code == "unknown_parameter" && error.message == "No such thing.")
        #expect(error.param == "x" && error.retry == .never && error.blame == .client)
    }

    @Test(arguments: [
        (429, 429), (402, 429), (404, 404), (413, 413), (422, 422), (500, 500), (502, 502), (503, 503), (529, 503),
        (504, 504), (599, 599),
    ])
    func statusesBecome(_ status: Int, _ expected: Int) {
        let error = RelayError.upstreamRefused(status: status)
        #expect(error.status == expected)
        #expect(!error.message.isEmpty)
    }

    @Test func limitsAreToldApartFromQuota() {
        let limit = RelayError.upstreamRefused(status: 429, retryAfter: 9)
        #expect(limit.code == "rate_limit_exceeded" && limit.closeCode == 1013 && limit.retryAfter == 9)
        let quota = RelayError.upstreamRefused(status: 429, code: "insufficient_quota")
        #expect(quota.type == "insufficient_quota" && quota.closeCode == 1008)
    }

    @Test func anEmptyMessageIsReplaced() {
        #expect(!RelayError.upstreamRefused(status: 500, message: "").message.isEmpty)
    }
}
