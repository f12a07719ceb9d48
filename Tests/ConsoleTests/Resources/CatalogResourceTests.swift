// Upstreams and models over the API.

import EventLoop
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

    @Test("how provider keys stand is told by their places, and an operator puts one back to use")
    func providerKeys() async throws {
        let stage = try ConsoleStage()
        let now = MonotonicTime.now().nanoseconds
        let ticket = try #require(stage.keyBoard.take("up", model: "real-talk", now: now))
        stage.keyBoard.ended(ticket, .limited(retryAfter: 60), now: now)
        stage.keyBoard.ended(ticket, .keyRefused, now: now)
        let told = try await stage.ask(.get, "/api/upstreams")
        let upstream = try #require(told.entries.first)
        guard case .array(let keys)? = upstream["keys"], let key = keys.first, keys.count == 1 else {
            Issue.record("no keys")
            return
        }
        #expect(key["index"] == 0 && key["state"] == "disabled" && key["open_until"] == .null)
        guard case .array(let excluded)? = key["excluded_models"] else {
            Issue.record("no models")
            return
        }
        #expect(excluded.map { $0["model"] } == ["real-talk"] && excluded.first?["until"]?.text != nil)
        for path in ["up/keys/1", "up/keys/+0", "up/keys/00", "up/keys/-1", "up/keys/x", "down/keys/0"] {
            #expect(try await stage.ask(.post, "/api/upstreams/\(path)/enable").status == 404)
        }
        let enabled = try await stage.ask(.post, "/api/upstreams/up/keys/0/enable")
        #expect(enabled.data["state"] == "closed" && enabled.data["excluded_models"] == .array([]))
        #expect(stage.keyBoard.take("up", model: "real-talk", now: MonotonicTime.now().nanoseconds) != nil)
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
