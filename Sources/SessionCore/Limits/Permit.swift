// What an admission handed out: the right to do one piece of work, and the duty to say what it used.

import Synchronization

/// One piece of work that was admitted.
///
/// Whoever drops it without a word gives everything back.
package final class Permit: Sendable {
    private let shard: LimitShard
    /// Nil once settled or given back.
    private let taken: Mutex<LimitTaken?>

    init(shard: LimitShard, taken: LimitTaken) {
        self.shard = shard
        self.taken = Mutex(taken)
    }

    deinit {
        cancel(now: 0)
    }

    /// Millionths of a dollar that are set aside at the moment.
    package var reservedMicroUSD: Int64 {
        taken.withLock { $0?.reserved ?? 0 }
    }

    /// Sets more money aside for work whose cost outgrew what was; false when a budget has not that much (then nothing
    /// is set aside) or the work was settled.
    package func extend(costMicroUSD: Int64) -> Bool {
        taken.withLock { taken in
            guard var current = taken else { return false }
            let isExtended = shard.table.withLock { $0.extend(&current, by: costMicroUSD) }
            taken = current
            return isExtended
        }
    }

    /// Tells what the work used: corrects the rates and books the cost as spent.
    ///
    /// Once; later calls do nothing.
    package func settle(tokens: Int, costMicroUSD: Int64, now: Int64) {
        guard let taken = end() else { return }
        shard.table.withLock { $0.settle(taken, tokens: tokens, costMicroUSD: costMicroUSD, now: now) }
    }

    /// Gives everything back, the request included, as if it had never been asked for: the work reached no upstream.
    package func cancel(now: Int64) {
        guard let taken = end() else { return }
        shard.table.withLock { $0.giveBack(taken) }
    }

    /// Leaves a session's place with whoever keeps count of it from now on: the session holds it for hours, and needs
    /// nothing to give it back but its holder (`LimitKeeper.sessionEnded`).
    ///
    /// Of a turn or an exchange, which set aside more than that, nothing is handed over.
    package func handOverPlace() {
        taken.withLock { taken in
            if taken?.kind == .session { taken = nil }
        }
    }

    private func end() -> LimitTaken? {
        taken.withLock { taken in
            defer { taken = nil }
            return taken
        }
    }
}
