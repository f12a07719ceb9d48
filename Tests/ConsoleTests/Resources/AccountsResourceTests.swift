// Accounts over the API.

import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct AccountsResourceTests {
    @Test("made, found by id, changed, disabled and enabled again")
    func life() async throws {
        let stage = try ConsoleStage()
        let made = try await stage.ask(.post, "/api/accounts", ["name": "team", "budget_usd": 10, "models": ["talk"]])
        #expect(made.status == 201)
        let id = try #require(made.data["id"]?.text)
        #expect(try await stage.ask(.post, "/api/accounts", ["name": "team"]).code == "already_exists")
        let changed = try await stage.ask(.patch, "/api/accounts/\(id)", ["budget_usd": nil, "rpm": 3])
        #expect(changed.data["budget_usd"] == .null)
        #expect(changed.data["rpm"] == 3)
        #expect(changed.data["models"] == ["talk"])
        #expect(try await stage.ask(.post, "/api/accounts/\(id)/disable").data["status"] == "disabled")
        #expect(try await stage.ask(.post, "/api/accounts/\(id)/enable").data["status"] == "active")
        #expect(try await stage.ask(.get, "/api/accounts").entries.count == 2)
        #expect(try await stage.ask(.get, "/api/accounts/acct_none").status == 404)
    }

    @Test("a member sees the own account and changes none")
    func members() async throws {
        let stage = try ConsoleStage()
        try await stage.account("acct_1")
        let fields = try await stage.signIn("ada", role: .member, account: "acct_1")
        #expect(try await stage.ask(.get, "/api/accounts", as: fields).entries.map { $0["id"] } == ["acct_1"])
        #expect(try await stage.ask(.get, "/api/accounts/default", as: fields).status == 404)
        #expect(try await stage.ask(.patch, "/api/accounts/acct_1", ["rpm": nil], as: fields).status == 403)
        #expect(try await stage.ask(.post, "/api/accounts", ["name": "x"], as: fields).status == 403)
    }

    @Test("keys may be made by the name of an account")
    func names() async throws {
        let stage = try ConsoleStage()
        try await stage.account("acct_1")
        let made = try await stage.ask(.post, "/api/keys", ["name": "k", "account": "name of acct_1"])
        #expect(made.data["account"] == "acct_1")
        #expect(try await stage.ask(.post, "/api/keys", ["name": "k", "account": "nobody"]).status == 404)
    }
}
