// The ledger in SQLite against the contract, beside a second process, after closing, and without the key it speaks of.

import Foundation
import SQLiteStore
import SessionCore
import Testing

@Suite("SQLite ledger store")
struct SQLiteLedgerStoreTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func database() throws -> SQLiteDatabase {
        try SQLiteDatabase(path: directory.file("ledger.sqlite"))
    }

    @Test(arguments: LedgerStoreContract.allCases)
    func keepsThePromise(_ promise: LedgerStoreContract) async throws {
        try await promise.hold(SQLiteLedgerStore(try database()))
    }

    @Test func twoProcessesWriteEachRowOnce() async throws {
        let stores = [SQLiteLedgerStore(try database()), SQLiteLedgerStore(try database())]
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                let store = stores[number % 2]
                // Neighbouring batches overlap by half.
                let rows = (0..<20).map { index in LedgerSample.row(number * 10 + index) { $0.costMicroUSD = 1 } }
                group.addTask { try await store.write(rows.map { .row($0) }) }
            }
            try await group.waitForAll()
        }
        #expect(try await stores[0].spend().map(\.microUSD) == [610])
        #expect(try await stores[1].sums(LedgerFilter(), by: .none, interval: nil).map(\.requests) == [610])
    }

    @Test func whatAKeySpentStaysWhenItIsGone() async throws {
        let database = try database()
        let (keys, ledger) = (SQLiteKeyStore(database), SQLiteLedgerStore(database))
        try await keys.insert(KeyStoreContract.record(1))
        try await ledger.write([.row(LedgerSample.row(1) { $0.costMicroUSD = 5 })])
        _ = try await keys.revoke(id: "key_1", at: Date(timeIntervalSince1970: 1_800_000_000))
        try await keys.delete(id: "key_1")
        #expect(try await ledger.spend() == [KeySpend(keyID: "key_1", accountID: "default", microUSD: 5)])
        #expect(try await ledger.rows(LedgerFilter(), limit: 9, after: nil).entries.count == 1)
    }

    @Test func survivesClosing() async throws {
        let database = try database()
        try await SQLiteLedgerStore(database).write([.row(LedgerSample.row(1))])
        try database.close()
        let again = SQLiteLedgerStore(try self.database())
        #expect(try await again.rows(LedgerFilter(), limit: 9, after: nil).entries.map(\.row) == [LedgerSample.row(1)])
    }

    @Test func aDamagedRowIsNamed() async throws {
        let database = try database()
        let store = SQLiteLedgerStore(database)
        try await store.write([.row(LedgerSample.row(1))])
        try await database.execute(maintenance: "UPDATE ledger SET status = 'odd'")
        let error = await #expect(throws: StoreError.self) {
            _ = try await store.rows(LedgerFilter(), limit: 9, after: nil)
        }
        #expect(error?.description.contains("ledger row 1") == true)
    }

    /// The kept sums serve reports; damage to them must not hold up what comes in.
    @Test func aDamagedTallyHoldsUpNothing() async throws {
        let database = try database()
        let store = SQLiteLedgerStore(database)
        let row = LedgerSample.row(1) { $0.firstByteMilliseconds = 5 }
        try await store.write([.row(row)])
        try await database.execute(maintenance: "UPDATE ledger_hours SET first_bytes = x'80'")
        #expect(try await store.sums(LedgerFilter(), by: .none, interval: nil).map(\.firstByteP50) == [nil])
        try await store.write([.row(LedgerSample.row(2) { $0.firstByteMilliseconds = 7 })])
        #expect(try await store.sums(LedgerFilter(), by: .none, interval: nil).map(\.firstByteP50) == [7])
    }
}
