// Members over the API: a password goes in and never comes out.

import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct MembersResourceTests {
    @Test("made, signed in, changed; a new password ends what was signed in with the old one")
    func life() async throws {
        let stage = try ConsoleStage()
        let body: JSON = ["name": "ada", "password": "first password", "role": "admin"]
        let made = try await stage.ask(.post, "/api/members", body)
        #expect(made.status == 201)
        #expect(made.data["role"] == "admin")
        #expect(!String(decoding: made.body, as: UTF8.self).contains("scrypt"))
        #expect(try await stage.ask(.post, "/api/members", body).status == 409)
        let credentials: JSON = ["name": "ada", "password": "first password"]
        let signedIn = try await stage.ask(.post, "/api/sign-in", credentials, as: [ConsoleStage.host])
        let cookie = [ConsoleStage.host, ("cookie", signedIn.cookiePair)]
        #expect(try await stage.ask(.get, "/api/me", as: cookie).data["role"] == "admin")
        let id = try #require(made.data["id"]?.text)
        #expect(try await stage.ask(.patch, "/api/members/\(id)", ["password": "second password"]).status == 200)
        #expect(try await stage.ask(.get, "/api/me", as: cookie).status == 401)
        #expect(try await stage.ask(.post, "/api/sign-in", credentials, as: [ConsoleStage.host]).status == 401)
    }

    @Test("a disabled member is out at once, and may come back")
    func disabling() async throws {
        let stage = try ConsoleStage()
        let fields = try await stage.signIn("ada", role: .member)
        let id = try #require(try await stage.accounts.member(named: "ada")).id
        #expect(try await stage.ask(.post, "/api/members/\(id)/disable").data["status"] == "disabled")
        #expect(try await stage.ask(.get, "/api/me", as: fields).status == 401)
        let credentials: JSON = ["name": "ada", "password": "correct horse"]
        #expect(
            try await stage.ask(.post, "/api/sign-in", credentials, as: [ConsoleStage.host]).code == "sign_in_failed"
        )
        #expect(try await stage.ask(.post, "/api/members/\(id)/enable").data["status"] == "active")
        #expect(try await stage.ask(.post, "/api/sign-in", credentials, as: [ConsoleStage.host]).status == 200)
    }

    @Test("what cannot be is refused")
    func refusals() async throws {
        let stage = try ConsoleStage()
        #expect(try await stage.ask(.post, "/api/members", ["name": "a", "password": "short"]).param == "password")
        #expect(
            try await stage.ask(.post, "/api/members", ["name": "a", "password": "long enough", "role": "root"]).param
                == "role"
        )
        let elsewhere: JSON = ["name": "a", "password": "long enough", "account": "none"]
        #expect(try await stage.ask(.post, "/api/members", elsewhere).status == 404)
        #expect(try await stage.ask(.get, "/api/members/mem_none").status == 404)
        #expect(try await stage.ask(.get, "/api/members").entries.isEmpty)
    }
}
