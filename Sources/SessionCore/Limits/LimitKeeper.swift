// The counts of all keys and accounts of this process, behind locks: what admission asks after it knows who is there.
//
// An account and all its keys lie in one part, so one admission is one short critical section and of any number of
// racing requests exactly as many pass as the limit says (robustness G13). Counts live in memory: what was spent comes
// back from the ledger at start, what was only set aside is gone with the process, as it should be.

import Synchronization

/// One part of the counts.
final class LimitShard: Sendable {
    let table: Mutex<LimitTable>

    init(limits: LimitTableLimits) {
        table = Mutex(LimitTable(limits: limits))
    }
}

/// Grants and refuses work by rate, budget and concurrency.
///
/// All times are monotonic, in nanoseconds.
package final class LimitKeeper: Sendable {
    package typealias Limits = LimitTableLimits

    /// A power of two.
    private static let shardCount = 16
    private let shards: [LimitShard]
    private let configured = Mutex(ConfiguredLimits())
    private let limits: Limits

    package init(limits: Limits = Limits()) {
        self.limits = limits
        shards = (0..<Self.shardCount).map { _ in LimitShard(limits: limits) }
    }

    private func shard(of accountID: String) -> LimitShard {
        shards[accountID.hashValue & (Self.shardCount - 1)]
    }

    /// Takes over what keys have spent before this process began.
    package func restore(_ spend: [KeySpend]) {
        for entry in spend {
            shard(of: entry.accountID).table.withLock { $0.restore(entry) }
        }
    }

    /// From now on these models' limits count, also for work that began under others.
    package func follow(_ models: [Model]) {
        let configured = configured.withLock { configured in
            configured.follow(models, bound: limits.scopes)
            return configured
        }
        for shard in shards { shard.table.withLock { $0.configured = configured } }
    }

    /// Takes what a piece of work needs, or refuses it with 429 and takes nothing.
    package func admit(_ demand: Demand, now: Int64) -> Result<Permit, RelayError> {
        let shard = shard(of: demand.holder.account.id)
        return shard.table.withLock { $0.admit(demand, now: now) }.map { Permit(shard: shard, taken: $0) }
    }

    /// Books work that was done without having been asked for: a transcription, a turn that was refused and yet made.
    package func charge(_ holder: KeyHolder, model: Model?, tokens: Int, costMicroUSD: Int64, now: Int64) {
        let work = Demand(kind: .turn, holder: holder, model: model, tokens: tokens, costMicroUSD: costMicroUSD)
        shard(of: holder.account.id).table.withLock { $0.charge(work, now: now) }
    }

    /// A session has ended whose place was handed over.
    ///
    /// `holder` is as it was or has become meanwhile: a key never changes its account.
    package func sessionEnded(of holder: KeyHolder) {
        shard(of: holder.account.id).table.withLock { $0.sessionEnded(holder) }
    }

    /// The rates that apply to a key and a model, as of `now`.
    package func status(of holder: KeyHolder, model: Model?, now: Int64) -> RateStatus {
        shard(of: holder.account.id).table.withLock { $0.status(of: holder, model: model, now: now) }
    }

    package func usage(keyID: String) -> KeyUsageNow {
        // The account is not known here, and a key lies where its account does.
        for shard in shards {
            if let usage = shard.table.withLock({ $0.usage(keyID: keyID) }) { return usage }
        }
        return KeyUsageNow()
    }

    package func usage(accountID: String) -> KeyUsageNow {
        shard(of: accountID).table.withLock { $0.usage(accountID: accountID) } ?? KeyUsageNow()
    }
}
