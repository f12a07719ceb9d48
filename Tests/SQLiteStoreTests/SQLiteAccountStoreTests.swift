// Accounts in SQLite against the contract, beside a second process, with damaged rows.

import Foundation
import OpenSSLTLS
import SQLiteStore
import SessionCore
import Testing

@Suite("SQLite account store")
struct SQLiteAccountStoreTests {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func database() throws -> SQLiteDatabase {
        try SQLiteDatabase(path: directory.file("accounts.sqlite"))
    }

    @Test(arguments: AccountStoreContract.allCases)
    func keepsThePromise(_ promise: AccountStoreContract) async throws {
        try await promise.hold(SQLiteAccountStore(try database()))
    }

    @Test func aSecondProcessSeesEachChangeAtOnce() async throws {
        let (relay, command) = (try database(), try database())
        try await SQLiteAccountStore(command).insert(AccountStoreContract.team)
        let key = KeyStoreContract.record(1) { $0.accountID = "acct_team" }
        try await SQLiteKeyStore(command).insert(key)
        #expect(try await SQLiteKeyStore(relay).holder(id: "key_1")?.account.disabledAt == nil)
        var disabled = AccountStoreContract.team
        disabled.disabledAt = AccountStoreContract.start
        _ = try await SQLiteAccountStore(command).update(disabled)
        #expect(try await SQLiteKeyStore(relay).holder(id: "key_1")?.account == disabled)
    }

    @Test func onlyOneOfTwoProcessesTakesAName() async throws {
        let stores = [SQLiteAccountStore(try database()), SQLiteAccountStore(try database())]
        let made = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<20 {
                let store = stores[number % 2]
                group.addTask {
                    let account = Account(id: "acct_\(number)", name: "same", createdAt: AccountStoreContract.start)
                    return (try? await store.insert(account)) != nil
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == 1)
    }

    @Test func aDamagedAccountLetsNobodyIn() async throws {
        let database = try database()
        try await SQLiteKeyStore(database).insert(KeyStoreContract.record(1))
        for (damage, word) in [
            ("UPDATE accounts SET models = '{}'", "'models' of account default"),
            ("UPDATE keys SET account_id = 'gone'", "the account of key key_1 is gone"),
        ] {
            try await database.execute(maintenance: damage)
            let error = await #expect(throws: StoreError.self) {
                try await SQLiteKeyStore(database).holder(digest: KeyStoreContract.digest("1"), now: Date())
            }
            #expect(error?.description.contains(word) == true)
            #expect(error?.refusal.status == 503)
        }
    }

    @Test func aDamagedRoleLetsNobodySignIn() async throws {
        let database = try database()
        let store = SQLiteAccountStore(database)
        try await store.insert(AccountStoreContract.member(1))
        try await store.insert(AccountStoreContract.signIn("a"), now: AccountStoreContract.start)
        try await database.execute(maintenance: "UPDATE members SET role = 'owner'")
        await #expect(throws: StoreError.self) { _ = try await store.signIn(digest: KeyStoreContract.digest("a")) }
    }
}
