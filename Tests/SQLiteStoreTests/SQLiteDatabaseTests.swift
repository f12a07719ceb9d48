// Opening: fresh files by several at once, modes, and what stands in the way.

import Foundation
import SQLiteStore
import SessionCore
import Testing

@Suite("SQLite database")
struct SQLiteDatabaseTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func mode(of path: String) throws -> Int? {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue
    }

    private func failure(at path: String) -> StoreError? {
        do throws(StoreError) {
            _ = try SQLiteDatabase(path: path)
            return nil
        } catch {
            return error
        }
    }

    @Test func onlyItsOwnerMayReadTheFile() async throws {
        let path = directory.file("keys.sqlite")
        let database = try SQLiteDatabase(path: path)
        try await SQLiteKeyStore(database).insert(KeyStoreContract.record(1))
        #expect(try mode(of: path) == 0o600)
        #expect(try mode(of: path + "-wal") == 0o600)
        #expect(try mode(of: path + "-shm") == 0o600)
    }

    @Test func manyMayOpenAFreshFileAtOnce() async throws {
        for round in 0..<10 {
            let path = directory.file("fresh-\(round).sqlite")
            try await withThrowingTaskGroup(of: SQLiteDatabase.self) { group in
                for _ in 0..<4 { group.addTask { try SQLiteDatabase(path: path) } }
                for try await database in group { #expect(try await SQLiteKeyStore(database).isEmpty()) }
            }
        }
    }

    @Test func aMissingDirectoryIsNamed() throws {
        let error = failure(at: directory.file("nowhere/keys.sqlite"))
        #expect(error?.description.contains("nowhere does not exist") == true)
        #expect(error?.description.contains("keys.sqlite") == true)
    }

    @Test func aDirectoryIsNoFile() throws {
        guard case .unavailable(let location, _, let remedy) = failure(at: directory.path) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(location == directory.path)
        #expect(!remedy.isEmpty)
    }

    @Test func anotherFileIsRefusedAndLeftAlone() throws {
        let path = directory.file("notes.txt")
        let notes = String(repeating: "these are notes, not keys\n", count: 100)
        try notes.write(toFile: path, atomically: true, encoding: .utf8)
        guard case .corrupt = failure(at: path) else {
            Issue.record("expected a refusal")
            return
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == notes)
    }

    @Test func theFileOfANewerVersionIsRefused() async throws {
        let path = directory.file("keys.sqlite")
        let newer = try SQLiteDatabase(path: path)
        try await newer.execute(maintenance: "INSERT INTO grdb_migrations VALUES ('99 from the future')")
        try newer.close()
        #expect(failure(at: path)?.description.contains("newer Longwire") == true)
    }

    @Test func aDamagedRowLetsNobodyIn() async throws {
        let path = directory.file("keys.sqlite")
        let database = try SQLiteDatabase(path: path)
        let store = SQLiteKeyStore(database)
        try await store.insert(KeyStoreContract.record(1))
        for (column, value) in [("addresses", "[\"10.0.0.0/99\"]"), ("addresses", "x"), ("models", "{}")] {
            try await database.execute(maintenance: "UPDATE keys SET addresses = '[]', models = '[]'")
            try await database.execute(maintenance: "UPDATE keys SET \(column) = '\(value)'")
            let error = await #expect(throws: StoreError.self) {
                try await store.holder(digest: KeyStoreContract.digest("1"), now: Date())
            }
            #expect(error?.description.contains("'\(column)' of key key_1") == true)
            #expect(error?.refusal.status == 503)
        }
    }

    @Test func aClosedDatabaseSaysSo() async throws {
        let database = try SQLiteDatabase(path: directory.file("keys.sqlite"))
        try database.close()
        let error = await #expect(throws: StoreError.self) { try await SQLiteKeyStore(database).list() }
        #expect(error?.refusal.status == 503)
    }
}
