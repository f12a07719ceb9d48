// Stores that live as long as one test.

import Foundation
import OpenSSLTLS
import SessionCore
import Synchronization

/// Keys in memory.
final class MemoryKeyStore: KeyStore {
    private struct Former {
        let digest: SHA256Digest
        let until: Date
    }

    private let records = Mutex<[String: KeyRecord]>([:])
    private let formers = Mutex<[String: Former]>([:])
    private let failure = Mutex<StoreError?>(nil)

    func fail(with error: StoreError?) { self.failure.withLock { $0 = error } }
    func add(_ record: KeyRecord) { self.records.withLock { $0[record.id] = record } }

    private func check() throws(StoreError) {
        if let failure = self.failure.withLock({ $0 }) { throw failure }
    }

    private func change(_ id: String, _ body: (inout KeyRecord) -> Void) throws(StoreError) -> KeyRecord {
        try self.check()
        let changed = self.records.withLock { records -> KeyRecord? in
            guard var record = records[id] else { return nil }
            body(&record)
            records[id] = record
            return record
        }
        guard let changed else { throw .notFound(id: id) }
        return changed
    }

    func insert(_ record: KeyRecord) async throws(StoreError) {
        try self.check()
        self.add(record)
    }
    func insertFirst(_ record: KeyRecord) async throws(StoreError) -> Bool { false }
    func get(id: String) async throws(StoreError) -> KeyRecord? {
        try self.check()
        return self.records.withLock { $0[id] }
    }
    func holder(id: String) async throws(StoreError) -> KeyHolder? {
        try await self.get(id: id).map { KeyHolder(record: $0, account: .standard) }
    }
    func holder(digest: SHA256Digest, now: Date) async throws(StoreError) -> KeyHolder? {
        try self.check()
        let former = self.formers.withLock { $0.first { $0.value.digest == digest && $0.value.until > now }?.key }
        return self.records.withLock { records in records.values.first { $0.digest == digest || $0.id == former } }
            .map { record in
                KeyHolder(
                    record: record,
                    account: Account(id: record.accountID, name: record.accountID, createdAt: .distantPast)
                )
            }
    }
    func list() async throws(StoreError) -> [KeyRecord] {
        try self.check()
        return self.records.withLock { $0.values.sorted { $0.createdAt < $1.createdAt } }
    }
    func revoke(id: String, at date: Date) async throws(StoreError) -> KeyRecord {
        try self.change(id) { $0.revokedAt = $0.revokedAt ?? date }
    }
    func replaceDigest(
        id: String,
        digest: SHA256Digest,
        displayPrefix: String,
        formerUntil: Date?
    ) async throws(StoreError) -> KeyRecord {
        guard let known = self.records.withLock({ $0[id] }) else { throw .notFound(id: id) }
        guard known.revokedAt == nil else { throw .revoked(id: id) }
        self.formers.withLock { $0[id] = formerUntil.map { Former(digest: known.digest, until: $0) } }
        return try self.change(id) { record in
            record.digest = digest
            record.displayPrefix = displayPrefix
        }
    }
    func update(_ record: KeyRecord) async throws(StoreError) -> KeyRecord {
        try self.change(record.id) { $0 = record }
    }
    func delete(id: String) async throws(StoreError) {
        try self.check()
        guard self.records.withLock({ $0.removeValue(forKey: id) }) != nil else { throw .notFound(id: id) }
    }
    func touchLastUse(id: String, at date: Date) async throws(StoreError) {}
    func isEmpty() async throws(StoreError) -> Bool { self.records.withLock { $0.isEmpty } }
}

/// Accounts, members and sign-ins in memory.
final class MemoryAccountStore: AccountStore {
    private struct State {
        var accounts: [Account] = [.standard]
        var members: [Member] = []
        var signIns: [SignIn] = []
    }

    private let state = Mutex(State())

    var signInCount: Int { self.state.withLock { $0.signIns.count } }

    func insert(_ account: Account) async throws(StoreError) {
        let isTaken = self.state.withLock { state in
            guard !state.accounts.contains(where: { $0.id == account.id || $0.name == account.name }) else {
                return true
            }
            state.accounts.append(account)
            return false
        }
        if isTaken { throw .duplicate(id: account.id) }
    }
    func account(id: String) async throws(StoreError) -> Account? {
        self.state.withLock { $0.accounts.first { $0.id == id } }
    }
    func account(named name: String) async throws(StoreError) -> Account? {
        self.state.withLock { $0.accounts.first { $0.name == name } }
    }
    func accounts() async throws(StoreError) -> [Account] { self.state.withLock { $0.accounts } }
    func update(_ account: Account) async throws(StoreError) -> Account {
        let isThere = self.state.withLock { state in
            guard let index = state.accounts.firstIndex(where: { $0.id == account.id }) else { return false }
            state.accounts[index] = account
            return true
        }
        guard isThere else { throw .notFound(id: account.id) }
        return account
    }

    func insert(_ member: Member) async throws(StoreError) {
        let isTaken = self.state.withLock { state in
            guard !state.members.contains(where: { $0.name == member.name }) else { return true }
            state.members.append(member)
            return false
        }
        if isTaken { throw .duplicate(id: member.id) }
    }
    func member(id: String) async throws(StoreError) -> Member? {
        self.state.withLock { $0.members.first { $0.id == id } }
    }
    func member(named name: String) async throws(StoreError) -> Member? {
        self.state.withLock { $0.members.first { $0.name == name } }
    }
    func members() async throws(StoreError) -> [Member] { self.state.withLock { $0.members } }
    func update(_ member: Member) async throws(StoreError) -> Member {
        let isThere = self.state.withLock { state in
            guard let index = state.members.firstIndex(where: { $0.id == member.id }) else { return false }
            state.members[index] = member
            return true
        }
        guard isThere else { throw .notFound(id: member.id) }
        return member
    }

    func insert(_ signIn: SignIn, now: Date) async throws(StoreError) {
        self.state.withLock { $0.signIns.append(signIn) }
    }
    func signIn(
        digest: SHA256Digest
    ) async throws(StoreError) -> (signIn: SignIn, member: Member, account: Account)? {
        self.state.withLock { state in
            guard let signIn = state.signIns.first(where: { $0.digest == digest }),
                let member = state.members.first(where: { $0.id == signIn.memberID }),
                let account = state.accounts.first(where: { $0.id == member.accountID })
            else { return nil }
            return (signIn, member, account)
        }
    }
    func deleteSignIn(digest: SHA256Digest) async throws(StoreError) {
        self.state.withLock { $0.signIns.removeAll { $0.digest == digest } }
    }
    func deleteSignIns(memberID: String) async throws(StoreError) {
        self.state.withLock { $0.signIns.removeAll { $0.memberID == memberID } }
    }
}

/// Rows in memory; sums only as far as the tests look at them.
final class MemoryLedger: LedgerStore {
    private let rows = Mutex<[LedgerRow]>([])
    private let filters = Mutex<[LedgerFilter]>([])

    /// The filter of the latest question.
    var lastFilter: LedgerFilter? { self.filters.withLock { $0.last } }

    func add(_ row: LedgerRow) { self.rows.withLock { $0.append(row) } }

    private func chosen(_ filter: LedgerFilter) -> [(Int, LedgerRow)] {
        self.filters.withLock { $0.append(filter) }
        return self.rows.withLock { rows in
            rows.enumerated().filter { _, row in
                (filter.keyID.map { $0 == row.keyID } ?? true) && (filter.accountID.map { $0 == row.accountID } ?? true)
                    && (filter.until.map { row.startedAt < $0 } ?? true)
                    && (filter.since.map { row.startedAt >= $0 } ?? true)
            }
            .map { ($0 + 1, $1) }
        }
    }

    func write(_ entries: [LedgerEntry]) async throws(StoreError) {}
    func spend() async throws(StoreError) -> [KeySpend] { [] }
    func rows(_ filter: LedgerFilter, limit: Int, after cursor: Int64?) async throws(StoreError) -> LedgerPage {
        let all = self.chosen(filter).reversed().filter { number, _ in cursor.map { Int64(number) < $0 } ?? true }
        let page = all.prefix(limit).map { LedgerPage.Entry(number: Int64($0), row: $1, closeCode: nil) }
        return LedgerPage(entries: page, next: all.count > limit ? page.last?.number : nil)
    }
    func sums(
        _ filter: LedgerFilter,
        by group: LedgerGroup,
        interval: LedgerInterval?
    ) async throws(StoreError)
        -> [LedgerSum]
    {
        let rows = self.chosen(filter).map(\.1)
        let groups = Dictionary(grouping: rows) { group == .key ? $0.keyID : "" }
        return groups.sorted { $0.key < $1.key }.map { name, rows in
            LedgerSum(
                group: name,
                start: interval == nil ? nil : 0,
                requests: rows.count,
                costMicroUSD: rows.reduce(0) { $0 + $1.costMicroUSD }
            )
        }
    }
}

/// Sessions as a test says.
final class MemoryBoard: SessionBoard {
    private let live = Mutex<[LiveSession]>([])

    func add(_ session: LiveSession) { self.live.withLock { $0.append(session) } }
    func events(id: String) async -> [SessionEvent]? {
        guard self.live.withLock({ $0.contains { $0.id == id } }) else { return nil }
        return [SessionEvent(number: 1, isFromClient: true, type: "response.create", bytes: 26, milliseconds: 40)]
    }
    func sessions(limit: Int) async -> [LiveSession] { self.live.withLock { Array($0.prefix(limit)) } }
    func end(id: String) async -> Bool {
        self.live.withLock { live in
            let before = live.count
            live.removeAll { $0.id == id }
            return live.count < before
        }
    }
}

/// Client secrets in the order in which they were made.
final class MemorySecrets: SecretStore {
    private let kept = Mutex<[ClientSecret]>([])

    var all: [ClientSecret] { self.kept.withLock { $0 } }
    func insert(_ secret: ClientSecret, now: Date) async throws(StoreError) { self.kept.withLock { $0.append(secret) } }
}
