// Upstreams, a board of their keys, and seconds that count from a moment of the test's own.

@testable import SessionCore

/// What tests of routing share.
struct RoutingStage {
    var policy = RoutingPolicy()
    let upstreams: [Upstream]
    let board: ProviderKeyBoard

    /// Upstreams `u0`, `u1` and so on, with so many keys each.
    init(keys: [Int], _ change: (inout RoutingPolicy) -> Void = { _ in }) {
        change(&policy)
        upstreams = keys.enumerated().map { index, count in
            Upstream(
                name: "u\(index)",
                dialect: .openai,
                baseURL: BaseURL(scheme: .http, host: "h", port: 80, pathPrefix: ""),
                apiKeys: (0..<count).map { Secret("u\(index)-\($0)") }
            )
        }
        board = ProviderKeyBoard(upstreams: upstreams, policy: policy)
    }

    /// A plan over all upstreams in their order.
    func plan(seed: UInt64 = 1) -> AttemptPlan {
        AttemptPlan(upstreams.map { Candidate(upstream: $0, model: "m") }, policy: policy, seed: seed)
    }

    static func at(_ seconds: Double) -> Int64 { 1_000_000_000_000 + Int64(seconds * 1_000_000_000) }

    /// What a plan says, in a word: `u0/1` for a key, `wait`, or how it gives up.
    func step(_ plan: inout AttemptPlan, at seconds: Double = 0) -> String {
        switch plan.next(board, now: Self.at(seconds)) {
        case .ask(let attempt): "\(attempt.ticket.upstream)/\(attempt.ticket.index)"
        case .wait: "wait"
        case .giveUp: "give up"
        case .unavailable(let seconds): "unavailable \(seconds)"
        case .limited(let seconds): "limited \(seconds)"
        case .noKey: "no key"
        }
    }

    /// Asks as the plan says until it gives up; each attempt ends as told.
    func run(_ plan: inout AttemptPlan, _ outcome: (String) -> AttemptOutcome) -> [String] {
        var steps: [String] = []
        var now = Self.at(0)
        while steps.count < 100 {
            switch plan.next(board, now: now) {
            case .ask(let attempt):
                let name = "\(attempt.ticket.upstream)/\(attempt.ticket.index)"
                steps.append(name)
                let ending = outcome(name)
                plan.ended(ending, now: now)
                board.ended(attempt.ticket, ending, now: now)
                if !ending.mayGoOn { return steps }
            case .wait(let nanoseconds):
                steps.append("wait")
                now += nanoseconds
            case .giveUp: return steps + ["give up"]
            case .unavailable, .limited, .noKey: return steps + ["nobody"]
            }
        }
        return steps
    }
}
