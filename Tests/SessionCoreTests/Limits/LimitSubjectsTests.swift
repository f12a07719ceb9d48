// Which reason is told when several hold.

import Testing

@testable import SessionCore

@Suite("LimitSubjects")
struct LimitSubjectsTests {
    private typealias Stage = LimitStage

    private func refusal(
        _ kind: Demand.Kind,
        _ change: (inout LimitScope, inout LimitScope) -> Void
    ) -> RelayError? {
        let account = Stage.account(UsageLimits(budgetMicroUSD: 10, rpm: 5, sessions: 3))
        let holder = Stage.holder(of: account) {
            $0.budgetMicroUSD = 5
            $0.rpm = 2
            $0.tpm = 10
            $0.sessions = 1
        }
        var (key, team) = (LimitScope(), LimitScope())
        key.prepare(rpm: 2, tpm: 10, now: 0)
        team.prepare(rpm: 5, tpm: nil, now: 0)
        change(&key, &team)
        return LimitSubjects(demand: Stage.demand(holder, kind), key: key, account: team, model: LimitScope()).refusal
    }

    @Test func moneyComesFirst() {
        #expect(refusal(.turn) { _, _ in } == nil)
        let error = refusal(.session) { key, _ in
            key.budget.spend(5)
            key.sessions = 1
        }
        #expect(error?.code == "insufficient_quota" && error?.message.contains("this API key") == true)
        #expect(refusal(.exchange) { _, team in team.budget.reserve(10) }?.code == "insufficient_quota")
    }

    @Test func slotsBindSessionsOnly() {
        #expect(refusal(.session) { key, _ in key.sessions = 1 }?.message.hasPrefix("This API key") == true)
        #expect(refusal(.session) { _, team in team.sessions = 3 }?.message.hasPrefix("The account") == true)
        #expect(refusal(.turn) { key, _ in key.sessions = 1 } == nil)
    }

    @Test func theLongestWaitIsTold() {
        // One request of the key is there again after 30 s, a token after a debt of 20 after 126 s.
        let error = refusal(.turn) { key, team in
            _ = key.take(tokens: 0, rpm: 2, tpm: 10)
            _ = key.take(tokens: 0, rpm: 2, tpm: 10)
            key.correct(RateTaken(tokens: 0), used: 30, now: 0)
            for _ in 0..<5 { _ = team.take(tokens: 0, rpm: 5, tpm: nil) }
        }
        #expect(error?.retryAfter == 126)
        #expect(error?.message.contains("10 tokens per minute for this API key") == true)
        #expect(error?.rateStatus?.requests?.remaining == 0)
    }

    @Test func sessionsAskForNoRate() {
        let error = refusal(.session) { key, _ in
            _ = key.take(tokens: 10, rpm: 2, tpm: 10)
            _ = key.take(tokens: 0, rpm: 2, tpm: 10)
        }
        #expect(error == nil)
    }
}
