// The breaker: closed, open, half-open, and back.

import Testing

@testable import SessionCore

@Suite("KeyBreaker")
struct KeyBreakerTests {
    private func at(_ seconds: Double) -> Int64 { RoutingStage.at(seconds) }

    private func breaker(_ change: (inout RoutingPolicy.Breaker) -> Void = { _ in }) -> KeyBreaker {
        var rules = RoutingPolicy.Breaker()
        rules.failures = 3
        rules.window = .seconds(30)
        rules.open = .seconds(10)
        rules.longestOpen = .seconds(60)
        change(&rules)
        return KeyBreaker(rules)
    }

    /// A breaker that has just opened at second 0.
    private func opened() -> KeyBreaker {
        var breaker = self.breaker()
        for _ in 0..<3 { breaker.failed(.ordinary, now: self.at(0)) }
        return breaker
    }

    @Test("it opens with so many failures in a row")
    func opens() {
        var breaker = self.breaker()
        for second in 0..<2 { breaker.failed(.ordinary, now: self.at(Double(second))) }
        #expect(breaker.take(now: self.at(2)) == .ordinary)
        breaker.failed(.ordinary, now: self.at(2))
        #expect(breaker.state == .open(until: self.at(12), times: 1))
        #expect(breaker.take(now: self.at(11.9)) == nil)
        #expect(breaker.readyAt(now: self.at(3)) == self.at(12))
    }

    @Test("a success in between starts the count again")
    func successResets() {
        var breaker = self.breaker()
        for _ in 0..<5 {
            for _ in 0..<2 { breaker.failed(.ordinary, now: self.at(0)) }
            breaker.succeeded(.ordinary)
        }
        #expect(breaker.state == .closed(failures: []))
    }

    @Test("failures that lie further apart than the window do not open it")
    func window() {
        var breaker = self.breaker()
        for step in 0..<10 { breaker.failed(.ordinary, now: self.at(Double(step) * 16)) }
        #expect(breaker.readyAt(now: self.at(144)) == nil)
        breaker.failed(.ordinary, now: self.at(145))
        #expect(breaker.readyAt(now: self.at(145)) != nil, "the third within 30 s")
    }

    @Test("half open, one request goes through and no other")
    func oneProbe() {
        var breaker = self.opened()
        #expect(breaker.take(now: self.at(10)) == .probe)
        #expect(breaker.take(now: self.at(10)) == nil)
        #expect(breaker.take(now: self.at(100)) == nil)
        breaker.succeeded(.probe)
        #expect(breaker.take(now: self.at(101)) == .ordinary)
    }

    @Test("each probe that fails doubles the time, up to a bound; a success forgets it")
    func grows() {
        var breaker = self.opened()
        var now = 10.0
        for expected in [20.0, 40, 60, 60] {
            #expect(breaker.take(now: self.at(now)) == .probe)
            breaker.failed(.probe, now: self.at(now))
            #expect(breaker.readyAt(now: self.at(now)) == self.at(now + expected))
            now += expected
        }
        #expect(breaker.take(now: self.at(now)) == .probe)
        breaker.succeeded(.probe)
        for _ in 0..<3 { breaker.failed(.ordinary, now: self.at(now)) }
        #expect(breaker.readyAt(now: self.at(now)) == self.at(now + 10))
    }

    @Test("a probe whose client left is given back")
    func abandoned() {
        var breaker = self.opened()
        #expect(breaker.take(now: self.at(10)) == .probe)
        breaker.abandoned(.probe, now: self.at(11))
        #expect(breaker.take(now: self.at(11)) == .probe)
    }

    @Test("requests from before it opened say nothing any more")
    func latecomers() {
        var breaker = self.opened()
        breaker.failed(.ordinary, now: self.at(5))
        breaker.succeeded(.ordinary)
        breaker.abandoned(.ordinary, now: self.at(5))
        #expect(breaker.state == .open(until: self.at(10), times: 1))
        #expect(breaker.take(now: self.at(10)) == .probe)
        breaker.succeeded(.ordinary)
        breaker.failed(.ordinary, now: self.at(11))
        #expect(breaker.take(now: self.at(11)) == nil)
    }

    @Test("a probe that is never heard of again does not shut the key out for good")
    func lostProbe() {
        var breaker = self.opened()
        #expect(breaker.take(now: self.at(10)) == .probe)
        #expect(breaker.take(now: self.at(3_700)) == nil)
        #expect(breaker.take(now: self.at(3_711)) == .probe)
    }

    @Test("numbers at the ends of their range are taken as they are")
    func extremes() {
        var breaker = self.breaker {
            $0.failures = 0
            $0.open = .seconds(Int64.max)
        }
        breaker.failed(.ordinary, now: .max)
        #expect(breaker.state == .open(until: .max, times: 1))
        for _ in 0..<100 {
            _ = breaker.take(now: .max)
            breaker.failed(.probe, now: .max)
        }
    }
}
