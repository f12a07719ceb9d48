// What a batch of new rows adds to the kept sums: gathered while the rows are written, added in the same transaction.

import Foundation
import GRDB
import SessionCore

/// Sums of one batch, by hour and by key.
struct LedgerTally {
    /// A kept sum of an hour may not grow beyond this, so that sums over hours stay within 64 bits.
    private static let largest: Int64 = 1 << 52

    private struct Hour: Hashable {
        let hour: Int64
        let keyID: String
        let accountID: String
        let model: String
        let upstream: String
        let kind: String
        let status: String

        var arguments: StatementArguments { [hour, keyID, accountID, model, upstream, kind, status] }
    }

    private struct Sum {
        var numbers = [Int64](repeating: 0, count: LedgerTally.columns.count)
        var firstBytes = FirstByteTally()

        mutating func add(_ row: LedgerRow, isError: Bool, isRequest: Bool) {
            grow(0, by: isRequest ? 1 : 0)
            grow(1, by: isError ? 1 : 0)
            let counts = LedgerColumns.counts(of: row.tokens)
            for (index, count) in counts.enumerated() { grow(2 + index, by: Int64(count)) }
            grow(2 + counts.count, by: row.costMicroUSD)
            if let milliseconds = row.firstByteMilliseconds { firstBytes.add(milliseconds) }
        }

        private mutating func grow(_ index: Int, by number: Int64) {
            numbers[index] = min(numbers[index] + number, LedgerTally.largest)
        }
    }

    private struct Owner: Hashable {
        let keyID: String
        let accountID: String
    }

    static let millisecondsPerHour: Int64 = 3_600_000
    private static let columns = ["requests", "errors"] + LedgerColumns.tokens + ["cost_micro_usd"]
    private static let names = ["hour", "key_id", "account_id", "model", "upstream", "kind", "status"]

    private var hours: [Hour: Sum] = [:]
    private var spent: [Owner: Int64] = [:]

    /// Adds a row that was not there before.
    mutating func add(_ row: LedgerRow) {
        let hour = Hour(
            hour: row.startedAt / Self.millisecondsPerHour,
            keyID: row.keyID,
            accountID: row.accountID,
            model: row.model,
            upstream: row.upstream,
            kind: row.kind.rawValue,
            status: row.status.rawValue
        )
        let isRequest = row.kind != .transcription
        // Changed in place: a batch has many rows of few hours.
        hours[hour, default: Sum()].add(row, isError: isRequest && Self.isError(row), isRequest: isRequest)
        let owner = Owner(keyID: row.keyID, accountID: row.accountID)
        spent[owner] = min((spent[owner] ?? 0) + row.costMicroUSD, Self.largest)
    }

    /// What `LedgerSum.errors` counts; `errorCondition` says the same in SQL.
    private static func isError(_ row: LedgerRow) -> Bool {
        row.status == .failed || row.status == .upstreamLost || (row.httpStatus ?? 0) >= 400
    }

    static let errorCondition = "(status IN ('failed', 'upstream_lost') OR ifnull(http_status, 0) >= 400)"

    /// Adds everything to the kept sums.
    func write(to database: Database) throws {
        let changes = Self.columns.map { "\($0) = min(\($0) + excluded.\($0), \(Self.largest))" }
        let all = Self.names + Self.columns + ["first_bytes"]
        let add = try database.cachedStatement(
            sql: """
                INSERT INTO ledger_hours (\(all.joined(separator: ", ")))
                VALUES (\(all.map { _ in "?" }.joined(separator: ", ")))
                ON CONFLICT DO UPDATE SET \(changes.joined(separator: ", ")), first_bytes = excluded.first_bytes
                """
        )
        for (hour, sum) in hours {
            var firstBytes = sum.firstBytes
            try Self.addKept(hour, to: &firstBytes, in: database)
            try add.execute(
                arguments: hour.arguments + StatementArguments(sum.numbers) + [firstBytes.encoded]
            )
        }
        let spend = try database.cachedStatement(
            sql: """
                INSERT INTO ledger_spend (key_id, account_id, micro_usd) VALUES (?, ?, ?)
                ON CONFLICT DO UPDATE SET micro_usd = min(micro_usd + excluded.micro_usd, \(Self.largest))
                """
        )
        for (owner, amount) in spent {
            try spend.execute(arguments: [owner.keyID, owner.accountID, amount])
        }
    }

    /// A damaged tally is begun anew: it is there for two percentiles, and must not hold up the rows.
    private static func addKept(_ hour: Hour, to tally: inout FirstByteTally, in database: Database) throws {
        let conditions = names.map { "\($0) = ?" }.joined(separator: " AND ")
        let statement = try database.cachedStatement(sql: "SELECT first_bytes FROM ledger_hours WHERE \(conditions)")
        guard let bytes = try Data.fetchOne(statement, arguments: hour.arguments) else { return }
        if let kept = FirstByteTally(encoded: bytes) { tally.merge(kept) }
    }
}
