// Who is asked, and who next, after each way in which an attempt may end (protocol: http §6).

import Testing

@testable import SessionCore

@Suite("AttemptPlan")
struct AttemptPlanTests {
    private let broken = AttemptOutcome.failed(retryAfter: nil)

    @Test("the first who answers is the last who is asked")
    func answered() {
        let stage = RoutingStage(keys: [1, 1])
        var plan = stage.plan()
        #expect(stage.run(&plan) { _ in .answered } == ["u0/0"])
        #expect(stage.step(&plan) == "give up")
    }

    @Test("what looks like the host goes on with the next candidate, then with other keys, then the same again")
    func hosts() {
        let stage = RoutingStage(keys: [2, 1]) { $0.attempts = 5 }
        var plan = stage.plan()
        #expect(
            stage.run(&plan) { _ in self.broken }
                == ["u0/0", "u1/0", "u0/1", "wait", "u0/0", "wait", "u1/0", "give up"]
        )
    }

    @Test("what concerns the key goes on with the next key", arguments: [429, 401, 403, 402])
    func keys(status: Int) {
        let stage = RoutingStage(keys: [2, 1])
        var plan = stage.plan()
        let outcome = AttemptOutcome(status: status, retryAfter: 60)
        #expect(stage.run(&plan) { $0.hasPrefix("u0") ? outcome : .answered } == ["u0/0", "u0/1", "u1/0"])
    }

    @Test("an upstream that does not know the model is not asked with another key")
    func unknownModel() {
        let stage = RoutingStage(keys: [2, 2])
        var plan = stage.plan()
        #expect(stage.run(&plan) { _ in .unknownModel } == ["u0/0", "u1/0", "give up"])
    }

    @Test("a candidate that the request does not fit is passed over, and costs no attempt")
    func skipped() {
        let stage = RoutingStage(keys: [2, 1]) { $0.attempts = 1 }
        var plan = stage.plan()
        #expect(stage.step(&plan) == "u0/0")
        plan.skip()
        #expect(stage.step(&plan) == "u1/0")
        plan.skip()
        #expect(stage.step(&plan) == "give up")
    }

    @Test("who is too slow is not asked again, others are")
    func tooSlow() {
        let stage = RoutingStage(keys: [1, 1])
        var plan = stage.plan()
        #expect(stage.run(&plan) { _ in .tooSlow } == ["u0/0", "u1/0", "give up"])
    }

    @Test("attempts are bounded")
    func attempts() {
        for attempts in 1...4 {
            let stage = RoutingStage(keys: [1, 1, 1, 1, 1]) { $0.attempts = attempts }
            var plan = stage.plan()
            #expect(stage.run(&plan) { _ in self.broken } == (0..<attempts).map { "u\($0)/0" } + ["give up"])
        }
    }

    @Test("keys that are refused cost no attempt, up to a bound")
    func refusedKeys() {
        let stage = RoutingStage(keys: [6, 1]) { $0.attempts = 1 }
        var plan = stage.plan()
        #expect(stage.run(&plan) { $0.hasPrefix("u0") ? .keyRefused : .answered }.last == "u1/0")
        let many = RoutingStage(keys: [50]) { $0.attempts = 2 }
        plan = many.plan()
        #expect(many.run(&plan) { _ in .keyRefused }.count == 11, "8 for nothing, 2 that count")
    }

    // MARK: Waiting

    @Test("a single candidate is asked again after a backoff that doubles, with jitter from the seed")
    func backoff() {
        func waits(_ seed: UInt64) -> [Int64] {
            let stage = RoutingStage(keys: [1]) {
                $0.attempts = 4
                $0.backoff = .milliseconds(100)
                $0.breaker.failures = 100
            }
            var plan = stage.plan(seed: seed)
            var now: Int64 = 0
            var waits: [Int64] = []
            while waits.count < 10 {
                switch plan.next(stage.board, now: now) {
                case .ask(let attempt):
                    stage.board.ended(attempt.ticket, self.broken, now: now)
                    plan.ended(self.broken, now: now)
                case .wait(let time):
                    waits.append(time)
                    now += time
                case .giveUp, .unavailable, .limited, .noKey: return waits
                }
            }
            return waits
        }
        let first = waits(1)
        #expect(first.count == 3)
        for (wait, whole) in zip(first, [100, 200, 400]) {
            #expect((Int64(whole) * 500_000...Int64(whole) * 1_000_000).contains(wait))
        }
        #expect(waits(1) == first)
        #expect(Set((0..<20).map { waits($0)[0] }).count > 10)
    }

    @Test("without a backoff nobody is asked twice")
    func noBackoff() {
        let stage = RoutingStage(keys: [1]) { $0.backoff = .zero }
        var plan = stage.plan()
        #expect(stage.run(&plan) { _ in self.broken } == ["u0/0", "give up"])
    }

    @Test("Retry-After is waited for when it is short enough, and left to the client when it is not")
    func retryAfter() {
        for (seconds, steps) in [(2, ["u0/0", "wait", "u0/0"]), (6, ["u0/0", "give up"])] {
            for outcome in [AttemptOutcome.limited(retryAfter: seconds), .failed(retryAfter: seconds)] {
                let stage = RoutingStage(keys: [1])
                var plan = stage.plan()
                var asked = 0
                #expect(
                    stage.run(&plan) { _ in
                        asked += 1
                        return asked == 1 ? outcome : .answered
                    } == steps
                )
            }
        }
    }

    @Test("all waiting together is bounded")
    func longestWait() {
        let stage = RoutingStage(keys: [1]) { $0.attempts = 100 }
        var plan = stage.plan()
        let steps = stage.run(&plan) { _ in .limited(retryAfter: 2) }
        #expect(steps == ["u0/0", "wait", "u0/0", "wait", "u0/0", "give up"])
    }

    // MARK: Breakers

    @Test("a key whose breaker is open is passed over, and asked again when it may be")
    func openBreaker() {
        let stage = RoutingStage(keys: [1, 1]) { $0.attempts = 1 }
        for _ in 0..<5 {
            var plan = stage.plan()
            #expect(stage.step(&plan) == "u0/0")
            plan.ended(self.broken, now: RoutingStage.at(0))
            let ticket = ProviderKeyTicket(upstream: "u0", model: "m", index: 0, pass: .ordinary)
            stage.board.ended(ticket, self.broken, now: RoutingStage.at(0))
        }
        var plan = stage.plan()
        #expect(stage.step(&plan, at: 9) == "u1/0")
        plan = stage.plan()
        #expect(stage.step(&plan, at: 10) == "u0/0", "the probe")
        plan = stage.plan()
        #expect(stage.step(&plan, at: 10) == "u1/0", "one probe only")
    }

    @Test("where nobody may be asked it says until when, and why")
    func nobody() {
        let stage = RoutingStage(keys: [1, 1])
        func ended(_ upstream: String, _ outcome: AttemptOutcome, times: Int = 1) {
            for _ in 0..<times {
                let ticket = ProviderKeyTicket(upstream: upstream, model: "m", index: 0, pass: .ordinary)
                stage.board.ended(ticket, outcome, now: RoutingStage.at(0))
            }
        }
        func step() -> String {
            var plan = stage.plan()
            return stage.step(&plan, at: 1)
        }
        ended("u0", .keyRefused)
        ended("u1", .keyRefused)
        #expect(step() == "no key")
        #expect(stage.board.enable("u1", key: 0))
        ended("u1", self.broken, times: 5)
        #expect(step() == "unavailable 10")
        #expect(stage.board.enable("u0", key: 0))
        ended("u0", .limited(retryAfter: 4))
        #expect(step() == "limited 4")
        var empty = AttemptPlan([], policy: RoutingPolicy(), seed: 0)
        #expect(stage.step(&empty) == "unavailable 5")
    }

    @Test("any outcomes in any order end within the bounds, and leave no probe behind")
    func anyOutcomes() {
        var generator = SplitMix64(state: 42)
        let outcomes: [AttemptOutcome] = [
            .answered, .unknownModel, .limited(retryAfter: nil), .limited(retryAfter: 1), .limited(retryAfter: .max),
            .outOfQuota(retryAfter: nil), .keyRefused, .modelRefused, .failed(retryAfter: nil),
            .failed(retryAfter: .min), .tooSlow, .abandoned,
        ]
        for round in 0..<500 {
            let stage = RoutingStage(keys: [3, 0, 2]) { $0.attempts = 1 + round % 6 }
            for seed in 0..<4 {
                var plan = stage.plan(seed: UInt64(seed))
                let steps = stage.run(&plan) { _ in
                    outcomes[Int(generator.next(below: UInt64(outcomes.count)))]
                }
                #expect(steps.filter { $0.hasPrefix("u") }.count <= stage.policy.attempts + 8)
                #expect(steps.count < 40)
            }
            for upstream in stage.upstreams {
                #expect(!stage.board.reports(of: upstream.name, now: 0).contains { $0.state == .halfOpen })
            }
        }
    }
}
