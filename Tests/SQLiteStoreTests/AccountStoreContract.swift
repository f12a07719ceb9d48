// What every keeper of accounts promises, in the manner of `KeyStoreContract`: each promise is given a fresh store.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

/// The promises of `AccountStore`.
enum AccountStoreContract: String, CaseIterable, Sendable {
    case beginsWithTheStandardAccount
    case returnsWhatWasInserted
    case refusesDuplicates
    case updates
    case keepsMembers
    case refusesDuplicateMembers
    case updatesMembers
    case signsIn
    case letsGoOfExpiredSignIns
    case forgetsSignIns
    case boundsSignIns

    static let start = Date(timeIntervalSince1970: 1_800_000_000.125)
    static let team = KeyStoreContract.team

    static func member(_ number: Int, change: (inout Member) -> Void = { _ in }) -> Member {
        var member = Member(
            id: "mem_\(number)",
            accountID: "default",
            name: "member \(number)",
            role: .member,
            passwordHash: "scrypt$…",
            createdAt: start.addingTimeInterval(Double(number))
        )
        change(&member)
        return member
    }

    static func signIn(_ text: String, member: Int = 1, at offset: Double = 0) -> SignIn {
        SignIn(
            digest: KeyStoreContract.digest(text),
            memberID: "mem_\(member)",
            createdAt: start.addingTimeInterval(offset),
            expiresAt: start.addingTimeInterval(offset + 60)
        )
    }

    /// Holds `store` to the promise.
    func hold(_ store: any AccountStore) async throws {
        switch self {
        case .beginsWithTheStandardAccount: try await beginsWithTheStandardAccount(store)
        case .returnsWhatWasInserted: try await returnsWhatWasInserted(store)
        case .refusesDuplicates: try await refusesDuplicates(store)
        case .updates: try await updates(store)
        case .keepsMembers: try await keepsMembers(store)
        case .refusesDuplicateMembers: try await refusesDuplicateMembers(store)
        case .updatesMembers: try await updatesMembers(store)
        case .signsIn: try await signsIn(store)
        case .letsGoOfExpiredSignIns: try await letsGoOfExpiredSignIns(store)
        case .forgetsSignIns: try await forgetsSignIns(store)
        case .boundsSignIns: try await boundsSignIns(store)
        }
    }

    private func beginsWithTheStandardAccount(_ store: any AccountStore) async throws {
        #expect(try await store.accounts() == [.standard])
        #expect(try await store.account(id: "default") == .standard)
        #expect(try await store.account(named: "default") == .standard)
        #expect(try await store.members().isEmpty)
    }

    private func returnsWhatWasInserted(_ store: any AccountStore) async throws {
        var full = Self.team
        full.disabledAt = Self.start.addingTimeInterval(9)
        full.name = "'; DROP TABLE accounts; -- \u{1F511}"
        try await store.insert(full)
        #expect(try await store.account(id: full.id) == full)
        #expect(try await store.account(named: full.name) == full)
        #expect(try await store.account(id: "acct_9") == nil)
        #expect(try await store.account(named: "nobody") == nil)
        #expect(try await store.accounts() == [.standard, full])
    }

    private func refusesDuplicates(_ store: any AccountStore) async throws {
        try await store.insert(Self.team)
        await #expect(throws: StoreError.duplicate(id: "acct_team")) { try await store.insert(Self.team) }
        let twin = Account(id: "acct_2", name: "team", createdAt: Self.start)
        await #expect(throws: StoreError.duplicate(id: "acct_2")) { try await store.insert(twin) }
        #expect(try await store.accounts().count == 2)
    }

    private func updates(_ store: any AccountStore) async throws {
        try await store.insert(Self.team)
        var changed = Self.team
        changed.name = "crew"
        changed.disabledAt = Self.start
        changed.limits = UsageLimits(rpm: 1)
        changed.models = []
        #expect(try await store.update(changed) == changed)
        #expect(try await store.account(id: changed.id) == changed)
        var thief = Account.standard
        thief.name = "crew"
        await #expect(throws: StoreError.duplicate(id: "default")) { _ = try await store.update(thief) }
        let nobody = Account(id: "acct_9", name: "x", createdAt: Self.start)
        await #expect(throws: StoreError.notFound(id: "acct_9")) { _ = try await store.update(nobody) }
        #expect(try await store.account(id: "default") == .standard)
    }

    private func keepsMembers(_ store: any AccountStore) async throws {
        try await store.insert(Self.team)
        let full = Self.member(2) {
            $0.accountID = Self.team.id
            $0.role = .admin
            $0.disabledAt = Self.start
        }
        try await store.insert(full)
        try await store.insert(Self.member(1))
        #expect(try await store.member(id: "mem_2") == full)
        #expect(try await store.member(named: "member 1") == Self.member(1))
        #expect(try await store.member(named: "member 9") == nil)
        #expect(try await store.members() == [Self.member(1), full])
        let stray = Self.member(3) { $0.accountID = "acct_9" }
        await #expect(throws: StoreError.notFound(id: "acct_9")) { try await store.insert(stray) }
    }

    private func refusesDuplicateMembers(_ store: any AccountStore) async throws {
        try await store.insert(Self.member(1))
        await #expect(throws: StoreError.duplicate(id: "mem_1")) {
            try await store.insert(Self.member(1) { $0.name = "x" })
        }
        await #expect(throws: StoreError.duplicate(id: "mem_2")) {
            try await store.insert(Self.member(2) { $0.name = "member 1" })
        }
        #expect(try await store.members() == [Self.member(1)])
    }

    private func updatesMembers(_ store: any AccountStore) async throws {
        try await store.insert(Self.member(1))
        try await store.insert(Self.member(2))
        let changed = Self.member(1) {
            $0.passwordHash = "scrypt$new"
            $0.role = .admin
            $0.disabledAt = Self.start
        }
        #expect(try await store.update(changed) == changed)
        #expect(try await store.member(id: "mem_1") == changed)
        #expect(try await store.member(id: "mem_2") == Self.member(2))
        await #expect(throws: StoreError.notFound(id: "mem_9")) { _ = try await store.update(Self.member(9)) }
        await #expect(throws: StoreError.duplicate(id: "mem_2")) {
            _ = try await store.update(Self.member(2) { $0.name = "member 1" })
        }
        await #expect(throws: StoreError.notFound(id: "acct_9")) {
            _ = try await store.update(Self.member(2) { $0.accountID = "acct_9" })
        }
    }

    private func signsIn(_ store: any AccountStore) async throws {
        try await store.insert(Self.team)
        try await store.insert(Self.member(1) { $0.accountID = Self.team.id })
        try await store.insert(Self.signIn("a"), now: Self.start)
        let found = try await store.signIn(digest: KeyStoreContract.digest("a"))
        #expect(found?.signIn == Self.signIn("a"))
        #expect(found?.member.id == "mem_1")
        #expect(found?.account == Self.team)
        #expect(try await store.signIn(digest: KeyStoreContract.digest("b")) == nil)
        await #expect(throws: StoreError.notFound(id: "mem_9")) {
            try await store.insert(Self.signIn("b", member: 9), now: Self.start)
        }
    }

    private func letsGoOfExpiredSignIns(_ store: any AccountStore) async throws {
        try await store.insert(Self.member(1))
        try await store.insert(Self.signIn("old"), now: Self.start)
        try await store.insert(Self.signIn("young", at: 30), now: Self.start.addingTimeInterval(59))
        #expect(try await store.signIn(digest: KeyStoreContract.digest("old")) != nil)
        try await store.insert(Self.signIn("new", at: 60), now: Self.start.addingTimeInterval(60))
        #expect(try await store.signIn(digest: KeyStoreContract.digest("old")) == nil)
        #expect(try await store.signIn(digest: KeyStoreContract.digest("young")) != nil)
    }

    private func forgetsSignIns(_ store: any AccountStore) async throws {
        for number in [1, 2] { try await store.insert(Self.member(number)) }
        for text in ["a", "b", "c"] { try await store.insert(Self.signIn(text), now: Self.start) }
        try await store.insert(Self.signIn("other", member: 2), now: Self.start)
        try await store.deleteSignIn(digest: KeyStoreContract.digest("a"))
        try await store.deleteSignIn(digest: KeyStoreContract.digest("unknown"))
        #expect(try await store.signIn(digest: KeyStoreContract.digest("a")) == nil)
        #expect(try await store.signIn(digest: KeyStoreContract.digest("b")) != nil)
        try await store.deleteSignIns(memberID: "mem_1")
        for text in ["b", "c"] { #expect(try await store.signIn(digest: KeyStoreContract.digest(text)) == nil) }
        #expect(try await store.signIn(digest: KeyStoreContract.digest("other")) != nil)
    }

    private func boundsSignIns(_ store: any AccountStore) async throws {
        try await store.insert(Self.member(1))
        for number in 0..<100 {
            try await store.insert(Self.signIn("\(number)", at: Double(number) / 10), now: Self.start)
        }
        #expect(try await store.signIn(digest: KeyStoreContract.digest("0")) == nil)
        #expect(try await store.signIn(digest: KeyStoreContract.digest("99")) != nil)
    }
}
