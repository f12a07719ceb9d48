// Sums over rows: whole hours from what is kept, the rest of the span row by row, in one snapshot.

import Foundation
import GRDB
package import SessionCore

extension SQLiteLedgerStore {
    private struct Place: Hashable {
        let group: String
        let start: Int64?
    }

    private struct Tables {
        let group: LedgerGroup
        let interval: LedgerInterval?

        /// The columns that make a place.
        func place(_ moment: String) -> String { "\(groupColumn) AS place, \(start(moment)) AS start" }

        private var groupColumn: String {
            switch group {
            case .none: "''"
            case .key: "key_id"
            case .account: "account_id"
            case .model: "model"
            case .upstream: "upstream"
            }
        }

        /// `moment` is in milliseconds, never negative.
        private func start(_ moment: String) -> String {
            switch interval {
            case nil: "NULL"
            case .hour: "\(moment) / 3600000 * 3600000"
            case .day: "\(moment) / 86400000 * 86400000"
            }
        }
    }

    private struct Sums {
        var byPlace: [Place: LedgerSum] = [:]
        var firstBytes: [Place: FirstByteTally] = [:]

        mutating func add(_ row: Row) {
            let place = Place(group: row["place"], start: row["start"])
            var sum = byPlace[place] ?? LedgerSum(group: place.group, start: place.start)
            sum.requests += row["requests"] as Int
            sum.errors += row["errors"] as Int
            sum.tokens.add(LedgerColumns.tokenCounts(from: row))
            sum.costMicroUSD += row["cost_micro_usd"] as Int64
            byPlace[place] = sum
        }

        /// By moment, then by group.
        var sorted: [LedgerSum] {
            byPlace.map { place, sum in
                var sum = sum
                sum.firstByteP50 = firstBytes[place]?.percentile(50)
                sum.firstByteP95 = firstBytes[place]?.percentile(95)
                return sum
            }
            .sorted { ($0.start ?? 0, $0.group) < ($1.start ?? 0, $1.group) }
        }
    }

    package func sums(
        _ filter: LedgerFilter,
        by group: LedgerGroup,
        interval: LedgerInterval?
    ) async throws(StoreError) -> [LedgerSum] {
        let span = LedgerSpan(filter)
        return try await database.read { database in
            let tables = Tables(group: group, interval: interval)
            var sums = Sums()
            if let hours = span.hours { try Self.addKept(hours, filter, tables, to: &sums, from: database) }
            for edge in span.edges {
                var part = filter
                part.since = edge.since
                part.until = edge.until
                try Self.addRows(part, tables, to: &sums, from: database)
            }
            return sums.sorted
        }
    }

    private static let totals = (LedgerColumns.tokens + ["cost_micro_usd"])
        .map { "sum(\($0)) AS \($0)" }
        .joined(separator: ", ")

    private static func addRows(
        _ filter: LedgerFilter,
        _ tables: Tables,
        to sums: inout Sums,
        from database: Database
    ) throws {
        var condition = LedgerCondition(filter)
        let place = tables.place("started_at")
        let counted = "kind <> 'transcription'"
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(place), sum(\(counted)) AS requests,
                    sum(\(counted) AND \(LedgerTally.errorCondition)) AS errors, \(totals)
                FROM ledger\(condition.clause) GROUP BY 1, 2
                """,
            arguments: condition.arguments
        )
        while let row = try rows.next() { sums.add(row) }
        condition.add("first_byte_ms >= ?", 0)
        let firstBytes = try Row.fetchCursor(
            database,
            sql: "SELECT \(place), first_byte_ms FROM ledger\(condition.clause)",
            arguments: condition.arguments
        )
        while let row = try firstBytes.next() {
            sums.firstBytes[Place(group: row[0], start: row[1]), default: FirstByteTally()].add(row[2])
        }
    }

    private static func addKept(
        _ hours: LedgerSpan.Hours,
        _ filter: LedgerFilter,
        _ tables: Tables,
        to sums: inout Sums,
        from database: Database
    ) throws {
        var condition = LedgerCondition(filter, kept: true)
        condition.add("hour >= ?", hours.from)
        condition.add("hour < ?", hours.to)
        let place = tables.place("hour * 3600000")
        let rows = try Row.fetchCursor(
            database,
            sql: """
                SELECT \(place), sum(requests) AS requests, sum(errors) AS errors, \(totals)
                FROM ledger_hours\(condition.clause) GROUP BY 1, 2
                """,
            arguments: condition.arguments
        )
        while let row = try rows.next() { sums.add(row) }
        condition.add("length(first_bytes) > ?", 0)
        let tallies = try Row.fetchCursor(
            database,
            sql: "SELECT \(place), first_bytes FROM ledger_hours\(condition.clause)",
            arguments: condition.arguments
        )
        while let row = try tallies.next() {
            guard let tally = FirstByteTally(encoded: row[2]) else { continue }
            sums.firstBytes[Place(group: row[0], start: row[1]), default: FirstByteTally()].merge(tally)
        }
    }
}

extension TokenCounts {
    /// Adds counts that were bounded when they were stored.
    fileprivate mutating func add(_ other: Self) {
        inputText += other.inputText
        inputAudio += other.inputAudio
        inputImage += other.inputImage
        cachedText += other.cachedText
        cachedAudio += other.cachedAudio
        cachedImage += other.cachedImage
        outputText += other.outputText
        outputAudio += other.outputAudio
        audioMilliseconds += other.audioMilliseconds
    }
}
