// The queue in SQLite: lines that wait, what came of them, and the files that are made of it.
//
// A line is written once: only one that waits takes an outcome, and the counts of its batch grow in the same transaction.

package import Foundation
import GRDB
package import SessionCore

extension SQLiteBatchStore {
    private enum LineState {
        static let waiting = 0
        static let answered = 1
        static let failed = 2
    }

    package func unfinished() async throws(StoreError) -> [Batch] {
        let path = database.path
        return try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM batches WHERE status IN ('validating', 'in_progress', 'cancelling', 'finalizing')
                    ORDER BY number
                    """
            ).map { try BatchRow.batch(from: $0, path: path) }
        }
    }

    package func begin(_ id: String, lines: [BatchLine], at date: Date) async throws(StoreError) {
        let path = database.path
        try await database.write { database in
            guard var batch = try Self.batch(id, path: path, database), batch.status == .validating else { return }
            let statement = try database.cachedStatement(
                sql: "INSERT INTO batch_lines (batch_id, number, custom_id, state, content) VALUES (?, ?, ?, ?, ?)"
            )
            for line in lines {
                try statement.execute(
                    arguments: [id, line.id.number, line.customID, LineState.waiting, Data(line.body)]
                )
            }
            try database.execute(sql: "UPDATE batches SET total = ? WHERE id = ?", arguments: [lines.count, id])
            try Self.move(&batch, to: .inProgress, at: date, database)
        }
    }

    package func fail(_ id: String, faults: [Batch.Fault], at date: Date) async throws(StoreError) {
        let path = database.path
        try await database.write { database in
            guard var batch = try Self.batch(id, path: path, database), batch.status == .validating else { return }
            try database.execute(
                sql: "UPDATE batches SET faults = ? WHERE id = ?",
                arguments: [try BatchRow.json(faults), id]
            )
            try Self.move(&batch, to: .failed, at: date, database)
        }
    }

    package func waitingLines(
        of id: String,
        after number: Int,
        limit: Int
    ) async throws(StoreError) -> [BatchLine] {
        try await database.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT number, custom_id, content FROM batch_lines
                    WHERE batch_id = ? AND state = ? AND number > ? ORDER BY number LIMIT ?
                    """,
                arguments: [id, LineState.waiting, number, limit]
            ).map { row in
                BatchLine(
                    id: BatchLineID(batchID: id, number: row["number"]),
                    customID: row["custom_id"],
                    body: Array(row["content"] as Data)
                )
            }
        }
    }

    package func record(_ outcomes: [BatchOutcome]) async throws(StoreError) {
        try await database.write { database in
            let line = try database.cachedStatement(
                sql: "UPDATE batch_lines SET state = ?, content = ? WHERE batch_id = ? AND number = ? AND state = ?"
            )
            var counts: [String: (completed: Int, failed: Int)] = [:]
            for outcome in outcomes {
                try line.execute(
                    arguments: [
                        outcome.isSuccess ? LineState.answered : LineState.failed, Data(outcome.output),
                        outcome.id.batchID, outcome.id.number, LineState.waiting,
                    ]
                )
                guard database.changesCount > 0 else { continue }
                counts[outcome.id.batchID, default: (0, 0)].completed += outcome.isSuccess ? 1 : 0
                counts[outcome.id.batchID, default: (0, 0)].failed += outcome.isSuccess ? 0 : 1
            }
            for (id, count) in counts {
                try database.execute(
                    sql: "UPDATE batches SET completed = completed + ?, failed = failed + ? WHERE id = ?",
                    arguments: [count.completed, count.failed, id]
                )
            }
        }
    }

    // MARK: Files of results

    package func beginFinalizing(_ id: String, at date: Date) async throws(StoreError) {
        let path = database.path
        try await database.write { database in
            guard var batch = try Self.batch(id, path: path, database), !batch.status.isFinal else { return }
            try Self.move(&batch, to: .finalizing, at: date, database)
        }
    }

    package func compose(
        _ fileID: String,
        of id: String,
        successes: Bool,
        part: Int,
        after number: Int
    ) async throws(StoreError) -> Int? {
        try await database.write { database in
            let rows = try Row.fetchCursor(
                database,
                sql: """
                    SELECT number, content FROM batch_lines WHERE batch_id = ? AND state = ? AND number > ?
                    ORDER BY number
                    """,
                arguments: [id, successes ? LineState.answered : LineState.failed, number]
            )
            var (bytes, last) = (Data(), Int?.none)
            while bytes.count < Limits.composedBytes, let row = try rows.next() {
                bytes.append(row["content"] as Data)
                last = row["number"]
            }
            if last != nil { try Self.insert(part: part, of: fileID, bytes, database) }
            return last
        }
    }

    package func discard(_ fileID: String) async throws(StoreError) {
        try await database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM file_parts WHERE file_id = ? AND NOT EXISTS (SELECT 1 FROM files WHERE id = file_id)
                    """,
                arguments: [fileID]
            )
        }
    }

    package func finish(
        _ id: String,
        as status: Batch.Status,
        outputFile: StoredFile,
        errorFile: StoredFile,
        at date: Date
    ) async throws(StoreError) {
        let path = database.path
        try await database.write { database in
            guard var batch = try Self.batch(id, path: path, database), batch.status == .finalizing else { return }
            for (column, file) in [("output_file_id", outputFile), ("error_file_id", errorFile)] {
                let bytes = try Int.fetchOne(
                    database,
                    sql: "SELECT SUM(length(bytes)) FROM file_parts WHERE file_id = ?",
                    arguments: [file.id]
                )
                guard let bytes else { continue }
                try Self.insert(file.withBytes(bytes), database)
                try database.execute(
                    sql: "UPDATE batches SET \(column) = ? WHERE id = ?",
                    arguments: [file.id, id]
                )
            }
            try Self.move(&batch, to: status, at: date, database)
        }
    }

    package func sweep(now: Date) async throws(StoreError) {
        try await database.write { database in
            let expired = try String.fetchAll(
                database,
                sql: "SELECT id FROM files WHERE expires_at <= ? LIMIT ?",
                arguments: [StoredValue.milliseconds(now), Limits.sweptRows]
            )
            for id in expired {
                try database.execute(sql: "DELETE FROM file_parts WHERE file_id = ?", arguments: [id])
                try database.execute(sql: "DELETE FROM files WHERE id = ?", arguments: [id])
            }
            try database.execute(
                sql: """
                    DELETE FROM batch_lines WHERE rowid IN (
                        SELECT rowid FROM batch_lines WHERE batch_id IN (
                            SELECT id FROM batches WHERE status IN ('completed', 'failed', 'expired', 'cancelled')
                        ) LIMIT ?
                    )
                    """,
                arguments: [Limits.sweptRows]
            )
        }
    }

    private static func batch(_ id: String, path: String, _ database: Database) throws -> Batch? {
        try Row.fetchOne(database, sql: "SELECT * FROM batches WHERE id = ?", arguments: [id])
            .map { try BatchRow.batch(from: $0, path: path) }
    }
}

extension StoredFile {
    func withBytes(_ bytes: Int) -> StoredFile {
        StoredFile(
            id: id,
            keyID: keyID,
            name: name,
            purpose: purpose,
            bytes: bytes,
            createdAt: createdAt,
            expiresAt: expiresAt
        )
    }
}
