// GET /healthz, /readyz and /metrics (design: Endpoints).

import SessionCore
import TestSupport
import Testing

@testable import Relay

private struct ScriptedStatus: ServiceStatus {
    var verdict = ServiceReadiness.ready

    func metrics() async -> String { "up 1\n" }
    func readiness() async -> ServiceReadiness { self.verdict }
}

@Suite("StatusEndpoints", .ownThread)
struct StatusEndpointsTests {
    private static let adminKey = "admin-0123456789abcdef"

    private func stage(_ verdict: ServiceReadiness = .ready, adminKey: Secret? = nil) throws -> RelayStage {
        try RelayStage { plan in
            plan.status = ScriptedStatus(verdict: verdict)
            plan.operators = OperatorGate(adminKey: adminKey)
        }
    }

    @Test("the reason is told in one line")
    func notReady() throws {
        let stage = try self.stage(.notReady("the ledger lags"))
        let answer = try stage.ask("GET", "/readyz", "")
        #expect(answer.status == 503)
        #expect(answer.text == "the ledger lags\n")
        #expect(try stage.ask("GET", "/healthz", "").status == 200)
        stage.expectNothingLeft()
    }

    @Test("who drains is not ready, whatever else is so")
    func draining() throws {
        let stage = try self.stage()
        stage.service.drain()
        let answer = try stage.ask("GET", "/readyz", "")
        #expect(answer.status == 503)
        #expect(answer.text == "draining\n")
        stage.expectNothingLeft()
    }

    @Test("a scrape from this machine needs no key")
    func scrape() throws {
        let stage = try self.stage()
        let answer = try stage.ask("GET", "/metrics", "X-No: key\r\n")
        // The stage's clients come from the loopback, and call it by a name that is not this machine's.
        #expect(answer.status == 403)
        let near = try stage.client()
        near.say("GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        let scrape = try #require(stage.message(at: near))
        near.cut()
        #expect(scrape.status == 200)
        #expect(scrape.head["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(scrape.text == "up 1\n")
        stage.expectNothingLeft()
    }

    @Test("from elsewhere it takes the admin key, and a wrong one is refused even here")
    func adminKey() throws {
        let stage = try self.stage(adminKey: Secret(Self.adminKey))
        #expect(try stage.ask("GET", "/metrics", "Authorization: Bearer \(Self.adminKey)\r\n").status == 200)
        for wrong in ["admin-0123456789abcdee", stage.key] {
            let answer = try stage.ask("GET", "/metrics", "Authorization: Bearer \(wrong)\r\n")
            #expect(answer.status == 403)
            #expect(answer.text.contains("admin_key_required"))
            #expect(!answer.text.contains(wrong))
        }
        stage.expectNothingLeft()
    }
}
