// Pages of other origins: preflights, what they may send and read, and where that ends (WHATWG Fetch §3.2).

import TestSupport
import Testing

@testable import Relay

@Suite("Cross origin", .ownThread)
struct CrossOriginTests {
    private static let page = "Origin: https://app.example.com\r\n"

    private func preflight(_ stage: RelayStage, _ path: String, _ fields: String = "") throws -> WireAnswer {
        try stage.ask("OPTIONS", path, Self.page + "Access-Control-Request-Method: POST\r\n" + fields)
    }

    @Test(
        "a preflight is answered on every public path, without a key",
        arguments: [
            "/v1/chat/completions", "/v1/messages", "/v1/models", "/v1/files/file-1",
            "/v1beta/models/m:generateContent",
            "/v1/nothing",
        ]
    )
    func answersPreflights(path: String) throws {
        let stage = try RelayStage()
        let answer = try self.preflight(stage, path, "Access-Control-Request-Headers: Authorization, x-custom\r\n")
        #expect(answer.status == 204)
        #expect(answer.head["content-length"] == nil)
        #expect(answer.head["access-control-allow-origin"] == "*")
        #expect(answer.head["access-control-allow-methods"] == "GET, HEAD, POST, DELETE")
        #expect(answer.head["access-control-allow-headers"] == "authorization")
        #expect(answer.head["access-control-max-age"] == "7200")
        #expect(answer.head["access-control-allow-credentials"] == nil)
        #expect(answer.head["vary"] == "access-control-request-method, access-control-request-headers")
        #expect(answer.head["x-request-id"]?.hasPrefix("req_") == true)
        #expect(stage.store.finds == 0)
        stage.expectNothingLeft()
    }

    @Test("what SDKs send is allowed, anything else is left out")
    func boundsNames() {
        let sent = [
            "authorization", "content-type", "x-api-key", "api-key", "x-goog-api-key", "x-goog-api-client",
            "anthropic-version", "anthropic-beta", "anthropic-dangerous-direct-browser-access", "openai-organization",
            "openai-beta", "x-stainless-retry-count", "x-request-id", "idempotency-key", "user-agent",
            "x-longwire-cache",
        ]
        #expect(CrossOrigin.allowed(of: sent.joined(separator: ",")) == sent)
        #expect(CrossOrigin.allowed(of: "Content-Type ,\tX-Stainless-OS") == ["content-type", "x-stainless-os"])
        #expect(CrossOrigin.allowed(of: "cookie, x-forwarded-for, proxy-authorization, ,x-openai") == [])
        #expect(CrossOrigin.allowed(of: "x-stainless-\u{E9}, openai-a b") == ["openai-a"])
        let many = (0..<100).map { "x-stainless-\($0)" }.joined(separator: ",")
        #expect(CrossOrigin.allowed(of: many).count == CrossOrigin.Limits.names)
    }

    @Test("refusals are for pages to read as well; programs are told nothing of origins")
    func answersCarryFields() throws {
        let stage = try RelayStage()
        let told = try stage.ask("POST", "/v1/chat/completions", Self.page, body: "{}")
        #expect(told.status == 401)
        #expect(told.head["access-control-allow-origin"] == "*")
        #expect(told.head["access-control-expose-headers"]?.contains("x-ratelimit-remaining-tokens") == true)
        let program = try stage.ask("POST", "/v1/chat/completions", "", body: "{}")
        #expect(program.head["access-control-allow-origin"] == nil && program.head["vary"] == nil)
        stage.expectNothingLeft()
    }

    @Test("with a list of origins only those are answered, each by its name")
    func heedsTheList() throws {
        let stage = try RelayStage { $0.origins = ["https://app.example.com"] }
        let allowed = try self.preflight(stage, "/v1/chat/completions")
        #expect(allowed.status == 204)
        #expect(allowed.head["access-control-allow-origin"] == "https://app.example.com")
        #expect(allowed.head.values("vary").contains("origin"))
        let other = "Origin: https://evil.example\r\n"
        let refused = try stage.ask("OPTIONS", "/v1/models", other + "Access-Control-Request-Method: GET\r\n")
        #expect(refused.status == 403)
        #expect(try ToldError(refused.body).code == "origin_not_allowed")
        let blind = try stage.ask("GET", "/v1/models", other)
        for answer in [refused, blind] {
            #expect(answer.head["access-control-allow-origin"] == nil)
            #expect(answer.head["access-control-allow-methods"] == nil)
            #expect(answer.head["vary"] == "origin")
        }
        stage.expectNothingLeft()
    }

    @Test("what is not public stays with its own origin", arguments: ["/healthz", "/metrics", "/"])
    func staysHome(path: String) throws {
        let stage = try RelayStage()
        #expect(try self.preflight(stage, path).status >= 400)
        #expect(try stage.ask("GET", path, Self.page).head["access-control-allow-origin"] == nil)
        stage.expectNothingLeft()
    }

    @Test("an OPTIONS that is no preflight is a method like any other")
    func plainOptions() throws {
        let stage = try RelayStage()
        #expect(try stage.ask("OPTIONS", "/v1/models").status == 405)
        stage.expectNothingLeft()
    }
}
