// The breaker of one provider key: a key, or the host behind it, that failed several times in a row is left alone for a
// while, and then tried with one request before all others may come back.
//
// closed → open after `failures` in a row within `window`. open → half-open with the first request after its time.
// half-open → closed when that probe is answered; → open, for twice as long, when it fails; → open, and ready at once,
// when its client leaves first. Time is an argument, in monotonic nanoseconds; loops look at it at different moments.

/// Decides whether a key may be used.
package struct KeyBreaker: Sendable, Equatable {
    /// How a request was let through; it is told again with the request's outcome.
    package enum Pass: Sendable, Equatable {
        case ordinary
        /// The one request of a half-open breaker.
        case probe
    }

    package enum State: Sendable, Equatable {
        /// The failures since the last success, oldest first; never more than would open it.
        case closed(failures: [Int64])
        /// `times` counts how often it has opened since it was last closed.
        case open(until: Int64, times: Int)
        case halfOpen(since: Int64, times: Int)
    }

    private enum Bounds {
        /// After this long a probe counts as lost, and another may go: no slip elsewhere may shut a key out for good.
        static let probe: Int64 = 3_700_000_000_000
        /// Doublings of the time it stays open; the longest is reached long before.
        static let doublings = 30
    }

    private var rules: RoutingPolicy.Breaker
    package private(set) var state = State.closed(failures: [])

    package init(_ rules: RoutingPolicy.Breaker) {
        self.rules = rules
    }

    /// When a request may go; nil says at once.
    package func readyAt(now: Int64) -> Int64? {
        let time: Int64
        switch state {
        case .closed: return nil
        case .open(let until, _): time = until
        case .halfOpen(let since, _): time = since.later(by: Bounds.probe)
        }
        return time <= now ? nil : time
    }

    /// Lets a request through; nil when it may not go.
    package mutating func take(now: Int64) -> Pass? {
        guard readyAt(now: now) == nil else { return nil }
        switch state {
        case .closed:
            return .ordinary
        case .open(_, let times), .halfOpen(_, let times):
            state = .halfOpen(since: now, times: times)
            return .probe
        }
    }

    /// The key was answered.
    ///
    /// While the breaker is not closed only its probe counts: others were sent before it opened.
    package mutating func succeeded(_ pass: Pass) {
        switch state {
        case .closed: state = .closed(failures: [])
        case .open, .halfOpen: if pass == .probe { state = .closed(failures: []) }
        }
    }

    package mutating func failed(_ pass: Pass, now: Int64) {
        switch state {
        case .closed(var failures):
            state = .closed(failures: [])
            failures.append(now)
            failures.removeFirst(max(0, failures.count - max(1, rules.failures)))
            let isFull = failures.count >= max(1, rules.failures)
            if isFull, let first = failures.first, now <= first.later(by: rules.window.countedNanoseconds) {
                open(times: 1, now: now)
            } else {
                state = .closed(failures: failures)
            }
        case .halfOpen(_, let times):
            if pass == .probe { open(times: times + 1, now: now) }
        case .open:
            break
        }
    }

    /// The request's client left before anything could be told of the key.
    package mutating func abandoned(_ pass: Pass, now: Int64) {
        switch state {
        case .halfOpen(_, let times): if pass == .probe { state = .open(until: now, times: times) }
        case .closed, .open: break
        }
    }

    /// From now on these rules decide; an open breaker stays open as long as it was to.
    mutating func follow(_ rules: RoutingPolicy.Breaker) {
        self.rules = rules
    }

    private mutating func open(times: Int, now: Int64) {
        let longest = max(rules.longestOpen, rules.open).countedNanoseconds
        var time = rules.open.countedNanoseconds
        for _ in 0..<min(max(times - 1, 0), Bounds.doublings) {
            time = min(longest, time.later(by: time))
        }
        state = .open(until: now.later(by: time), times: min(times, Bounds.doublings + 1))
    }
}
