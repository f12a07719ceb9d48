// The bounds of the tables, and what is never forgotten to keep them.

import Testing

@testable import SessionCore

@Suite("LimitTable")
struct LimitTableTests {
    private typealias Stage = LimitStage

    private func table(scopes: Int) -> LimitTable {
        var limits = LimitTableLimits()
        limits.scopes = scopes
        return LimitTable(limits: limits)
    }

    private func isRefused(_ result: Result<LimitTaken, RelayError>) -> Bool {
        if case .failure = result { true } else { false }
    }

    private func demand(_ key: String, rpm: Int? = nil, model: Model? = nil) -> Demand {
        Stage.demand(Stage.holder(key) { $0.rpm = rpm }, model: model)
    }

    @Test func scopesThatHoldNothingMakeRoom() throws {
        var table = table(scopes: 2)
        for number in 0..<10 {
            let taken = try table.admit(demand("key_\(number)"), now: Int64(number) * Stage.second).get()
            table.settle(taken, tokens: 0, costMicroUSD: 0, now: 0)
        }
        #expect(table.usage(keyID: "key_9") != nil && table.usage(keyID: "key_0") == nil)
    }

    @Test func spendingSessionsAndEmptyBucketsAreNeverForgotten() throws {
        var table = table(scopes: 3)
        let spender = try table.admit(demand("spender"), now: 0).get()
        table.settle(spender, tokens: 0, costMicroUSD: 1, now: 0)
        _ = try table.admit(Stage.demand(Stage.holder("talker"), .session), now: 0).get()
        _ = try table.admit(demand("busy", rpm: 60), now: 0).get()
        let refused1 = table.admit(demand("new"), now: 0)
        #expect(isRefused(refused1))
        // Those that are known go on.
        _ = try table.admit(demand("busy", rpm: 60), now: 0).get()
        // The busy one's bucket is full again after two seconds, and the table may be looked through again.
        _ = try table.admit(demand("new"), now: 2 * Stage.second).get()
        #expect(table.usage(keyID: "spender")?.spentMicroUSD == 1)
        #expect(table.usage(keyID: "talker")?.sessions == 1)
        #expect(table.usage(keyID: "busy") == nil)
    }

    @Test func aFullTableIsLookedThroughOnceASecond() throws {
        var table = table(scopes: 1)
        _ = try table.admit(demand("busy", rpm: 6_000), now: 0).get()
        let refused2 = table.admit(demand("new"), now: 0)
        #expect(isRefused(refused2))
        // After 10 ms the busy one is blank, but nobody looks yet.
        let refused3 = table.admit(demand("new"), now: Stage.second / 2)
        #expect(isRefused(refused3))
        _ = try table.admit(demand("new"), now: Stage.second).get()
    }

    @Test func pairsOfKeyAndModelExistOnlyWhereTheModelHasLimits() throws {
        var table = table(scopes: 2)
        for number in 0..<20 {
            _ = try table.admit(demand("key_1", model: Stage.model("m\(number)")), now: 0).get()
        }
        _ = try table.admit(demand("key_1", model: Stage.model("a", rpm: 1)), now: 0).get()
        _ = try table.admit(demand("key_1", model: Stage.model("b", rpm: 1)), now: 0).get()
        let third = table.admit(demand("key_1", model: Stage.model("c", rpm: 1)), now: 0)
        #expect(isRefused(third))
    }

    @Test func aChangedLimitCountsFromTheNextDemandOn() throws {
        var table = table(scopes: 9)
        for _ in 0..<2 { _ = try table.admit(demand("k", rpm: 2), now: 0).get() }
        let refused4 = table.admit(demand("k", rpm: 2), now: 0)
        #expect(isRefused(refused4))
        _ = try table.admit(demand("k", rpm: 3), now: 0).get()
        let refused5 = table.admit(demand("k", rpm: 1), now: 0)
        #expect(isRefused(refused5))
        _ = try table.admit(demand("k", rpm: nil), now: 0).get()
    }

    @Test func statusMakesNoScopes() {
        let table = table(scopes: 9)
        let status = table.status(of: Stage.holder { $0.rpm = 5 }, model: Stage.model(tpm: 7), now: 0)
        #expect(status.requests == .init(limit: 5, remaining: 5, resetMilliseconds: 0))
        #expect(status.tokens == .init(limit: 7, remaining: 7, resetMilliseconds: 0))
        #expect(table.usage(keyID: "key_1") == nil)
    }
}
