// The stores of one database file, for commands that work beside a running relay.

import ArgumentParser
import Gateway
import SQLiteStore
import SessionCore

/// What commands read and write.
struct Stores {
    let keys: any KeyStore
    let accounts: any AccountStore
    let ledger: any LedgerStore

    /// Opens them; a store that cannot be opened ends the command with 78.
    init(_ configuration: Configuration) throws {
        switch configuration.store {
        case .sqlite(let path):
            do {
                let database = try SQLiteDatabase(path: path)
                self.keys = SQLiteKeyStore(database)
                self.accounts = SQLiteAccountStore(database)
                self.ledger = SQLiteLedgerStore(database)
            } catch {
                Console.complain("\(error)")
                throw ExitCode(Console.configurationExit)
            }
        }
    }

    /// The account of an id or a name; ends the command when there is none.
    func account(_ idOrName: String) async throws -> Account {
        let found = try await StoreComplaint.telling(.account) {
            if let account = try await self.accounts.account(id: idOrName) { return account as Account? }
            return try await self.accounts.account(named: idOrName)
        }
        guard let found else { throw StoreComplaint.missing(.account, idOrName) }
        return found
    }

    /// The member of an id or a name; ends the command when there is none.
    func member(_ idOrName: String) async throws -> Member {
        let found = try await StoreComplaint.telling(.member) {
            if let member = try await self.accounts.member(id: idOrName) { return member as Member? }
            return try await self.accounts.member(named: idOrName)
        }
        guard let found else { throw StoreComplaint.missing(.member, idOrName) }
        return found
    }

    /// The key of an id; ends the command when there is none.
    func key(_ id: String) async throws -> KeyRecord {
        guard let record = try await StoreComplaint.telling(.key, { try await self.keys.get(id: id) }) else {
            throw StoreComplaint.missing(.key, id)
        }
        return record
    }
}
