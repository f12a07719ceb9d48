// What every keeper of keys promises, as a suite that any implementation can be held to: one function per promise, each
// given a fresh, empty store.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

/// The promises of `KeyStore`.
enum KeyStoreContract: String, CaseIterable, Sendable {
    case startsEmpty
    case returnsWhatWasInserted
    case keepsEveryField
    case refusesDuplicates
    case listsOldestFirst
    case revokesOnce
    case rotates
    case rotatesNothingRevoked
    case touchesForward
    case insertsOnlyTheFirst
    case onlyOneOfManyIsFirst
    case keepsOddTexts
    case knowsTheAccount
    case refusesAnUnknownAccount
    case forgetsWhatWasDeleted
    case updatesWhatMayChange

    private static let start = Date(timeIntervalSince1970: 1_800_000_000.125)

    static func record(_ number: Int, change: (inout KeyRecord) -> Void = { _ in }) -> KeyRecord {
        var record = KeyRecord(
            id: "key_\(number)",
            name: "key \(number)",
            digest: digest("\(number)"),
            displayPrefix: "sk-lw-\(number)…",
            createdAt: start.addingTimeInterval(Double(number))
        )
        change(&record)
        return record
    }

    static func digest(_ text: String) -> SHA256Digest { SHA256Digest(hashing: Array(text.utf8)) }

    static let team = Account(
        id: "acct_team",
        name: "team",
        createdAt: start,
        limits: UsageLimits(budgetMicroUSD: 5, rpm: 6, tpm: 7, sessions: 8),
        models: ["gpt-*"]
    )

    /// Holds `store` to the promise; `accounts` are those of the same store.
    func hold(_ store: any KeyStore, accounts: any AccountStore) async throws {
        switch self {
        case .startsEmpty: try await startsEmpty(store)
        case .returnsWhatWasInserted: try await returnsWhatWasInserted(store)
        case .keepsEveryField: try await keepsEveryField(store, accounts)
        case .refusesDuplicates: try await refusesDuplicates(store)
        case .listsOldestFirst: try await listsOldestFirst(store)
        case .revokesOnce: try await revokesOnce(store)
        case .rotates: try await rotates(store)
        case .rotatesNothingRevoked: try await rotatesNothingRevoked(store)
        case .touchesForward: try await touchesForward(store)
        case .insertsOnlyTheFirst: try await insertsOnlyTheFirst(store)
        case .onlyOneOfManyIsFirst: try await onlyOneOfManyIsFirst(store)
        case .keepsOddTexts: try await keepsOddTexts(store, accounts)
        case .knowsTheAccount: try await knowsTheAccount(store, accounts)
        case .refusesAnUnknownAccount: try await refusesAnUnknownAccount(store)
        case .forgetsWhatWasDeleted: try await forgetsWhatWasDeleted(store)
        case .updatesWhatMayChange: try await updatesWhatMayChange(store)
        }
    }

    private func startsEmpty(_ store: any KeyStore) async throws {
        #expect(try await store.isEmpty())
        #expect(try await store.list().isEmpty)
        #expect(try await store.get(id: "key_1") == nil)
        #expect(try await store.holder(digest: Self.digest("1"), now: Self.start)?.record == nil)
    }

    private func returnsWhatWasInserted(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        try await store.insert(Self.record(2))
        #expect(try await !store.isEmpty())
        #expect(try await store.get(id: "key_2") == Self.record(2))
        #expect(try await store.holder(digest: Self.digest("1"), now: Self.start)?.record == Self.record(1))
        #expect(try await store.holder(digest: Self.digest("3"), now: Self.start)?.record == nil)
    }

    private func keepsEveryField(_ store: any KeyStore, _ accounts: any AccountStore) async throws {
        try await accounts.insert(Self.team)
        let blocks = try ["10.0.0.0/8", "2001:db8::/33"].map { try #require(CIDRBlock($0)) }
        let full = Self.record(1) {
            $0.accountID = Self.team.id
            $0.expiresAt = Self.start.addingTimeInterval(1.5)
            $0.revokedAt = Self.start.addingTimeInterval(2.25)
            $0.lastUsedAt = Self.start.addingTimeInterval(3)
            $0.models = ["gpt-*", "a \"quoted\" one", ""]
            $0.addresses = blocks
            $0.budgetMicroUSD = .max
            $0.rpm = 1
            $0.tpm = 2
            $0.sessions = 3
        }
        try await store.insert(full)
        #expect(try await store.get(id: "key_1") == full)
        #expect(try await store.list() == [full])
    }

    private func refusesDuplicates(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        await #expect(throws: StoreError.duplicate(id: "key_1")) {
            try await store.insert(Self.record(1) { $0.digest = Self.digest("other") })
        }
        let twin = Self.record(2) { $0.digest = Self.digest("1") }
        await #expect(throws: StoreError.duplicate(id: "key_2")) { try await store.insert(twin) }
        #expect(try await store.list() == [Self.record(1)])
    }

    private func listsOldestFirst(_ store: any KeyStore) async throws {
        for number in [3, 1, 2] { try await store.insert(Self.record(number)) }
        #expect(try await store.list().map(\.id) == ["key_1", "key_2", "key_3"])
    }

    private func revokesOnce(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        try await store.insert(Self.record(2))
        let revoked = try await store.revoke(id: "key_1", at: Self.start)
        #expect(revoked.revokedAt == Self.start)
        #expect(try await store.revoke(id: "key_1", at: Self.start.addingTimeInterval(9)).revokedAt == Self.start)
        #expect(try await store.holder(digest: Self.digest("1"), now: Self.start)?.record.revokedAt == Self.start)
        #expect(try await store.get(id: "key_2")?.revokedAt == nil)
        #expect(try await !store.isEmpty())
        await #expect(throws: StoreError.notFound(id: "key_9")) { try await store.revoke(id: "key_9", at: Self.start) }
    }

    private func rotates(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        try await store.insert(Self.record(2))
        let expected = Self.record(1) {
            $0.digest = Self.digest("new")
            $0.displayPrefix = "sk-lw-new…"
        }
        let rotated = try await store.replaceDigest(
            id: "key_1",
            digest: Self.digest("new"),
            displayPrefix: "sk-lw-new…",
            formerUntil: nil
        )
        #expect(rotated == expected)
        #expect(try await store.holder(digest: Self.digest("new"), now: Self.start)?.record == expected)
        #expect(try await store.holder(digest: Self.digest("1"), now: Self.start)?.record == nil)
        await #expect(throws: StoreError.duplicate(id: "key_1")) {
            try await store.replaceDigest(id: "key_1", digest: Self.digest("2"), displayPrefix: "x", formerUntil: nil)
        }
        #expect(try await store.get(id: "key_1") == expected)
        await #expect(throws: StoreError.notFound(id: "key_9")) {
            try await store.replaceDigest(id: "key_9", digest: Self.digest("9"), displayPrefix: "x", formerUntil: nil)
        }
    }

    private func rotatesNothingRevoked(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        _ = try await store.revoke(id: "key_1", at: Self.start)
        await #expect(throws: StoreError.revoked(id: "key_1")) {
            try await store.replaceDigest(id: "key_1", digest: Self.digest("new"), displayPrefix: "x", formerUntil: nil)
        }
        #expect(try await store.holder(digest: Self.digest("new"), now: Self.start)?.record == nil)
    }

    private func touchesForward(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        let later = Self.start.addingTimeInterval(60)
        try await store.touchLastUse(id: "key_1", at: later)
        try await store.touchLastUse(id: "key_1", at: Self.start)
        #expect(try await store.get(id: "key_1") == Self.record(1) { $0.lastUsedAt = later })
        try await store.touchLastUse(id: "key_9", at: later)
    }

    private func insertsOnlyTheFirst(_ store: any KeyStore) async throws {
        #expect(try await store.insertFirst(Self.record(1)))
        #expect(try await !store.insertFirst(Self.record(2)))
        #expect(try await store.list() == [Self.record(1)])
    }

    private func onlyOneOfManyIsFirst(_ store: any KeyStore) async throws {
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<20 { group.addTask { try await store.insertFirst(Self.record(number)) } }
            return try await group.reduce(into: 0) { count, won in count += won ? 1 : 0 }
        }
        #expect(winners == 1)
        #expect(try await store.list().count == 1)
    }

    private func keepsOddTexts(_ store: any KeyStore, _ accounts: any AccountStore) async throws {
        try await accounts.insert(Account(id: "", name: "", createdAt: Self.start))
        let odd = Self.record(1) {
            $0.name = "'; DROP TABLE keys; -- 鍵 \u{1F511} \u{0301}"
            $0.accountID = ""
            $0.models = ["\u{2028}\\\"'"]
        }
        try await store.insert(odd)
        #expect(try await store.get(id: "key_1") == odd)
        #expect(try await store.get(id: "' OR 1=1 --") == nil)
    }

    private func knowsTheAccount(_ store: any KeyStore, _ accounts: any AccountStore) async throws {
        try await accounts.insert(Self.team)
        try await store.insert(Self.record(1))
        try await store.insert(Self.record(2) { $0.accountID = Self.team.id })
        #expect(try await store.holder(id: "key_1")?.account == .standard)
        #expect(try await store.holder(digest: Self.digest("1"), now: Self.start)?.account == .standard)
        #expect(try await store.holder(id: "key_2")?.account == Self.team)
        #expect(try await store.holder(digest: Self.digest("2"), now: Self.start)?.account == Self.team)
        #expect(try await store.holder(id: "key_3") == nil)
        var disabled = Self.team
        disabled.disabledAt = Self.start
        disabled.models = []
        _ = try await accounts.update(disabled)
        #expect(try await store.holder(digest: Self.digest("2"), now: Self.start)?.account == disabled)
    }

    private func refusesAnUnknownAccount(_ store: any KeyStore) async throws {
        let stray = Self.record(1) { $0.accountID = "acct_9" }
        await #expect(throws: StoreError.notFound(id: "acct_9")) { try await store.insert(stray) }
        await #expect(throws: StoreError.notFound(id: "acct_9")) { try await store.insertFirst(stray) }
        #expect(try await store.isEmpty())
    }

    private func forgetsWhatWasDeleted(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        try await store.insert(Self.record(2))
        try await store.delete(id: "key_1")
        #expect(try await store.list() == [Self.record(2)])
        #expect(try await store.holder(digest: Self.digest("1"), now: Self.start) == nil)
        await #expect(throws: StoreError.notFound(id: "key_1")) { try await store.delete(id: "key_1") }
    }

    private func updatesWhatMayChange(_ store: any KeyStore) async throws {
        try await store.insert(Self.record(1))
        let wish = Self.record(1) {
            $0.name = "renamed"
            $0.models = ["a"]
            $0.rpm = 3
            $0.digest = Self.digest("other")
            $0.accountID = "acct_9"
        }
        let expected = Self.record(1) {
            $0.name = "renamed"
            $0.models = ["a"]
            $0.rpm = 3
        }
        #expect(try await store.update(wish) == expected)
        #expect(try await store.get(id: "key_1") == expected)
        await #expect(throws: StoreError.notFound(id: "key_2")) { _ = try await store.update(Self.record(2)) }
    }
}
