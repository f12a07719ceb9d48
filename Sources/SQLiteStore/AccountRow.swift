// One row of the table `accounts`, from and to an account.

import Foundation
import GRDB
import SessionCore

/// Columns and their meaning, in one place for reading and writing.
enum AccountRow {
    static let columns = "id, name, created_at, disabled_at, budget_micro_usd, rpm, tpm, sessions, models"

    /// Returns the values for `columns`, in their order.
    static func arguments(for account: Account) throws -> StatementArguments {
        [
            account.id, account.name, StoredValue.milliseconds(account.createdAt),
            account.disabledAt.map(StoredValue.milliseconds), account.limits.budgetMicroUSD, account.limits.rpm,
            account.limits.tpm, account.limits.sessions, try StoredValue.list(account.models),
        ]
    }

    /// Reads a row; a list of models that fell away would widen what the account's keys may do.
    static func account(from row: Row, path: String) throws -> Account {
        let id: String = row["id"]
        guard let models = StoredValue.list(row["models"]) else {
            throw StoreError.corrupt(
                location: path,
                reason: "'models' of account \(id) cannot be read",
                remedy: "Update the account, or restore a backup."
            )
        }
        return Account(
            id: id,
            name: row["name"],
            createdAt: StoredValue.date(row["created_at"]),
            disabledAt: (row["disabled_at"] as Int64?).map(StoredValue.date),
            limits: UsageLimits(
                budgetMicroUSD: row["budget_micro_usd"],
                rpm: row["rpm"],
                tpm: row["tpm"],
                sessions: row["sessions"]
            ),
            models: models
        )
    }

    static func one(
        _ database: Database,
        where condition: String,
        _ arguments: StatementArguments,
        path: String
    ) throws -> Account? {
        try Row.fetchOne(database, sql: "SELECT \(columns) FROM accounts WHERE \(condition)", arguments: arguments)
            .map { try account(from: $0, path: path) }
    }

    /// Returns the account that a key or member names; without one, nobody knows what it may do.
    static func owner(_ database: Database, id: String, of owned: String, path: String) throws -> Account {
        guard let account = try one(database, where: "id = ?", [id], path: path) else {
            throw StoreError.corrupt(
                location: path,
                reason: "the account of \(owned) is gone",
                remedy: "Restore a backup, or create the key or member anew."
            )
        }
        return account
    }

    static func exists(_ database: Database, id: String) throws -> Bool {
        try Int.fetchOne(database, sql: "SELECT 1 FROM accounts WHERE id = ?", arguments: [id]) != nil
    }
}
