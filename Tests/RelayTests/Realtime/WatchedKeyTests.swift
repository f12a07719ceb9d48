// Why a key with sessions no longer counts (robustness G14).

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@testable import Relay

@Suite("WatchedKey")
struct WatchedKeyTests {
    private static let now = Date(timeIntervalSince1970: 1_000)

    private func holder(_ describe: (inout KeyHolder) -> Void = { _ in }) -> KeyHolder {
        let record = KeyRecord(
            id: "key_1",
            name: "n",
            digest: SHA256Digest(hashing: []),
            displayPrefix: "p",
            createdAt: Self.now
        )
        var holder = KeyHolder(record: record, account: .standard)
        describe(&holder)
        return holder
    }

    private func code(_ holder: KeyHolder, _ limits: LimitKeeper = LimitKeeper()) -> String? {
        WatchedKey(holder).refusal(now: Self.now, limits: limits)?.code
    }

    @Test("revoked, expired, disabled, used up")
    func refusals() {
        #expect(self.code(self.holder()) == nil)
        #expect(self.code(self.holder { $0.record.revokedAt = Self.now }) == "api_key_revoked")
        #expect(self.code(self.holder { $0.record.expiresAt = Self.now }) == "api_key_expired")
        #expect(self.code(self.holder { $0.account.disabledAt = Self.now }) != nil)
        let limits = LimitKeeper()
        let key = self.holder { $0.record.budgetMicroUSD = 10 }
        #expect(self.code(key, limits) == nil)
        limits.charge(key, model: nil, tokens: 0, costMicroUSD: 10, now: 0)
        #expect(self.code(key, limits) == "insufficient_quota")
        let account = self.holder { $0.account.limits.budgetMicroUSD = 10 }
        #expect(self.code(account, limits) == "insufficient_quota")
    }

    @Test("what follows from the holder changes with it")
    func derived() {
        let key = WatchedKey(self.holder())
        #expect(!key.isBudgeted && !key.isRestricted)
        #expect(!key.update(self.holder()))
        #expect(key.update(self.holder { $0.record.models = ["a"] }))
        #expect(key.isRestricted && !key.isBudgeted)
        #expect(key.update(self.holder { $0.account.limits.budgetMicroUSD = 1 }))
        #expect(key.isBudgeted && !key.isRestricted)
    }
}
