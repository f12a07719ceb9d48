// The refusals of the API: status, code, and nothing of a peer's that could do harm.

import SessionCore
import Testing

@testable import Console

@Suite struct RelayErrorConsoleTests {
    @Test("statuses and types")
    func rows() {
        let rows: [(RelayError, Int, String)] = [
            (.unknownParameter("x", known: []), 400, "unknown_parameter"),
            (.notSignedIn(), 401, "authentication_failed"),
            (.wrongPassword(), 401, "sign_in_failed"), (.crossSite(), 403, "cross_site_request"),
            (.foreignHost(), 403, "host_not_allowed"), (.noSuch("key", "x"), 404, "not_found"),
            (.notJSON(), 415, "unsupported_media_type"), (.tooManyAttempts(retryAfter: 4), 429, "too_many_attempts"),
        ]
        for (error, status, code) in rows {
            #expect(error.status == status)
            #expect(error.code == code)
            #expect(error.message.hasSuffix("."))
        }
    }

    @Test("failures of a store become what the caller can act on")
    func storeFailures() {
        #expect(RelayError(.notFound(id: "x"), "key").status == 404)
        #expect(RelayError(.duplicate(id: "x"), "account").status == 409)
        #expect(RelayError(.revoked(id: "x"), "key").code == "key_revoked")
        let broken = RelayError(.corrupt(location: "/secret/path", reason: "r", remedy: "m"), "key")
        #expect(broken.status == 503)
        #expect(!broken.message.contains("secret"))
    }

    @Test("a key pasted as a parameter's name does not come back")
    func pastedKey() {
        let key = "sk-lw-0123456789abcdef0123456789abcdef012345"
        #expect(!RelayError.unknownParameter(key, known: []).message.contains(key))
        #expect(!(RelayError.unknownParameter(key, known: []).param ?? "").contains(key))
        #expect(!RelayError.noSuch("key", key).message.contains(key))
    }
}
