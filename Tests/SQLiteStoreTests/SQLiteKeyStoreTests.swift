// The SQLite store against the contract, alone and beside a second process's connections to the same file.

import Foundation
import OpenSSLTLS
import SQLiteStore
import SessionCore
import Testing

@Suite("SQLite key store")
struct SQLiteKeyStoreTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func open(_ name: String = "keys.sqlite") throws -> SQLiteKeyStore {
        SQLiteKeyStore(try SQLiteDatabase(path: directory.file(name)))
    }

    @Test(arguments: KeyStoreContract.allCases)
    func keepsThePromise(_ promise: KeyStoreContract) async throws {
        let database = try SQLiteDatabase(path: directory.file("keys.sqlite"))
        try await promise.hold(SQLiteKeyStore(database), accounts: SQLiteAccountStore(database))
    }

    @Test func survivesClosing() async throws {
        let database = try SQLiteDatabase(path: directory.file("keys.sqlite"))
        try await SQLiteKeyStore(database).insert(KeyStoreContract.record(1))
        try database.close()
        #expect(try await open().list() == [KeyStoreContract.record(1)])
    }

    @Test func aSecondProcessSeesEachChangeAtOnce() async throws {
        let relay = try open()
        let command = try open()
        try await command.insert(KeyStoreContract.record(1))
        let digest = KeyStoreContract.digest("1")
        #expect(try await relay.holder(digest: digest, now: Date())?.record.revokedAt == nil)
        _ = try await command.revoke(id: "key_1", at: Date(timeIntervalSince1970: 1_800_000_000))
        #expect(try await relay.holder(digest: digest, now: Date())?.record.revokedAt != nil)
        #expect(try await !relay.insertFirst(KeyStoreContract.record(2)))
    }

    @Test func writersOfTwoProcessesWaitForEachOther() async throws {
        let stores = [try open(), try open()]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                let store = stores[number % 2]
                group.addTask { try await store.insert(KeyStoreContract.record(number)) }
                group.addTask { _ = try await store.list() }
            }
            try await group.waitForAll()
        }
        #expect(try await stores[0].list().count == 100)
    }

    @Test func onlyOneProcessMakesTheFirstKey() async throws {
        let stores = [try open(), try open(), try open()]
        let winners = try await withThrowingTaskGroup(of: Bool.self) { group in
            for (number, store) in stores.enumerated() {
                group.addTask { try await store.insertFirst(KeyStoreContract.record(number)) }
            }
            return try await group.reduce(into: 0) { count, won in count += won ? 1 : 0 }
        }
        #expect(winners == 1)
    }
}
