// From the request to the bytes of the answer: who, query, body, handler, envelope.

import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct CallWorkTests {
    @Test("answers and refusals have the envelope")
    func envelope() async throws {
        let stage = try ConsoleStage()
        let good = try await stage.ask(.get, "/api/me")
        #expect(good.status == 200)
        #expect(good.json["error"] == .null)
        #expect(good.json["metadata"]?["request_id"]?.text?.hasPrefix("req_") == true)
        #expect((good.json["metadata"]?["timestamp"]?.text).flatMap { Moment.date($0) } != nil)
        let bad = try await stage.ask(.get, "/api/me", as: [ConsoleStage.host])
        #expect(bad.status == 401)
        #expect(bad.data == .null)
        #expect(bad.code == "authentication_failed")
    }

    @Test("who is asking comes before what is asked")
    func order() async throws {
        let stage = try ConsoleStage()
        let told = try await stage.ask(.get, "/api/keys?nonsense=1", as: [ConsoleStage.host])
        #expect(told.status == 401)
    }

    @Test(
        "queries are read strictly",
        arguments: [
            "limit=0", "limit=1001", "limit=x", "limit=1&limit=2", "colour=red", "status=lost", "search=%zz",
            "cursor=x",
        ]
    )
    func queries(query: String) async throws {
        let told = try await ConsoleStage().ask(.get, "/api/keys?\(query)")
        #expect(told.status == 400)
    }

    @Test("bodies are objects of known members, told to be JSON")
    func bodies() async throws {
        let stage = try ConsoleStage()
        #expect(try await stage.ask(.post, "/api/keys", ["nam": "x"]).param == "nam")
        #expect(try await stage.ask(.post, "/api/keys", ["name": "x", "digest": "y"]).code == "unknown_parameter")
        #expect(try await stage.ask(.post, "/api/keys", []).code == "invalid_json")
        #expect(try await stage.ask(.post, "/api/keys").status == 415)
        #expect(try await stage.ask(.post, "/api/keys/key_1/revoke", ["x": 1]).code == "unexpected_body")
        #expect(try await stage.ask(.post, "/api/keys/key_1/revoke", [:]).status == 404)
    }

    @Test("nobody's page signs visitors in as somebody else")
    func forgedSignIn() async throws {
        let told = try await ConsoleStage().ask(
            .post,
            "/api/sign-in",
            ["name": "a", "password": "b"],
            as: [ConsoleStage.host, ("origin", "http://evil.example")]
        )
        #expect(told.code == "cross_site_request")
    }

    @Test("holders of keys and members are kept from what is not theirs")
    func audiences() async throws {
        let stage = try ConsoleStage()
        let (_, holder) = try stage.key()
        let member = try await stage.signIn("ada", role: .member)
        #expect(try await stage.ask(.get, "/api/keys", as: holder).code == "not_permitted")
        #expect(try await stage.ask(.get, "/api/members", as: member).code == "not_permitted")
        #expect(try await stage.ask(.get, "/api/keys", as: member).status == 200)
        #expect(try await stage.ask(.get, "/api/upstreams", as: member).code == "not_permitted")
    }
}
