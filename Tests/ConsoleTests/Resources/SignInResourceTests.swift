// Signing in and out, and who the caller is then.

import EventLoop
import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore
import Testing

@testable import Console

@Suite struct SignInResourceTests {
    private func attempt(_ stage: ConsoleStage, _ name: String, _ password: String) async throws -> Told {
        try await stage.ask(
            .post,
            "/api/sign-in",
            ["name": .string(name), "password": .string(password)],
            as: [ConsoleStage.host]
        )
    }

    @Test("in and out; the cookie's text is in no answer's body and in no store")
    func inAndOut() async throws {
        let stage = try ConsoleStage()
        let fields = try await stage.signIn("ada", role: .member)
        #expect(stage.accounts.signInCount == 1)
        let me = try await stage.ask(.get, "/api/me", as: fields)
        #expect(me.data["via"] == "sign_in")
        #expect(me.data["member"]?["name"] == "ada")
        #expect(me.data["account"]?["id"] == "default")
        let text = try #require(fields[1].1.split(separator: "=").last)
        #expect(!String(decoding: me.body, as: UTF8.self).contains(text))
        let out = try await stage.ask(.post, "/api/sign-out", as: fields)
        #expect(out.cookie?.contains("Max-Age=0") == true)
        #expect(stage.accounts.signInCount == 0)
        #expect(try await stage.ask(.get, "/api/me", as: fields).status == 401)
    }

    @Test("an unknown name and a wrong password are told alike")
    func failures() async throws {
        let stage = try ConsoleStage()
        _ = try await stage.signIn("ada", role: .member)
        let unknown = try await self.attempt(stage, "bob", "correct horse")
        let wrong = try await self.attempt(stage, "ada", "wrong horse")
        #expect(unknown.status == 401)
        #expect(unknown.json["error"] == wrong.json["error"])
        #expect(unknown.cookie == nil)
    }

    @Test("after some attempts a name must wait, even with the right password")
    func throttling() async throws {
        let stage = try ConsoleStage()
        _ = try await stage.signIn("ada", role: .member)
        for _ in 0..<5 { #expect(try await self.attempt(stage, "ada", "wrong horse").status == 401) }
        let told = try await self.attempt(stage, "ada", "correct horse")
        #expect(told.status == 429)
        #expect(told.code == "too_many_attempts")
        #expect(try await self.attempt(stage, "bob", "x").status == 401)
    }

    @Test("attempts at once are counted as many")
    func racing() async throws {
        let stage = try ConsoleStage()
        let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 { group.addTask { try await self.attempt(stage, "ada", "x").status } }
            return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
        }
        #expect(statuses[401] == 5)
        #expect(statuses[429] == 15)
    }

    @Test("a changed password ends other sign-ins and keeps this one by a new cookie")
    func passwords() async throws {
        let stage = try ConsoleStage()
        let fields = try await stage.signIn("ada", role: .member)
        let wrong: JSON = ["current_password": "wrong horse", "new_password": "battery staple"]
        #expect(try await stage.ask(.post, "/api/password", wrong, as: fields).code == "sign_in_failed")
        let body: JSON = ["current_password": "correct horse", "new_password": "battery staple"]
        let told = try await stage.ask(.post, "/api/password", body, as: fields)
        #expect(told.status == 200)
        #expect(try await stage.ask(.get, "/api/me", as: fields).status == 401)
        let fresh = [ConsoleStage.host, ("cookie", told.cookiePair)]
        #expect(try await stage.ask(.get, "/api/me", as: fresh).status == 200)
        #expect(try await self.attempt(stage, "ada", "battery staple").status == 200)
        #expect(try await stage.ask(.post, "/api/password", body).code == "not_signed_in")
    }

    @Test("over TLS the cookie is for TLS only")
    func secureCookies() async throws {
        let stage = try ConsoleStage()
        _ = try await stage.signIn("ada", role: .member)
        let body: JSON = ["name": "ada", "password": "correct horse"]
        let told = try await stage.ask(.post, "/api/sign-in", body, as: [ConsoleStage.host], isSecure: true)
        #expect(told.cookie?.hasSuffix("; Secure") == true)
    }

    @Test("the holder of a key is told its limits and what it used; admins how they were recognised")
    func callers() async throws {
        let stage = try ConsoleStage()
        let (record, fields) = try stage.key { key in
            key.rpm = 60
            key.budgetMicroUSD = 3_000_000
        }
        stage.keeper.restore([KeySpend(keyID: record.id, accountID: record.accountID, microUSD: 1_250_000)])
        let me = try await stage.ask(.get, "/api/me", as: fields)
        #expect(me.data["key"]?["spent_usd"]?.microUSD == 1_250_000)
        #expect(me.data["rates"]?["requests"]?["limit"] == 60)
        #expect(me.data["account"] == .null)
        #expect(!String(decoding: me.body, as: UTF8.self).contains(record.digest.hex))
        #expect(try await stage.ask(.get, "/api/me").data["via"] == "admin_key")
        let open = try ConsoleStage(adminKey: nil)
        #expect(try await open.ask(.get, "/api/me", as: [ConsoleStage.host]).data["via"] == "loopback")
    }
}
