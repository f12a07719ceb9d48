// Client secrets: found by what a browser shows, gone with their key, never more than time allows.

import Foundation
import OpenSSLTLS
import SQLiteStore
import SessionCore
import Testing

@Suite("SQLite secret store")
struct SQLiteSecretStoreTests {
    private static let start = AccountStoreContract.start
    private let directory: TemporaryDirectory
    private let database: SQLiteDatabase
    private let keys: SQLiteKeyStore
    private let secrets: SQLiteSecretStore

    init() throws {
        directory = try TemporaryDirectory()
        database = try SQLiteDatabase(path: directory.file("secrets.sqlite"))
        keys = SQLiteKeyStore(database)
        secrets = SQLiteSecretStore(database)
    }

    private func secret(
        _ text: String,
        key: Int = 1,
        lasting seconds: Double = 60,
        maximum: Duration? = nil
    )
        -> ClientSecret
    {
        ClientSecret(
            digest: KeyStoreContract.digest(text),
            keyID: "key_\(key)",
            model: "gpt-realtime",
            session: #"{"type":"realtime","instructions":"a 'b' \u00e9"}"#,
            createdAt: Self.start,
            expiresAt: Self.start.addingTimeInterval(seconds),
            maximumSession: maximum
        )
    }

    private func shown(_ text: String) async throws -> KeyHolder? {
        try await keys.holder(digest: KeyStoreContract.digest(text), now: Self.start)
    }

    @Test func aSecretLeadsToItsKeyAndAccount() async throws {
        try await SQLiteAccountStore(database).insert(AccountStoreContract.team)
        let record = KeyStoreContract.record(1) { $0.accountID = "acct_team" }
        try await keys.insert(record)
        let secret = secret("ek", maximum: .milliseconds(1_500))
        try await secrets.insert(secret, now: Self.start)
        #expect(
            try await shown("ek") == KeyHolder(record: record, account: AccountStoreContract.team, secret: secret)
        )
        #expect(try await shown("1")?.secret == nil)
        #expect(try await shown("other") == nil)
    }

    @Test func aSecretWithoutModelOrMaximumComesBackSo() async throws {
        try await keys.insert(KeyStoreContract.record(1))
        let plain = ClientSecret(
            digest: KeyStoreContract.digest("ek"),
            keyID: "key_1",
            model: nil,
            session: "{}",
            createdAt: Self.start,
            expiresAt: Self.start
        )
        try await secrets.insert(plain, now: Self.start)
        #expect(try await shown("ek")?.secret == plain)
    }

    @Test func theKeysStatusComesWithTheSecret() async throws {
        try await keys.insert(KeyStoreContract.record(1))
        try await secrets.insert(secret("ek"), now: Self.start)
        _ = try await keys.revoke(id: "key_1", at: Self.start)
        #expect(try await shown("ek")?.record.revokedAt == Self.start)
        try await keys.delete(id: "key_1")
        #expect(try await shown("ek") == nil)
    }

    @Test func onlyKeysMintAndNoDigestTwice() async throws {
        await #expect(throws: StoreError.notFound(id: "key_1")) {
            try await secrets.insert(secret("ek"), now: Self.start)
        }
        try await keys.insert(KeyStoreContract.record(1))
        try await secrets.insert(secret("ek"), now: Self.start)
        await #expect(throws: StoreError.duplicate(id: "key_1")) {
            try await secrets.insert(secret("ek"), now: Self.start)
        }
    }

    @Test func whatExpiredIsRememberedForAnHour() async throws {
        try await keys.insert(KeyStoreContract.record(1))
        for number in 0..<40 { try await secrets.insert(secret("old \(number)"), now: Self.start) }
        let justBefore = Self.start.addingTimeInterval(60 + SQLiteSecretStore.Limits.expiredSeconds - 1)
        try await secrets.insert(secret("a", lasting: 9_000), now: justBefore)
        #expect(try await shown("old 0")?.secret?.isExpired(at: justBefore) == true)
        for text in ["b", "c", "d"] {
            try await secrets.insert(secret(text, lasting: 9_000), now: justBefore.addingTimeInterval(1))
        }
        for number in 0..<40 { #expect(try await shown("old \(number)") == nil) }
        for text in ["a", "b", "c", "d"] { #expect(try await shown(text) != nil) }
    }

    @Test func survivesClosing() async throws {
        try await keys.insert(KeyStoreContract.record(1))
        try await secrets.insert(secret("ek"), now: Self.start)
        try database.close()
        let again = SQLiteKeyStore(try SQLiteDatabase(path: database.path))
        #expect(try await again.holder(digest: KeyStoreContract.digest("ek"), now: Self.start)?.secret == secret("ek"))
    }
}
