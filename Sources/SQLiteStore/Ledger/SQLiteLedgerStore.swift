// The ledger in SQLite. What it promises is said at `LedgerStore`.
//
// A row is there once: its name is session, turn and kind, and a second one with the same name changes nothing, kept
// sums included. Newest first means by the moment of beginning, then by number.

import Foundation
import GRDB
package import SessionCore

/// Keeps the ledger in a database file.
package struct SQLiteLedgerStore: LedgerStore {
    /// Bounds of one question.
    package enum Limits {
        package static let rowsPerPage = 1...1_000
    }

    let database: SQLiteDatabase

    package init(_ database: SQLiteDatabase) {
        self.database = database
    }

    package func write(_ entries: [LedgerEntry]) async throws(StoreError) {
        try await database.write { database in
            let row = try database.cachedStatement(sql: LedgerColumns.insertion(into: "ledger", LedgerColumns.row))
            let session = try database.cachedStatement(
                sql: LedgerColumns.insertion(into: "session_records", LedgerColumns.session)
            )
            var tally = LedgerTally()
            for entry in entries {
                switch entry {
                case .row(let given):
                    let bounded = LedgerColumns.bounded(given)
                    try row.execute(arguments: LedgerColumns.arguments(for: bounded))
                    if database.changesCount > 0 { tally.add(bounded) }
                case .session(let record):
                    try session.execute(arguments: LedgerColumns.arguments(for: record))
                }
            }
            try tally.write(to: database)
        }
    }

    package func spend() async throws(StoreError) -> [KeySpend] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: "SELECT key_id, account_id, micro_usd FROM ledger_spend ORDER BY key_id, account_id"
            )
            .map { KeySpend(keyID: $0["key_id"], accountID: $0["account_id"], microUSD: $0["micro_usd"]) }
        }
    }

    package func rows(
        _ filter: LedgerFilter,
        limit: Int,
        after cursor: Int64?
    ) async throws(StoreError) -> LedgerPage {
        let path = database.path
        let limit = min(max(limit, Limits.rowsPerPage.lowerBound), Limits.rowsPerPage.upperBound)
        return try await database.read { database in
            var condition = LedgerCondition(filter)
            if let cursor {
                let moment = try Int64.fetchOne(
                    database,
                    sql: "SELECT started_at FROM ledger WHERE number = ?",
                    arguments: [cursor]
                )
                guard let moment else { return LedgerPage(entries: [], next: nil) }
                condition.add("started_at <= ?", moment)
                condition.add("(started_at, number) < (\(moment), ?)", cursor)
            }
            let found = try Row.fetchAll(
                database,
                sql: """
                    SELECT *, (SELECT close_code FROM session_records WHERE session_records.session_id = ledger.session_id
                        AND ledger.status IN ('client_gone', 'upstream_lost', 'ended')) AS close_code
                    FROM ledger\(condition.clause) ORDER BY started_at DESC, number DESC LIMIT \(limit + 1)
                    """,
                arguments: condition.arguments
            )
            let entries = try found.prefix(limit).map { row in
                LedgerPage.Entry(
                    number: row["number"],
                    row: try LedgerColumns.ledgerRow(from: row, path: path),
                    closeCode: row["close_code"]
                )
            }
            return LedgerPage(entries: entries, next: found.count > limit ? entries.last?.number : nil)
        }
    }
}
