// What a permit holds is settled or given back exactly once, whichever way it ends.

import SessionCore
import Testing

@Suite("Permit")
struct PermitTests {
    private typealias Stage = LimitStage

    private let keeper = LimitKeeper()

    private func holder(budget: Int64?, account: Int64? = nil) -> KeyHolder {
        Stage.holder(of: Stage.account(UsageLimits(budgetMicroUSD: account))) {
            $0.budgetMicroUSD = budget
            $0.rpm = 10
            $0.tpm = 1_000
        }
    }

    @Test func settlesOnce() throws {
        let holder = holder(budget: 1_000)
        let permit = try keeper.admit(Stage.demand(holder, tokens: 100, cost: 400), now: 0).get()
        #expect(permit.reservedMicroUSD == 400)
        permit.settle(tokens: 30, costMicroUSD: 250, now: 0)
        permit.settle(tokens: 30, costMicroUSD: 250, now: 0)
        permit.cancel(now: 0)
        #expect(keeper.usage(keyID: "key_1") == KeyUsageNow(spentMicroUSD: 250))
        #expect(keeper.usage(accountID: "acct_1") == KeyUsageNow(spentMicroUSD: 250))
        let status = keeper.status(of: holder, model: nil, now: 0)
        #expect(status.requests?.remaining == 9 && status.tokens?.remaining == 970)
        #expect(permit.reservedMicroUSD == 0 && !permit.extend(costMicroUSD: 1))
    }

    @Test("cancelled or dropped, nothing is missing", arguments: [true, false])
    func givesBack(isCancelled: Bool) throws {
        let holder = holder(budget: 1_000, account: 500)
        do {
            let permit = try keeper.admit(Stage.demand(holder, tokens: 100, cost: 400), now: 0).get()
            #expect(permit.extend(costMicroUSD: 50))
            if isCancelled { permit.cancel(now: 0) }
        }
        #expect(keeper.usage(keyID: "key_1") == KeyUsageNow())
        #expect(keeper.usage(accountID: "acct_1") == KeyUsageNow())
        let status = keeper.status(of: holder, model: nil, now: 0)
        #expect(status.requests?.remaining == 10 && status.tokens?.remaining == 1_000)
    }

    @Test func setsAsideWhatIsLeftAndThenNoMore() throws {
        let holder = holder(budget: 1_000, account: 600)
        let permit = try keeper.admit(Stage.demand(holder, cost: 550), now: 0).get()
        #expect(!permit.extend(costMicroUSD: 51))
        #expect(permit.extend(costMicroUSD: 20))
        let second = try keeper.admit(Stage.demand(holder, cost: 550), now: 0).get()
        #expect(second.reservedMicroUSD == 30)
        guard case .failure(let error) = keeper.admit(Stage.demand(holder, cost: 1), now: 0) else {
            Issue.record("a third one was admitted")
            return
        }
        #expect(error.code == "insufficient_quota" && error.shouldRetry == false && error.retryAfter != nil)
        #expect(error.message.contains("account"))
        permit.settle(tokens: 0, costMicroUSD: 100, now: 0)
        #expect(keeper.usage(keyID: "key_1") == KeyUsageNow(spentMicroUSD: 100, reservedMicroUSD: 30))
    }

    @Test func aCostBeyondTheEstimateIsBookedWhole() throws {
        let holder = holder(budget: 1_000)
        let permit = try keeper.admit(Stage.demand(holder, cost: 10), now: 0).get()
        permit.settle(tokens: 0, costMicroUSD: 5_000, now: 0)
        #expect(keeper.usage(keyID: "key_1").spentMicroUSD == 5_000)
        guard case .failure(let error) = keeper.admit(Stage.demand(holder, .session), now: 0) else {
            Issue.record("a session began without money")
            return
        }
        #expect(error.code == "insufficient_quota")
    }

    @Test func theLedgerIsTakenOverAndTwiceIsOnce() {
        let spend = [
            KeySpend(keyID: "key_1", accountID: "acct_1", microUSD: 700),
            KeySpend(keyID: "key_2", accountID: "acct_1", microUSD: 300),
        ]
        keeper.restore(spend)
        keeper.restore(spend)
        #expect(keeper.usage(keyID: "key_1").spentMicroUSD == 700)
        #expect(keeper.usage(accountID: "acct_1").spentMicroUSD == 1_000)
        let refused = keeper.admit(Stage.demand(holder(budget: nil, account: 1_000), cost: 1), now: 0)
        #expect(throws: RelayError.self) { try refused.get() }
    }
}
