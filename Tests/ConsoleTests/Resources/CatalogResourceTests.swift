// Upstreams and models over the API.

import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct CatalogResourceTests {
    @Test("upstreams tell how they did, and no credential")
    func upstreams() async throws {
        let stage = try ConsoleStage()
        #expect(try await stage.ask(.get, "/api/upstreams").entries.first?["state"] == "unknown")
        stage.health.succeeded("up", milliseconds: 12)
        stage.health.failed("up", reason: "upstream_tls")
        let told = try await stage.ask(.get, "/api/upstreams")
        let upstream = try #require(told.entries.first)
        #expect(upstream["state"] == "degraded")
        #expect(upstream["latency_p50_ms"] == 12)
        #expect(upstream["last_error"] == "upstream_tls")
        #expect(!String(decoding: told.body, as: UTF8.self).contains("sk-provider"))
    }

    @Test("models are listed with their prices; members see those of their account, without routes")
    func models() async throws {
        let stage = try ConsoleStage()
        try await stage.account("acct_1", models: ["talk"])
        let fields = try await stage.signIn("ada", role: .member, account: "acct_1")
        let all = try await stage.ask(.get, "/api/models").entries
        #expect(all.count == 2)
        #expect(all.first?["pricing"]?["input"] == .number(0.004))
        #expect(all.first?["routes"] != .array([]))
        let own = try await stage.ask(.get, "/api/models", as: fields).entries
        #expect(own.map { $0["id"] } == ["talk"])
        #expect(own.first?["routes"] == .array([]))
    }
}
