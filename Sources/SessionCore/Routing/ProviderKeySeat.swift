// One key of ours at one upstream, with what was learned of it: what stays when the configuration around it changes.

import Synchronization

/// The standing of one key, behind a lock of its own.
///
/// All times are monotonic, in nanoseconds.
final class ProviderKeySeat: Sendable {
    /// Nil for an upstream without keys.
    let key: Secret?
    private let state: Mutex<ProviderKeyStanding>

    init(_ key: Secret?, _ rules: RoutingPolicy.Breaker) {
        self.key = key
        state = Mutex(ProviderKeyStanding(rules))
    }

    /// As it is at this moment.
    var standing: ProviderKeyStanding { state.withLock { $0 } }

    /// Lets a request through; nil when it may not go now.
    func take(for model: String, now: Int64) -> KeyBreaker.Pass? {
        state.withLock { $0.take(for: model, now: now) }
    }

    /// Takes in how a request that was let through has ended.
    func ended(_ outcome: AttemptOutcome, for model: String, _ pass: KeyBreaker.Pass, now: Int64) {
        state.withLock { $0.ended(outcome, for: model, pass, now: now) }
    }

    func enable() {
        state.withLock { $0.enable() }
    }

    /// From now on these rules decide; what was learned stays.
    func follow(_ rules: RoutingPolicy.Breaker) {
        state.withLock { $0.follow(rules) }
    }
}
