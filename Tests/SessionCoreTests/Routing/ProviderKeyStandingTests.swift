// One key and what its provider says of it (protocol: http §6).

import Testing

@testable import SessionCore

@Suite("ProviderKeyStanding")
struct ProviderKeyStandingTests {
    private func at(_ seconds: Double) -> Int64 { RoutingStage.at(seconds) }
    private func key() -> ProviderKeyStanding { ProviderKeyStanding(RoutingPolicy.Breaker()) }

    @Test("429 cools it down for that model, for as long as the provider says")
    func limited() {
        var key = self.key()
        key.ended(.limited(retryAfter: 7), for: "m", .ordinary, now: self.at(0))
        #expect(key.readiness(for: "m", now: self.at(6.9)) == .cooling(self.at(7)))
        #expect(key.take(for: "m", now: self.at(6.9)) == nil)
        #expect(key.readiness(for: "other", now: self.at(0)) == .now)
        #expect(key.take(for: "m", now: self.at(7)) == .ordinary)
    }

    @Test("a Retry-After beyond reason is not believed, and one that is missing is short")
    func retryAfter() {
        var key = self.key()
        key.ended(.limited(retryAfter: .max), for: "m", .ordinary, now: self.at(0))
        #expect(key.readiness(for: "m", now: self.at(0)) == .cooling(self.at(3_600)))
        key.ended(.limited(retryAfter: -5), for: "m", .ordinary, now: self.at(0))
        #expect(key.readiness(for: "m", now: self.at(0)) == .now)
        key.ended(.limited(retryAfter: nil), for: "m", .ordinary, now: self.at(0))
        #expect(key.readiness(for: "m", now: self.at(0)) == .cooling(self.at(1)))
    }

    @Test("no money at the provider concerns all models")
    func quota() {
        var key = self.key()
        key.ended(.outOfQuota(retryAfter: nil), for: "m", .ordinary, now: self.at(0))
        #expect(key.readiness(for: "other", now: self.at(59)) == .cooling(self.at(60)))
        #expect(key.readiness(for: "other", now: self.at(60)) == .now)
    }

    @Test("401 takes it out until it is enabled again")
    func refused() {
        var key = self.key()
        key.ended(.keyRefused, for: "m", .ordinary, now: self.at(0))
        #expect(key.readiness(for: "other", now: self.at(1_000_000)) == .never)
        // An answer to a request from before does not prove otherwise.
        key.ended(.answered, for: "m", .ordinary, now: self.at(1))
        #expect(key.take(for: "m", now: self.at(2)) == nil)
        key.enable()
        #expect(key.take(for: "m", now: self.at(2)) == .ordinary)
    }

    @Test("403 takes it out for that model, until it is enabled again")
    func modelRefused() {
        var key = self.key()
        key.ended(.modelRefused, for: "m", .ordinary, now: self.at(0))
        #expect(key.readiness(for: "m", now: self.at(1_000_000)) == .never)
        #expect(key.readiness(for: "other", now: self.at(0)) == .now)
        key.enable()
        #expect(key.readiness(for: "m", now: self.at(0)) == .now)
    }

    @Test("models that are excluded are bounded in number, the oldest is forgotten")
    func bounded() {
        var key = self.key()
        for index in 0..<100 { key.ended(.modelRefused, for: "m\(index)", .ordinary, now: self.at(0)) }
        #expect(key.exclusions.count == 64)
        #expect(key.readiness(for: "m0", now: self.at(0)) == .now)
        #expect(key.readiness(for: "m99", now: self.at(0)) == .never)
    }

    @Test("refusals are answers: they close a half-open breaker, and a long answer does when it begins")
    func answersClose() {
        for outcome in [
            AttemptOutcome.began, .answered, .unknownModel, .limited(retryAfter: 0), .modelRefused,
        ] {
            var key = self.key()
            for _ in 0..<5 { key.ended(.failed(retryAfter: nil), for: "m", .ordinary, now: self.at(0)) }
            #expect(key.readiness(for: "m", now: self.at(0)) == .open(self.at(10)))
            #expect(key.take(for: "m", now: self.at(10)) == .probe)
            key.ended(outcome, for: "m", .probe, now: self.at(10))
            #expect(key.readiness(for: "other", now: self.at(10)) == .now, "\(outcome)")
        }
    }

    @Test("answers that begin and then break open it all the same")
    func breakingAnswers() {
        var key = self.key()
        for _ in 0..<5 {
            key.ended(.began, for: "m", .ordinary, now: self.at(0))
            key.ended(.failed(retryAfter: nil), for: "m", .ordinary, now: self.at(0))
        }
        #expect(key.take(for: "m", now: self.at(1)) == nil)
    }

    @Test("silence counts as failure, a client that left counts as nothing")
    func silence() {
        var key = self.key()
        for _ in 0..<50 { key.ended(.abandoned, for: "m", .ordinary, now: self.at(0)) }
        #expect(key == self.key())
        for _ in 0..<5 { key.ended(.tooSlow, for: "m", .ordinary, now: self.at(0)) }
        #expect(key.take(for: "m", now: self.at(1)) == nil)
    }
}
