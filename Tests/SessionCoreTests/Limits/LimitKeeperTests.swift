// Admission by rate, budget and concurrency, alone and in a race (robustness G13).

import SessionCore
import Synchronization
import Testing

@Suite("LimitKeeper")
struct LimitKeeperTests {
    private typealias Stage = LimitStage

    private func code(_ result: Result<Permit, RelayError>) -> String {
        switch result {
        case .success: "admitted"
        case .failure(let error): error.code
        }
    }

    // MARK: Races

    @Test("of 200 racing requests under a limit of 10 exactly 10 pass (G13)", arguments: 0..<3)
    func race(which: Int) {
        let keeper = LimitKeeper()
        let holder =
            which == 1
            ? Stage.holder(of: Stage.account(UsageLimits(rpm: 10))) : Stage.holder { if which == 0 { $0.rpm = 10 } }
        let model = which == 2 ? Stage.model(rpm: 10) : Stage.model()
        let passed = Mutex<[Permit]>([])
        Stage.race(200) { _ in
            if let permit = try? keeper.admit(Stage.demand(holder, model: model), now: 7).get() {
                passed.withLock { $0.append(permit) }
            }
        }
        #expect(passed.withLock { $0.count } == 10)
    }

    @Test func racingSlotsAndDropsLeaveNothing() {
        let keeper = LimitKeeper()
        let holder = Stage.holder {
            $0.sessions = 5
            $0.rpm = 1_000
            $0.tpm = 1_000_000
            $0.budgetMicroUSD = 1_000_000
        }
        let highest = Mutex(0)
        Stage.race(2_000) { number in
            let kind: Demand.Kind = number % 2 == 0 ? .session : .turn
            guard let permit = try? keeper.admit(Stage.demand(holder, kind, tokens: 10, cost: 10), now: 1).get() else {
                return
            }
            let open = keeper.usage(keyID: "key_1").sessions
            highest.withLock { $0 = max($0, open) }
            if number % 3 == 0 { permit.cancel(now: 1) }
        }
        #expect((1...5).contains(highest.withLock { $0 }))
        #expect(keeper.usage(keyID: "key_1") == KeyUsageNow())
        #expect(keeper.usage(accountID: "acct_1") == KeyUsageNow())
        let status = keeper.status(of: holder, model: nil, now: 1)
        #expect(status.requests?.remaining == 1_000 && status.tokens?.remaining == 1_000_000)
    }

    @Test func racingBudgetsSpendNoMoreThanThereIs() {
        let keeper = LimitKeeper()
        let holder = Stage.holder { $0.budgetMicroUSD = 100 }
        let passed = Mutex<[Permit]>([])
        Stage.race(200) { _ in
            if let permit = try? keeper.admit(Stage.demand(holder, cost: 10), now: 7).get() {
                passed.withLock { $0.append(permit) }
            }
        }
        #expect(passed.withLock { $0.count } == 10)
        #expect(keeper.usage(keyID: "key_1").reservedMicroUSD == 100)
        passed.withLock { $0.removeAll() }
        #expect(keeper.usage(keyID: "key_1").reservedMicroUSD == 0)
    }

    // MARK: Rates

    @Test func requestsComeBackWithTime() throws {
        let keeper = LimitKeeper()
        let holder = Stage.holder { $0.rpm = 2 }
        let demand = Stage.demand(holder)
        var permits: [Permit] = []
        for _ in 0..<2 { permits.append(try keeper.admit(demand, now: 0).get()) }
        guard case .failure(let error) = keeper.admit(demand, now: Stage.second) else {
            Issue.record("a third request passed")
            return
        }
        #expect(error.code == "rate_limit_exceeded" && error.status == 429)
        #expect(error.retryAfter == 29)
        #expect(error.message.contains("2 requests per minute for this API key"))
        #expect(error.rateStatus?.requests == .init(limit: 2, remaining: 0, resetMilliseconds: 59_000))
        permits.append(try keeper.admit(demand, now: 30 * Stage.second).get())
        #expect(permits.count == 3)
    }

    @Test func tokensAreAdmittedWhileThereAreAnyAndCorrectedAfterwards() throws {
        let keeper = LimitKeeper()
        let holder = Stage.holder { $0.tpm = 600 }
        let first = try keeper.admit(Stage.demand(holder, tokens: 500), now: 0).get()
        let second = try keeper.admit(Stage.demand(holder, tokens: 500), now: 0).get()
        #expect(code(keeper.admit(Stage.demand(holder, tokens: 1), now: 0)) == "rate_limit_exceeded")
        // 500 and 100 were taken; 200 and 700 were used: 300 more than there were.
        first.settle(tokens: 200, costMicroUSD: 0, now: 0)
        #expect(keeper.status(of: holder, model: nil, now: 0).tokens?.remaining == 300)
        second.settle(tokens: 700, costMicroUSD: 0, now: 0)
        guard case .failure(let error) = keeper.admit(Stage.demand(holder), now: 0) else {
            Issue.record("a request passed in spite of a debt")
            return
        }
        #expect(error.retryAfter == 31)
        #expect(error.message.contains("600 tokens per minute"))
        #expect(code(keeper.admit(Stage.demand(holder), now: 31 * Stage.second)) == "admitted")
    }

    @Test func limitsPerModelAreApartAndAccountsBindAllKeys() throws {
        let keeper = LimitKeeper()
        let (one, other) = (Stage.model("one", rpm: 1), Stage.model("other", rpm: 1))
        let account = Stage.account(UsageLimits(rpm: 3))
        let (first, second) = (Stage.holder("key_1", of: account), Stage.holder("key_2", of: account))
        let wanted: [(KeyHolder, Model, String)] = [
            (first, one, "admitted"), (first, one, "rate_limit_exceeded"), (first, other, "admitted"),
            (second, one, "admitted"), (second, other, "rate_limit_exceeded"),
        ]
        var permits: [Permit] = []
        for (holder, model, outcome) in wanted {
            let result = keeper.admit(Stage.demand(holder, .turn, model: model), now: 0)
            #expect(code(result) == outcome)
            if case .success(let permit) = result { permits.append(permit) }
        }
        #expect(keeper.status(of: second, model: other, now: 0).requests?.remaining == 0)
        #expect(keeper.status(of: second, model: other, now: 0).requests?.limit == 3)
    }

    @Test func whoWaitsAsLongAsToldGetsThrough() throws {
        let keeper = LimitKeeper()
        let holder = Stage.holder(of: Stage.account(UsageLimits(rpm: 60))) { $0.rpm = 7 }
        let model = Stage.model(rpm: 5)
        var now: Int64 = 0
        var refusals = 0
        for _ in 0..<100 {
            switch keeper.admit(Stage.demand(holder, model: model), now: now) {
            case .success(let permit):
                permit.settle(tokens: 1, costMicroUSD: 0, now: now)
            case .failure(let error):
                refusals += 1
                now += Int64(try #require(error.retryAfter)) * Stage.second
                let permit = try keeper.admit(Stage.demand(holder, model: model), now: now).get()
                permit.settle(tokens: 1, costMicroUSD: 0, now: now)
            }
        }
        #expect(refusals > 10)
    }

    @Test func aSessionTakesNoRequestButASlot() throws {
        let keeper = LimitKeeper()
        let holder = Stage.holder {
            $0.rpm = 1
            $0.sessions = 2
        }
        let slots = [
            try keeper.admit(Stage.demand(holder, .session, model: nil), now: 0).get(),
            try keeper.admit(Stage.demand(holder, .session), now: 0).get(),
        ]
        let refused = keeper.admit(Stage.demand(holder, .session), now: 0)
        #expect(code(refused) == "too_many_sessions")
        let turn = try keeper.admit(Stage.demand(holder, .turn), now: 0).get()
        turn.settle(tokens: 0, costMicroUSD: 0, now: 0)
        slots[0].settle(tokens: 1_000, costMicroUSD: 1_000, now: 0)
        #expect(keeper.usage(keyID: "key_1") == KeyUsageNow(sessions: 1))
        #expect(code(keeper.admit(Stage.demand(holder, .session), now: 0)) == "admitted")
    }

    @Test func aPermitThatWasHandedOverLeavesItsSlotToTheHolder() throws {
        let keeper = LimitKeeper()
        let holder = Stage.holder { $0.sessions = 1 }
        var slot: Permit? = try keeper.admit(Stage.demand(holder, .session), now: 0).get()
        slot?.handOverPlace()
        slot?.settle(tokens: 0, costMicroUSD: 0, now: 0)
        slot = nil
        #expect(keeper.usage(keyID: "key_1") == KeyUsageNow(sessions: 1))
        #expect(code(keeper.admit(Stage.demand(holder, .session), now: 0)) == "too_many_sessions")
        keeper.sessionEnded(of: holder)
        #expect(keeper.usage(keyID: "key_1") == KeyUsageNow(sessions: 0))
        #expect(code(keeper.admit(Stage.demand(holder, .session), now: 0)) == "admitted")
    }

    @Test func aTurnHasNoPlaceToHandOver() throws {
        let keeper = LimitKeeper()
        let holder = Stage.holder { $0.rpm = 1 }
        let turn = try keeper.admit(Stage.demand(holder, .turn), now: 0).get()
        turn.handOverPlace()
        turn.cancel(now: 0)
        #expect(code(keeper.admit(Stage.demand(holder, .turn), now: 0)) == "admitted")
    }

    @Test func slotsOfAnAccountBindAllKeys() throws {
        let keeper = LimitKeeper()
        let account = Stage.account(UsageLimits(sessions: 1))
        let slot = try keeper.admit(Stage.demand(Stage.holder("key_1", of: account), .session), now: 0).get()
        let other = Stage.demand(Stage.holder("key_2", of: account), .session)
        #expect(code(keeper.admit(other, now: 0)) == "too_many_sessions")
        slot.cancel(now: 0)
        #expect(code(keeper.admit(other, now: 0)) == "admitted")
    }

    // MARK: Another configuration

    /// Each change from the lower limit to the higher one would give what lies between.
    @Test("work that began under a lower limit and work that began under a higher one share the latest")
    func limitsOfTwoConfigurations() {
        let keeper = LimitKeeper()
        let holder = Stage.holder()
        let (before, after) = (Stage.model(rpm: 2), Stage.model(rpm: 5))
        // One that is let go gives back what it took.
        var permits: [Permit] = []
        func ask(_ model: Model) {
            if let permit = try? keeper.admit(Stage.demand(holder, model: model), now: 1).get() {
                permits.append(permit)
            }
        }
        ask(before)
        keeper.follow([after])
        for turn in 0..<100 { ask(turn % 2 == 0 ? before : after) }
        #expect(permits.count == 5)
        #expect(keeper.status(of: holder, model: before, now: 1).requests?.limit == 5)
        // The model is gone: those that go on share what was the latest.
        keeper.follow([])
        for turn in 0..<100 { ask(turn % 2 == 0 ? before : after) }
        #expect(permits.count == 5)
    }

    @Test("a limit that came while a session went on holds it, also when its model is listed no more")
    func limitThatCameMeanwhile() {
        let keeper = LimitKeeper()
        let holder = Stage.holder()
        let began = Stage.model()
        var permits: [Permit] = []
        func ask() {
            if let permit = try? keeper.admit(Stage.demand(holder, model: began), now: 1).get() {
                permits.append(permit)
            }
        }
        keeper.follow([Stage.model(rpm: 2)])
        ask()
        keeper.follow([])
        for _ in 0..<5 { ask() }
        #expect(permits.count == 2)
    }

    @Test("a model that only passes through has no limits, whatever one of its name had")
    func passedThrough() {
        let keeper = LimitKeeper()
        let holder = Stage.holder()
        var permits: [Permit] = []
        func isAdmitted(_ model: Model) -> Bool {
            guard let permit = try? keeper.admit(Stage.demand(holder, model: model), now: 1).get() else { return false }
            permits.append(permit)
            return true
        }
        var passing = Stage.model()
        passing.isListed = false
        keeper.follow([Stage.model(rpm: 1)])
        #expect(isAdmitted(passing))
        #expect(!isAdmitted(passing))
        keeper.follow([])
        #expect(isAdmitted(passing))
        #expect(!isAdmitted(Stage.model(rpm: 9)))
        keeper.follow([Stage.model()])
        #expect(isAdmitted(Stage.model(rpm: 1)))
        #expect(permits.count == 3)
    }
}
