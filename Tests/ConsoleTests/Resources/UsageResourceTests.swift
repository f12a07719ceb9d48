// Usage over the API: whose rows a caller reads, and how they are told.

import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct UsageResourceTests {
    private func row(_ key: String, _ account: String, turn: Int, cost: Int64 = 1_000) -> LedgerRow {
        LedgerRow(
            kind: .turn,
            sessionID: "sess_1",
            turnID: "resp_\(turn)",
            requestID: "req_1",
            keyID: key,
            accountID: account,
            model: "talk",
            upstream: "up",
            upstreamModel: "real",
            costMicroUSD: cost,
            status: .completed,
            startedAt: 1_767_225_600_000 + Int64(turn)
        )
    }

    private func stage() throws -> (ConsoleStage, KeyRecord, [(String, String)]) {
        let stage = try ConsoleStage()
        let (record, fields) = try stage.key { $0.accountID = "acct_1" }
        for turn in 0..<3 { stage.ledger.add(self.row(record.id, "acct_1", turn: turn)) }
        for turn in 3..<7 { stage.ledger.add(self.row("key_other", "acct_1", turn: turn)) }
        for turn in 7..<12 { stage.ledger.add(self.row("key_third", "default", turn: turn)) }
        return (stage, record, fields)
    }

    @Test("admins read all, members the account's, holders the key's, whatever they ask for")
    func scopes() async throws {
        let (stage, record, holder) = try self.stage()
        try await stage.account("acct_1")
        let member = try await stage.signIn("ada", role: .member, account: "acct_1")
        #expect(try await stage.ask(.get, "/api/usage/rows").entries.count == 12)
        #expect(try await stage.ask(.get, "/api/usage/rows", as: member).entries.count == 7)
        #expect(try await stage.ask(.get, "/api/usage/rows?account=default", as: member).entries.isEmpty)
        #expect(try await stage.ask(.get, "/api/usage/rows?key=key_third", as: member).entries.isEmpty)
        #expect(try await stage.ask(.get, "/api/usage/rows?key=key_other", as: member).entries.count == 4)
        #expect(try await stage.ask(.get, "/api/usage/rows", as: holder).entries.count == 3)
        #expect(try await stage.ask(.get, "/api/usage/rows?key=key_other", as: holder).entries.isEmpty)
        #expect(try await stage.ask(.get, "/api/usage/rows?key=\(record.id)", as: holder).entries.count == 3)
        #expect(try await stage.ask(.get, "/api/usage", as: holder).data["total"]?["requests"] == 3)
        let csv = String(decoding: try await stage.ask(.get, "/api/usage.csv", as: holder).body, as: UTF8.self)
        #expect(csv.split(separator: "\r\n").count == 4)
        #expect(!csv.contains("key_other"))
    }

    @Test("filters reach the ledger")
    func filters() async throws {
        let (stage, _, _) = try self.stage()
        let query =
            "model=m&upstream=u&status=failed&kind=turn&session=s&request_id=r&key=k&account=a"
            + "&since=2026-01-01T00:00:00Z&until=2026-01-02T00:00:00Z"
        _ = try await stage.ask(.get, "/api/usage/rows?\(query)")
        let filter = try #require(stage.ledger.lastFilter)
        #expect(filter.model == "m")
        #expect(filter.upstream == "u")
        #expect(filter.status == .failed)
        #expect(filter.kind == .turn)
        #expect(filter.sessionID == "s")
        #expect(filter.requestID == "r")
        #expect(filter.keyID == "k")
        #expect(filter.accountID == "a")
        #expect(filter.since == 1_767_225_600_000)
        #expect(filter.until == 1_767_312_000_000)
    }

    @Test("rows come in pages, and in CSV all of them")
    func pages() async throws {
        var limits = ConsoleLimits()
        limits.csvPage = 5
        let stage = try ConsoleStage(limits: limits)
        for turn in 0..<12 { stage.ledger.add(self.row("key_1", "default", turn: turn)) }
        let page = try await stage.ask(.get, "/api/usage/rows?limit=5")
        #expect(page.entries.first?["turn"] == "resp_11")
        let next = try #require(page.json["metadata"]?["next_cursor"]?.text)
        let second = try await stage.ask(.get, "/api/usage/rows?limit=5&cursor=\(next)")
        #expect(second.entries.first?["turn"] == "resp_6")
        let csv = String(decoding: try await stage.ask(.get, "/api/usage.csv").body, as: UTF8.self)
        #expect(csv.split(separator: "\r\n").count == 13)
    }

    @Test("a file has at most so many rows")
    func longFiles() async throws {
        var limits = ConsoleLimits()
        limits.csvPage = 2
        limits.csvRows = 6
        let stage = try ConsoleStage(limits: limits)
        for turn in 0..<12 { stage.ledger.add(self.row("key_1", "default", turn: turn)) }
        let csv = String(decoding: try await stage.ask(.get, "/api/usage.csv").body, as: UTF8.self)
        #expect(csv.split(separator: "\r\n").count == 7)
    }

    @Test("sums have a total, and a series when asked for")
    func sums() async throws {
        let (stage, _, _) = try self.stage()
        let plain = try await stage.ask(.get, "/api/usage")
        #expect(plain.data["total"]?["cost_usd"]?.microUSD == 12_000)
        #expect(plain.data["series"] == [])
        let series = try await stage.ask(.get, "/api/usage?by=key&interval=day&since=24h")
        guard case .array(let steps)? = series.data["series"] else {
            Issue.record("no series")
            return
        }
        #expect(steps.allSatisfy { $0["start"] != .null })
        #expect(series.data["interval"] == "day")
        #expect(series.data["truncated"] == false)
    }
}
