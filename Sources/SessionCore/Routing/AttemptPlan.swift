// Whom to ask, and whom next: the plan of one piece of work, which is told how each attempt ended and says what follows.
//
// Each candidate in the order of its routes, each of its keys once. What concerns a key alone (429, 401, 403) goes on with
// the upstream's next key; what looks like the host (no connection, 5xx, silence) with the next candidate first. Only when
// nobody new is left is the same key asked again, after a backoff that doubles, or what `Retry-After` says. All of it is
// bounded: attempts, and waiting taken together. Keys that a provider refuses cost no attempt, up to a bound: each is
// refused once and then known, and one good key behind several bad ones should be found.

/// The attempts of one piece of work.
package struct AttemptPlan: Sendable {
    /// One request to be made.
    package struct Attempt: Sendable, Equatable {
        package let candidate: Candidate
        package let ticket: ProviderKeyTicket

        /// What to show the provider; nil when the upstream has no keys.
        package var key: Secret? { candidate.upstream.key(at: ticket.index) }
    }

    /// What to do now.
    package enum Step: Sendable, Equatable {
        case ask(Attempt)
        /// Ask again after this many nanoseconds.
        case wait(Int64)
        /// Nobody is left who could do better than those who were asked.
        case giveUp
        /// Nobody was asked: breakers are open; whole seconds until the soonest is tried.
        case unavailable(retryAfter: Int)
        /// Nobody was asked: providers limit what may be asked with our keys; whole seconds until the soonest may be.
        case limited(retryAfter: Int)
        /// Nobody was asked: providers have refused all keys that could be used.
        case noKey
    }

    /// A key that was asked, and when it may be asked again; nil for never.
    private struct Past {
        let candidate: Int
        let key: Int
        let notBefore: Int64?
    }

    private enum Bounds {
        /// Refused keys that cost no attempt.
        static let refusals = 8
        /// The shortest wait, so that nothing turns on the spot.
        static let wait: Int64 = 1_000_000
        /// Seconds that a client is told, where no route leads anywhere, and at the most.
        static let nobody = 5
        static let longestSeconds: Int64 = 3_600
    }

    private let candidates: [Candidate]
    private let policy: RoutingPolicy
    private var generator: SplitMix64
    /// Places of candidates, the one to ask next in front.
    private var order: [Int]
    private var past: [Past] = []
    private var current: (candidate: Int, ticket: ProviderKeyTicket)?
    private var attempts = 0
    private var refusals = 0
    private var waited: Int64 = 0

    /// `candidates` in the order to try; `seed` gives the jitter.
    package init(_ candidates: [Candidate], policy: RoutingPolicy, seed: UInt64) {
        self.candidates = candidates
        self.policy = policy
        generator = SplitMix64(state: seed)
        order = Array(candidates.indices)
    }

    /// Says what to do; `board` gives out the key that is asked with.
    package mutating func next(_ board: ProviderKeyBoard, now: Int64) -> Step {
        guard attempts < max(1, policy.attempts) else { return .giveUp }
        if let attempt = somebodyNew(board, now) ?? somebodyAgain(board, now) { return .ask(attempt) }
        guard past.isEmpty else { return wait(board, now) }
        return shortfall(board, now)
    }

    /// Takes in how the attempt that was asked for has ended.
    package mutating func ended(_ outcome: AttemptOutcome, now: Int64) {
        guard let (candidate, ticket) = current else { return }
        current = nil
        switch outcome {
        case .keyRefused, .modelRefused:
            refusals += 1
            if refusals > Bounds.refusals { attempts += 1 }
            past.append(Past(candidate: candidate, key: ticket.index, notBefore: nil))
        case .outOfQuota:
            attempts += 1
            past.append(Past(candidate: candidate, key: ticket.index, notBefore: nil))
        case .limited(let seconds):
            attempts += 1
            let again = again(after: seconds ?? 1, now: now)
            past.append(Past(candidate: candidate, key: ticket.index, notBefore: again))
        case .unknownModel:
            attempts += 1
            order.removeAll { $0 == candidate }
            past.append(Past(candidate: candidate, key: ticket.index, notBefore: nil))
        case .failed(let seconds):
            attempts += 1
            let again = again(after: seconds ?? 0, now: now)
            past.append(Past(candidate: candidate, key: ticket.index, notBefore: again))
            moveBack(candidate)
        case .tooSlow:
            attempts += 1
            past.append(Past(candidate: candidate, key: ticket.index, notBefore: nil))
            moveBack(candidate)
        case .began, .answered, .abandoned:
            attempts = .max
        }
    }

    /// The candidate at hand was not asked, and will not be: the request does not fit it.
    package mutating func skip() {
        guard let (candidate, ticket) = current else { return }
        current = nil
        order.removeAll { $0 == candidate }
        past.append(Past(candidate: candidate, key: ticket.index, notBefore: nil))
    }

    private mutating func moveBack(_ candidate: Int) {
        order.removeAll { $0 == candidate }
        order.append(candidate)
    }

    // MARK: Who

    private mutating func somebodyNew(_ board: ProviderKeyBoard, _ now: Int64) -> Attempt? {
        for place in order {
            let candidate = candidates[place]
            let used = past.filter { $0.candidate == place }.map(\.key)
            guard
                let ticket = board.take(candidate.upstream.name, model: candidate.model, except: used, now: now)
            else { continue }
            current = (place, ticket)
            return Attempt(candidate: candidate, ticket: ticket)
        }
        return nil
    }

    private mutating func somebodyAgain(_ board: ProviderKeyBoard, _ now: Int64) -> Attempt? {
        for (index, entry) in past.enumerated() {
            guard let time = entry.notBefore, time <= now else { continue }
            let candidate = candidates[entry.candidate]
            guard
                let ticket = board.take(candidate.upstream.name, model: candidate.model, key: entry.key, now: now)
            else { continue }
            past.remove(at: index)
            current = (entry.candidate, ticket)
            return Attempt(candidate: candidate, ticket: ticket)
        }
        return nil
    }

    // MARK: When

    /// When the same key may be asked again; nil for never.
    private mutating func again(after seconds: Int, now: Int64) -> Int64? {
        let first = policy.backoff.countedNanoseconds
        guard first > 0 else { return nil }
        let longest = policy.longestWait.countedNanoseconds
        var backoff = min(first, longest)
        // The count of attempts is small; so is that of doublings.
        for _ in 1..<max(1, min(attempts, 32)) {
            backoff = min(longest, backoff.later(by: backoff))
        }
        // Half of it is chance, so that those who failed together do not come back together.
        let half = max(1, backoff / 2)
        let jittered = half + Int64(clamping: generator.next(below: UInt64(half) + 1))
        let asked = Int64(min(max(seconds, 0), 86_400)) * 1_000_000_000
        return now.later(by: max(jittered, asked))
    }

    private mutating func wait(_ board: ProviderKeyBoard, _ now: Int64) -> Step {
        var soonest: Int64?
        for entry in past {
            guard var time = entry.notBefore else { continue }
            let candidate = candidates[entry.candidate]
            let name = candidate.upstream.name
            let readiness = board.readiness(name, model: candidate.model, key: entry.key, now: now)
            guard readiness != .never else { continue }
            time = max(time, readiness.time ?? time)
            soonest = min(soonest ?? time, time)
        }
        guard let soonest else { return .giveUp }
        let time = max(Bounds.wait, soonest - now)
        guard waited.later(by: time) <= policy.longestWait.countedNanoseconds else { return .giveUp }
        waited += time
        return .wait(time)
    }

    private func shortfall(_ board: ProviderKeyBoard, _ now: Int64) -> Step {
        guard !candidates.isEmpty else { return .unavailable(retryAfter: Bounds.nobody) }
        let soonest = candidates.reduce(ProviderKeyStanding.Readiness.never) { soonest, candidate in
            soonest.sooner(board.readiness(candidate.upstream.name, model: candidate.model, now: now))
        }
        switch soonest {
        case .never: return .noKey
        // Free again between two looks.
        case .now: return .unavailable(retryAfter: 1)
        case .open(let time): return .unavailable(retryAfter: Self.seconds(until: time, now))
        case .cooling(let time): return .limited(retryAfter: Self.seconds(until: time, now))
        }
    }

    /// Rounded up: who comes back then finds it so.
    private static func seconds(until time: Int64, _ now: Int64) -> Int {
        Int(min(max((time - now) / 1_000_000_000 + 1, 1), Bounds.longestSeconds))
    }
}
