// All keys of ours at all upstreams, as this process has learned they stand; shared by its loops, behind locks that are
// held for a few comparisons once for each request.
//
// An upstream without keys has one entry all the same: its breaker watches the host.
//
// A board is that of one configuration: the places in its lists never change. What was learned of a key is in its seat,
// which the board of the next configuration takes over; so requests under way go on to tell what they learn of it.

import Synchronization

/// The right to ask a provider once, with one of our keys; every one must be given back with `ended`.
package struct ProviderKeyTicket: Sendable, Equatable {
    package let upstream: String
    /// What the upstream calls the model.
    package let model: String
    /// Place of the key in the upstream's list.
    package let index: Int
    package let pass: KeyBreaker.Pass
}

/// One provider key for people who look on.
package struct ProviderKeyReport: Sendable, Equatable {
    package enum State: String, Sendable, Equatable, CaseIterable {
        case closed
        case halfOpen = "half_open"
        case open
        /// The provider refused the key.
        case disabled
    }

    /// A model for which the key is not used.
    package struct Exclusion: Sendable, Equatable {
        package let model: String
        /// Milliseconds from now; nil until the key is enabled again.
        package let milliseconds: Int?
    }

    package let index: Int
    package let state: State
    /// Since the last answer, while the breaker is closed.
    package let failures: Int
    /// Milliseconds until it is tried again; nil when it may be used now, or is disabled.
    package let milliseconds: Int?
    package let exclusions: [Exclusion]
}

/// Gives out provider keys in turn.
///
/// All times are monotonic, in nanoseconds.
package final class ProviderKeyBoard: Sendable {
    private struct Row {
        let baseURL: BaseURL
        /// In the order of the configuration.
        let seats: [ProviderKeySeat]
    }

    /// Names in the order of the configuration.
    package let upstreams: [String]
    private let rows: [String: Row]
    /// Whose turn it is, by upstream.
    private let turns = Mutex<[String: Int]>([:])

    /// Keys that were known to `earlier` at the same address keep what was learned of them.
    package init(upstreams: [Upstream], policy: RoutingPolicy, after earlier: ProviderKeyBoard? = nil) {
        self.upstreams = upstreams.map(\.name)
        let rows = upstreams.map { upstream in
            let row = earlier?.rows[upstream.name]
            var known = row?.baseURL == upstream.baseURL ? row?.seats ?? [] : []
            let keys = upstream.apiKeys.isEmpty ? [nil] : upstream.apiKeys.map { Optional($0) }
            let seats = keys.map { key in
                // A key that is listed twice has two seats.
                guard let index = known.firstIndex(where: { $0.key == key }) else {
                    return ProviderKeySeat(key, policy.breaker)
                }
                known[index].follow(policy.breaker)
                return known.remove(at: index)
            }
            return (upstream.name, Row(baseURL: upstream.baseURL, seats: seats))
        }
        self.rows = Dictionary(rows) { first, _ in first }
    }

    private func seat(_ upstream: String, _ index: Int) -> ProviderKeySeat? {
        guard let seats = rows[upstream]?.seats, seats.indices.contains(index) else { return nil }
        return seats[index]
    }

    /// Takes the next key that can be used for a model, none of `used`; nil when there is none now.
    package func take(_ upstream: String, model: String, except used: [Int] = [], now: Int64) -> ProviderKeyTicket? {
        guard let seats = rows[upstream]?.seats else { return nil }
        return turns.withLock { turns in
            let first = turns[upstream] ?? 0
            for step in seats.indices {
                let index = (first + step) % seats.count
                guard !used.contains(index) else { continue }
                guard let pass = seats[index].take(for: model, now: now) else { continue }
                turns[upstream] = (index + 1) % seats.count
                return ProviderKeyTicket(upstream: upstream, model: model, index: index, pass: pass)
            }
            return nil
        }
    }

    /// Takes one key; nil when it cannot be used for the model now.
    package func take(_ upstream: String, model: String, key index: Int, now: Int64) -> ProviderKeyTicket? {
        seat(upstream, index)?.take(for: model, now: now).map { pass in
            ProviderKeyTicket(upstream: upstream, model: model, index: index, pass: pass)
        }
    }

    /// When keys of an upstream can be used for a model: one of them, or the soonest of all.
    package func readiness(
        _ upstream: String,
        model: String,
        key: Int? = nil,
        now: Int64
    ) -> ProviderKeyStanding.Readiness {
        let seats = (rows[upstream]?.seats ?? []).enumerated().filter { key == nil || key == $0.offset }
        return seats.reduce(.never) { $0.sooner($1.element.standing.readiness(for: model, now: now)) }
    }

    /// Takes in how an attempt has ended.
    package func ended(_ ticket: ProviderKeyTicket, _ outcome: AttemptOutcome, now: Int64) {
        seat(ticket.upstream, ticket.index)?.ended(outcome, for: ticket.model, ticket.pass, now: now)
    }

    /// Puts a key back to use as an operator asked; false when there is none at this place.
    package func enable(_ upstream: String, key index: Int) -> Bool {
        guard let seat = seat(upstream, index) else { return false }
        seat.enable()
        return true
    }

    /// The keys of an upstream in the order of the configuration; empty when there is no such upstream.
    package func reports(of upstream: String, now: Int64) -> [ProviderKeyReport] {
        (rows[upstream]?.seats ?? []).enumerated().map { Self.report($0, $1.standing, now) }
    }

    private static func report(_ index: Int, _ key: ProviderKeyStanding, _ now: Int64) -> ProviderKeyReport {
        func milliseconds(_ time: Int64?) -> Int? {
            time.flatMap { $0 > now ? Int(($0 - max(0, now)) / 1_000_000) : nil }
        }
        var failures = 0
        var state: ProviderKeyReport.State
        var until = key.coolsUntil
        switch key.breaker.state {
        case .closed(let times):
            state = .closed
            failures = times.count
        case .open(let time, _):
            state = .open
            until = max(time, until ?? time)
        case .halfOpen:
            state = .halfOpen
        }
        if key.isDisabled {
            state = .disabled
            until = nil
        }
        return ProviderKeyReport(
            index: index,
            state: state,
            failures: failures,
            milliseconds: milliseconds(until),
            exclusions: key.exclusions.filter { ($0.until ?? .max) > now }.map {
                ProviderKeyReport.Exclusion(model: $0.model, milliseconds: milliseconds($0.until))
            }
        )
    }
}
