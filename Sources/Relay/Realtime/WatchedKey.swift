// A key that has realtime sessions on this loop: who holds it at the moment, and what follows from that.

import Foundation
import SessionCore

/// One key with sessions, shared by all of them.
///
/// Loop-bound.
final class WatchedKey {
    let id: String
    /// As of the last look; limits of the next turn are read from it.
    private(set) var holder: KeyHolder
    /// Sessions on this loop.
    var sessions = 0
    var isLoading = false
    /// Whether the cost of a turn has to be watched while it is under way.
    private(set) var isBudgeted = false
    /// Whether there are models that it may not use.
    private(set) var isRestricted = false

    init(_ holder: KeyHolder) {
        self.id = holder.record.id
        // A secret is its session's own affair.
        self.holder = KeyHolder(record: holder.record, account: holder.account)
        self.derive()
    }

    /// Takes over what the store says now; tells whether that is news.
    func update(_ holder: KeyHolder) -> Bool {
        guard holder != self.holder else { return false }
        self.holder = holder
        self.derive()
        return true
    }

    private func derive() {
        self.isBudgeted =
            self.holder.record.budgetMicroUSD != nil || self.holder.account.limits.budgetMicroUSD != nil
        self.isRestricted = !self.holder.record.models.isEmpty || !self.holder.account.models.isEmpty
    }

    /// Why the key no longer counts; nil as long as it does.
    func refusal(now: Date, limits: LimitKeeper) -> RelayError? {
        let (record, account) = (self.holder.record, self.holder.account)
        if record.isRevoked(at: now) || account.isDisabled(at: now) { return .revokedKey() }
        if record.isExpired(at: now) { return .expiredKey() }
        if let budget = record.budgetMicroUSD, limits.usage(keyID: record.id).spentMicroUSD >= budget {
            return .quotaExceeded()
        }
        if let budget = account.limits.budgetMicroUSD, limits.usage(accountID: account.id).spentMicroUSD >= budget {
            return .quotaExceeded(of: "the account of this API key")
        }
        return nil
    }
}
