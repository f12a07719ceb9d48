// Rows of the tables `ledger` and `session_records`, from and to what they stand for.
//
// Numbers come from providers: they are cut to bounds that leave every sum over them within 64 bits, because a row that
// SQLite refuses would stand in the way of all that come after it.

import GRDB
import SessionCore

/// Columns and their meaning, in one place for reading and writing.
enum LedgerColumns {
    /// What a stored number may be at most.
    enum Limits {
        /// Tokens, milliseconds, bytes: about 10¹².
        static let count = 1 << 40
        /// Millionths of a dollar: about a billion dollars for one row.
        static let costMicroUSD: Int64 = 1 << 50
    }

    static let tokens = [
        "input_text", "input_audio", "input_image", "cached_text", "cached_audio", "cached_image", "output_text",
        "output_audio", "audio_ms",
    ]

    static let row =
        ["kind", "session_id", "turn_id", "request_id", "key_id", "account_id", "model", "upstream", "upstream_model"]
        + tokens
        + [
            "cost_micro_usd", "is_estimated", "status", "http_status", "started_at", "duration_ms", "first_byte_ms",
        ]

    static let session = [
        "session_id", "request_id", "key_id", "account_id", "model", "upstream", "started_at", "duration_ms",
        "close_code", "cause", "turns", "bytes_from_client", "bytes_from_upstream",
    ]

    static func insertion(into table: String, _ columns: [String]) -> String {
        let marks = Array(repeating: "?", count: columns.count).joined(separator: ", ")
        return "INSERT INTO \(table) (\(columns.joined(separator: ", "))) VALUES (\(marks)) ON CONFLICT DO NOTHING"
    }

    // MARK: Writing

    /// Returns the row as it can be kept.
    static func bounded(_ row: LedgerRow) -> LedgerRow {
        var row = row
        row.tokens = tokenCounts(counts(of: row.tokens).map(count))
        row.costMicroUSD = min(max(row.costMicroUSD, 0), Limits.costMicroUSD)
        row.startedAt = min(max(row.startedAt, 0), Int64(Limits.count) * 256)
        row.durationMilliseconds = count(row.durationMilliseconds)
        row.firstByteMilliseconds = row.firstByteMilliseconds.map(count)
        return row
    }

    /// Returns the values for `row`, in their order.
    ///
    /// Plain database values: a row is written for every exchange, and boxing each value cost more than SQLite did.
    static func arguments(for row: LedgerRow) -> StatementArguments {
        var values: [DatabaseValue] = []
        values.reserveCapacity(Self.row.count)
        values.append(row.kind.rawValue.databaseValue)
        values.append(row.sessionID.databaseValue)
        values.append(row.turnID.databaseValue)
        values.append(row.requestID.databaseValue)
        values.append(row.keyID.databaseValue)
        values.append(row.accountID.databaseValue)
        values.append(row.model.databaseValue)
        values.append(row.upstream.databaseValue)
        values.append(row.upstreamModel.databaseValue)
        for count in counts(of: row.tokens) { values.append(count.databaseValue) }
        values.append(row.costMicroUSD.databaseValue)
        values.append(row.isEstimated.databaseValue)
        values.append(row.status.rawValue.databaseValue)
        values.append(row.httpStatus?.databaseValue ?? .null)
        values.append(row.startedAt.databaseValue)
        values.append(row.durationMilliseconds.databaseValue)
        values.append(row.firstByteMilliseconds?.databaseValue ?? .null)
        return StatementArguments(values)
    }

    /// Returns the values for `session`, in their order.
    static func arguments(for record: SessionRecord) -> StatementArguments {
        [
            record.sessionID, record.requestID, record.keyID, record.accountID, record.model, record.upstream,
            record.startedAt, count(record.durationMilliseconds), record.closeCode, record.cause, count(record.turns),
            count(record.bytesFromClient), count(record.bytesFromUpstream),
        ]
    }

    /// Token counts in the order of `tokens`.
    static func counts(of tokens: TokenCounts) -> [Int] {
        [
            tokens.inputText, tokens.inputAudio, tokens.inputImage, tokens.cachedText, tokens.cachedAudio,
            tokens.cachedImage, tokens.outputText, tokens.outputAudio, tokens.audioMilliseconds,
        ]
    }

    private static func count(_ value: Int) -> Int { min(max(value, 0), Limits.count) }

    /// Counts that stand in the order of `tokens`; nothing of a list of another length.
    static func tokenCounts(_ values: [Int]) -> TokenCounts {
        var counts = TokenCounts()
        guard values.count == tokens.count else { return counts }
        counts.inputText = values[0]
        counts.inputAudio = values[1]
        counts.inputImage = values[2]
        counts.cachedText = values[3]
        counts.cachedAudio = values[4]
        counts.cachedImage = values[5]
        counts.outputText = values[6]
        counts.outputAudio = values[7]
        counts.audioMilliseconds = values[8]
        return counts
    }

    // MARK: Reading

    /// Reads the nine token columns.
    static func tokenCounts(from row: Row) -> TokenCounts {
        tokenCounts(tokens.map { row[$0] })
    }

    /// Reads a row; words that this version does not know were written by another program.
    static func ledgerRow(from row: Row, path: String) throws -> LedgerRow {
        guard let kind = LedgerRow.Kind(rawValue: row["kind"]), let status = LedgerRow.Status(rawValue: row["status"])
        else {
            throw StoreError.corrupt(
                location: path,
                reason: "'kind' or 'status' of ledger row \(row["number"] as Int64) cannot be read",
                remedy: "Restore a backup, or start the version of Longwire that wrote it."
            )
        }
        return LedgerRow(
            kind: kind,
            sessionID: row["session_id"],
            turnID: row["turn_id"],
            requestID: row["request_id"],
            keyID: row["key_id"],
            accountID: row["account_id"],
            model: row["model"],
            upstream: row["upstream"],
            upstreamModel: row["upstream_model"],
            tokens: tokenCounts(from: row),
            costMicroUSD: row["cost_micro_usd"],
            isEstimated: row["is_estimated"],
            status: status,
            httpStatus: row["http_status"],
            startedAt: row["started_at"],
            durationMilliseconds: row["duration_ms"],
            firstByteMilliseconds: row["first_byte_ms"]
        )
    }
}
