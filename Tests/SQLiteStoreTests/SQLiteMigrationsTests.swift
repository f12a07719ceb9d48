// Files of earlier versions: what was in them is still there, and has what later versions ask for.

import Foundation
import SQLiteStore
import SessionCore
import Testing

@Suite("SQLite migrations")
struct SQLiteMigrationsTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    /// Makes a file as the version left it whose last step was "2 former texts of rotated keys".
    private func older(_ name: String, keys: [KeyRecord], change: String? = nil) async throws -> String {
        let database = try SQLiteDatabase(path: directory.file(name))
        for key in keys {
            try await SQLiteKeyStore(database).insert(key)
        }
        if let change { try await database.execute(maintenance: change) }
        for table in Self.laterTables {
            try await database.execute(maintenance: "DROP TABLE \(table)")
        }
        try await database.execute(maintenance: "DELETE FROM grdb_migrations WHERE identifier >= '3'")
        try database.close()
        return database.path
    }

    private static let laterTables = [
        "batch_lines", "batches", "file_parts", "files", "session_records", "ledger_spend", "ledger_hours", "ledger",
        "client_secrets", "sign_ins", "members",
        "accounts",
    ]

    @Test func keysOfAnOlderFileStay() async throws {
        let path = try await older("older.sqlite", keys: [KeyStoreContract.record(1)])
        let database = try SQLiteDatabase(path: path)
        #expect(try await SQLiteKeyStore(database).list() == [KeyStoreContract.record(1)])
        #expect(try await SQLiteKeyStore(database).holder(id: "key_1")?.account == .standard)
        #expect(try await SQLiteAccountStore(database).accounts() == [.standard])
    }

    /// Before there were accounts, a key could name any.
    @Test func accountsThatKeysNamedAreMade() async throws {
        let path = try await older(
            "named.sqlite",
            keys: [KeyStoreContract.record(1), KeyStoreContract.record(2)],
            change: "UPDATE keys SET account_id = 'team' WHERE id = 'key_1'"
        )
        let database = try SQLiteDatabase(path: path)
        #expect(try await SQLiteAccountStore(database).accounts().map(\.id) == ["default", "team"])
        let holder = try await SQLiteKeyStore(database).holder(id: "key_1")
        #expect(holder?.account.name == "team" && holder?.account.limits == UsageLimits())
    }

    @Test func twoProcessesMayMigrateAtOnce() async throws {
        let path = try await older("both.sqlite", keys: [KeyStoreContract.record(1)])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let database = try SQLiteDatabase(path: path)
                    #expect(try await SQLiteAccountStore(database).accounts() == [.standard])
                }
            }
            try await group.waitForAll()
        }
    }
}
