// Live sessions over the API.

import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct SessionsResourceTests {
    private func stage() throws -> ConsoleStage {
        let stage = try ConsoleStage()
        for (id, account) in [("sess_1", "acct_1"), ("sess_2", "default")] {
            stage.board.add(
                LiveSession(
                    id: id,
                    requestID: "req_1",
                    kind: .realtime,
                    keyID: "key_\(account)",
                    accountID: account,
                    model: "talk",
                    upstream: "up",
                    state: .responding,
                    startedAt: Date(timeIntervalSinceNow: -5)
                )
            )
        }
        return stage
    }

    @Test("listed, filtered, ended once")
    func life() async throws {
        let stage = try self.stage()
        #expect(try await stage.ask(.get, "/api/sessions").entries.count == 2)
        #expect(try await stage.ask(.get, "/api/sessions?account=acct_1").entries.map { $0["id"] } == ["sess_1"])
        #expect(try await stage.ask(.get, "/api/sessions?key=key_default&model=talk").entries.count == 1)
        #expect(try await stage.ask(.get, "/api/sessions?limit=1").entries.count == 1)
        #expect(try await stage.ask(.delete, "/api/sessions/sess_1").data["ended"] == true)
        #expect(try await stage.ask(.post, "/api/sessions/sess_1/end").status == 404)
        #expect(try await stage.ask(.post, "/api/sessions/sess_2/end").status == 200)
    }

    @Test("the latest messages, without content")
    func events() async throws {
        let stage = try self.stage()
        let told = try await stage.ask(.get, "/api/sessions/sess_1/events")
        #expect(told.entries.map { $0["type"]?.text } == ["response.create"])
        #expect(told.entries.first?["from"]?.text == "client")
        #expect(try await stage.ask(.get, "/api/sessions/sess_9/events").status == 404)
    }

    @Test("a member sees and ends those of the own account")
    func members() async throws {
        let stage = try self.stage()
        try await stage.account("acct_1")
        let fields = try await stage.signIn("ada", role: .member, account: "acct_1")
        #expect(try await stage.ask(.get, "/api/sessions", as: fields).entries.map { $0["id"] } == ["sess_1"])
        #expect(try await stage.ask(.get, "/api/sessions/sess_1/events", as: fields).status == 200)
        #expect(try await stage.ask(.get, "/api/sessions/sess_2/events", as: fields).status == 404)
        #expect(try await stage.ask(.delete, "/api/sessions/sess_2", as: fields).status == 404)
        #expect(try await stage.ask(.delete, "/api/sessions/sess_1", as: fields).status == 200)
    }
}
