// The section about how providers are asked: fail-over, retries, breakers.

import SessionCore

extension ConfigurationReader {
    func routing(in root: ConfigurationSection) -> RoutingPolicy? {
        let keys = ["attempts", "backoff", "longest_wait", "breaker"]
        guard let section = root.section("routing", keys: keys) else { return nil }
        var policy = RoutingPolicy()
        policy.attempts = section.integer("attempts", in: 1...20) ?? policy.attempts
        policy.backoff = section.duration("backoff", in: .zero ... .seconds(60)) ?? policy.backoff
        policy.longestWait = section.duration("longest_wait", in: .zero ... .seconds(300)) ?? policy.longestWait
        policy.breaker = breaker(in: section) ?? policy.breaker
        if policy.backoff > policy.longestWait {
            findings.warn(
                section.path(section.has("backoff") ? "backoff" : "longest_wait"),
                "backoff is longer than longest_wait, which shortens it"
            )
        }
        return policy
    }

    private func breaker(in section: ConfigurationSection) -> RoutingPolicy.Breaker? {
        let keys = ["failures", "window", "open", "longest_open"]
        guard let section = section.section("breaker", keys: keys) else { return nil }
        let time: ClosedRange<Duration> = .milliseconds(10) ... .seconds(86_400)
        var breaker = RoutingPolicy.Breaker()
        breaker.failures = section.integer("failures", in: 1...1_000) ?? breaker.failures
        breaker.window = section.duration("window", in: time) ?? breaker.window
        breaker.open = section.duration("open", in: time) ?? breaker.open
        // The usual bound must not shorten a longer time that was asked for.
        breaker.longestOpen = section.duration("longest_open", in: time) ?? max(breaker.longestOpen, breaker.open)
        if breaker.longestOpen < breaker.open {
            findings.fail(
                section.path("longest_open"),
                "is shorter than open, which is \(breaker.open)",
                remedy: "Choose a time that is at least as long as open, or remove the key."
            )
        }
        return breaker
    }
}
