// Keys over the API: made once, listed, changed, rotated, revoked, deleted; each account's own.

import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct KeysResourceTests {
    private func bearer(_ told: Told) throws -> [(String, String)] {
        [ConsoleStage.host, ("authorization", "Bearer \(try #require(told.data["key"]?.text))")]
    }

    @Test("the text of a key is in the answer that made it, and works at once")
    func creation() async throws {
        let stage = try ConsoleStage()
        let made = try await stage.ask(
            .post,
            "/api/keys",
            [
                "name": "bot", "models": ["talk"], "addresses": ["127.0.0.0/8"], "budget_usd": .number(2.5), "rpm": 10,
                "expires_at": "2099-01-01T00:00:00Z",
            ]
        )
        #expect(made.status == 201)
        let text = try #require(made.data["key"]?.text)
        #expect(KeyFormat.isWellFormed(text))
        #expect(made.data["budget_usd"]?.microUSD == 2_500_000)
        #expect(made.data["account"] == "default")
        let me = try await stage.ask(.get, "/api/me", as: try self.bearer(made))
        #expect(me.data["role"] == "key")
        #expect(me.data["key"]?["id"] == made.data["id"])
        let id = try #require(made.data["id"]?.text)
        let again = try await stage.ask(.get, "/api/keys/\(id)")
        #expect(again.data["key"] == nil)
        #expect(!String(decoding: again.body, as: UTF8.self).contains(text))
    }

    @Test("a new key may have been asked for, and refused, a moment before")
    func creationCountsAtOnce() async throws {
        let stage = try ConsoleStage()
        let made = try await stage.ask(.post, "/api/keys", ["name": "bot"])
        let fields = try self.bearer(made)
        let id = try #require(made.data["id"]?.text)
        #expect(try await stage.ask(.get, "/api/me", as: fields).status == 200)
        #expect(try await stage.ask(.post, "/api/keys/\(id)/revoke").data["status"] == "revoked")
        #expect(try await stage.ask(.get, "/api/me", as: fields).code == "api_key_revoked")
        #expect(try await stage.ask(.post, "/api/keys/\(id)/rotate", [:]).code == "key_revoked")
        #expect(try await stage.ask(.delete, "/api/keys/\(id)").data["deleted"] == true)
        #expect(try await stage.ask(.get, "/api/me", as: fields).code == "invalid_api_key")
        #expect(try await stage.ask(.delete, "/api/keys/\(id)").status == 404)
    }

    @Test("rotation: both texts count for the overlap, one without")
    func rotation() async throws {
        let stage = try ConsoleStage()
        let made = try await stage.ask(.post, "/api/keys", ["name": "bot"])
        let id = try #require(made.data["id"]?.text)
        let second = try await stage.ask(.post, "/api/keys/\(id)/rotate", ["overlap": 300])
        #expect(second.data["id"] == made.data["id"])
        #expect(second.data["key"] != made.data["key"])
        #expect(try await stage.ask(.get, "/api/me", as: try self.bearer(made)).status == 200)
        #expect(try await stage.ask(.get, "/api/me", as: try self.bearer(second)).status == 200)
        let third = try await stage.ask(.post, "/api/keys/\(id)/rotate", [:])
        #expect(try await stage.ask(.get, "/api/me", as: try self.bearer(made)).status == 401)
        #expect(try await stage.ask(.get, "/api/me", as: try self.bearer(second)).status == 401)
        #expect(try await stage.ask(.get, "/api/me", as: try self.bearer(third)).status == 200)
        #expect(try await stage.ask(.post, "/api/keys/\(id)/rotate", ["overlap": 604_801]).status == 400)
    }

    @Test("a change leaves what it does not name, and null takes a limit away")
    func changes() async throws {
        let stage = try ConsoleStage()
        let (record, _) = try stage.key { key in
            key.rpm = 5
            key.tpm = 6
            key.models = ["talk"]
        }
        let told = try await stage.ask(.patch, "/api/keys/\(record.id)", ["rpm": nil, "budget_usd": 1, "name": "new"])
        #expect(told.data["rpm"] == .null)
        #expect(told.data["tpm"] == 6)
        #expect(told.data["models"] == ["talk"])
        #expect(told.data["name"] == "new")
        #expect(told.data["budget_usd"]?.microUSD == 1_000_000)
        #expect(
            try await stage.ask(.patch, "/api/keys/\(record.id)", ["account": "default"]).code == "unknown_parameter"
        )
    }

    @Test("lists are filtered and paged")
    func lists() async throws {
        let stage = try ConsoleStage()
        for index in 0..<5 {
            _ = try stage.key { key in
                key.name = "no. \(index)"
                key.accountID = index % 2 == 0 ? "default" : "acct_1"
                key.createdAt = Date(timeIntervalSince1970: Double(index))
                if index == 4 { key.revokedAt = .distantPast }
            }
        }
        let page = try await stage.ask(.get, "/api/keys?limit=3")
        #expect(page.entries.map { $0["name"]?.text } == ["no. 4", "no. 3", "no. 2"])
        let next = try #require(page.json["metadata"]?["next_cursor"]?.text)
        let rest = try await stage.ask(.get, "/api/keys?limit=3&cursor=\(next)")
        #expect(rest.entries.map { $0["name"]?.text } == ["no. 1", "no. 0"])
        #expect(rest.json["metadata"]?["next_cursor"] == .null)
        #expect(try await stage.ask(.get, "/api/keys?status=revoked").entries.count == 1)
        #expect(try await stage.ask(.get, "/api/keys?account=acct_1").entries.count == 2)
        #expect(try await stage.ask(.get, "/api/keys?search=NO.%203").entries.count == 1)
    }

    @Test("a member sees and makes keys of the own account, within its limits")
    func members() async throws {
        let stage = try ConsoleStage()
        try await stage.account("acct_1", limits: UsageLimits(budgetMicroUSD: 5_000_000, rpm: 60), models: ["talk*"])
        let fields = try await stage.signIn("ada", role: .member, account: "acct_1")
        let (foreign, _) = try stage.key()
        #expect(try await stage.ask(.get, "/api/keys", as: fields).entries.isEmpty)
        for (method, path) in [("", ""), ("POST", "/revoke"), ("POST", "/rotate"), ("DELETE", "")] {
            let target = "/api/keys/\(foreign.id)\(path)"
            let told = try await stage.ask(
                method == "POST" ? .post : method == "DELETE" ? .delete : .get,
                target,
                path == "/rotate" ? [:] : nil,
                as: fields
            )
            #expect(told.status == 404)
        }
        #expect(try await stage.ask(.post, "/api/keys", ["name": "k", "account": "default"], as: fields).status == 404)
        let made = try await stage.ask(.post, "/api/keys", ["name": "k", "rpm": 60, "models": ["talk-1"]], as: fields)
        #expect(made.status == 201)
        #expect(made.data["account"] == "acct_1")
        let id = try #require(made.data["id"]?.text)
        let tooMuch: [JSON] = [["rpm": 61], ["budget_usd": .number(5.01)], ["models": ["chat-1"]], ["models": ["*x*"]]]
        for body in tooMuch {
            let told = try await stage.ask(.patch, "/api/keys/\(id)", body, as: fields)
            #expect([400, 403].contains(told.status))
        }
        #expect(try await stage.ask(.patch, "/api/keys/\(id)", ["rpm": 61]).status == 200)
        #expect(try await stage.ask(.get, "/api/keys", as: fields).entries.count == 1)
    }

    @Test("a store that fails is told as 503, without its particulars")
    func failures() async throws {
        let stage = try ConsoleStage()
        stage.keyStore.fail(with: .unavailable(location: "/var/secret.db", reason: "full", remedy: "room"))
        let told = try await stage.ask(.get, "/api/keys")
        #expect(told.status == 503)
        #expect(!String(decoding: told.body, as: UTF8.self).contains("secret.db"))
    }
}
