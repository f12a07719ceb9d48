// Files and batches in SQLite: what clients ask for. The queue's side is in `SQLiteBatchStore+Queue.swift`.

package import Foundation
import GRDB
package import SessionCore

/// Keeps files and batches in a database file.
package struct SQLiteBatchStore: BatchStore {
    /// Bounds of one transaction.
    package enum Limits {
        /// Bytes of one part of a file.
        package static let partBytes = 256 << 10
        /// Bytes of results that one transaction puts into a file, and one result.
        package static let composedBytes = 1 << 20
        /// Rows that one call of `sweep` lets go of, per table.
        package static let sweptRows = 500
    }

    let database: SQLiteDatabase

    package init(_ database: SQLiteDatabase) {
        self.database = database
    }

    // MARK: Files

    package func insert(_ file: StoredFile, content: [UInt8], keyBytes: Int) async throws(StoreError) {
        try await database.write { database in
            let kept = try Int.fetchOne(
                database,
                sql: "SELECT COALESCE(SUM(bytes), 0) FROM files WHERE key_id = ?",
                arguments: [file.keyID]
            )
            guard file.bytes <= keyBytes - (kept ?? 0) else { throw StoreError.overloaded(limit: keyBytes) }
            try Self.insert(file, database)
            for (part, start) in stride(from: 0, to: content.count, by: Limits.partBytes).enumerated() {
                let end = min(start + Limits.partBytes, content.count)
                try Self.insert(part: part, of: file.id, Data(content[start..<end]), database)
            }
        }
    }

    static func insert(_ file: StoredFile, _ database: Database) throws {
        try SQLiteDatabase.reportingDuplicate(of: file.id) {
            try database.execute(
                sql: "INSERT INTO files (\(FileRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
                arguments: FileRow.arguments(for: file)
            )
        }
    }

    static func insert(part: Int, of id: String, _ bytes: Data, _ database: Database) throws {
        try database.execute(
            sql: "INSERT INTO file_parts (file_id, part, bytes) VALUES (?, ?, ?)",
            arguments: [id, part, bytes]
        )
    }

    package func file(id: String, keyID: String, now: Date) async throws(StoreError) -> StoredFile? {
        let path = database.path
        return try await database.read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT * FROM files WHERE id = ? AND key_id = ? AND expires_at > ?",
                arguments: [id, keyID, StoredValue.milliseconds(now)]
            ).map { try FileRow.file(from: $0, path: path) }
        }
    }

    package func files(
        keyID: String,
        purpose: StoredFile.Purpose?,
        after: String?,
        limit: Int,
        isAscending: Bool,
        now: Date
    ) async throws(StoreError) -> StoredPage<StoredFile> {
        let path = database.path
        return try await database.read { database in
            var place: Int64?
            if let after {
                place = try Int64.fetchOne(
                    database,
                    sql: "SELECT number FROM files WHERE id = ? AND key_id = ?",
                    arguments: [after, keyID]
                )
                guard place != nil else { return StoredPage(entries: [], hasMore: false) }
            }
            let bound = place ?? (isAscending ? Int64.min : Int64.max)
            let rows = try Row.fetchAll(
                database,
                sql: """
                    SELECT * FROM files WHERE key_id = ? AND expires_at > ? AND number \(isAscending ? ">" : "<") ?
                        AND (? IS NULL OR purpose = ?)
                    ORDER BY number \(isAscending ? "ASC" : "DESC") LIMIT ?
                    """,
                arguments: [
                    keyID, StoredValue.milliseconds(now), bound, purpose?.rawValue, purpose?.rawValue, limit + 1,
                ]
            )
            return StoredPage(
                entries: try rows.prefix(limit).map { try FileRow.file(from: $0, path: path) },
                hasMore: rows.count > limit
            )
        }
    }

    package func content(of id: String, part: Int) async throws(StoreError) -> [UInt8]? {
        try await database.read { database in
            try Data.fetchOne(
                database,
                sql: "SELECT bytes FROM file_parts WHERE file_id = ? AND part = ?",
                arguments: [id, part]
            ).map { Array($0) }
        }
    }

    package func deleteFile(id: String, keyID: String) async throws(StoreError) -> Bool {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM files WHERE id = ? AND key_id = ?", arguments: [id, keyID])
            guard database.changesCount > 0 else { return false }
            try database.execute(sql: "DELETE FROM file_parts WHERE file_id = ?", arguments: [id])
            return true
        }
    }

    // MARK: Batches

    package func insert(_ batch: Batch, unfinished: Int) async throws(StoreError) {
        try await database.write { database in
            let open = try Int.fetchOne(
                database,
                sql: """
                    SELECT COUNT(*) FROM batches WHERE key_id = ?
                        AND status IN ('validating', 'in_progress', 'cancelling', 'finalizing')
                    """,
                arguments: [batch.keyID]
            )
            guard (open ?? 0) < unfinished else { throw StoreError.overloaded(limit: unfinished) }
            let arguments = try BatchRow.arguments(for: batch)
            try SQLiteDatabase.reportingDuplicate(of: batch.id) {
                try database.execute(
                    sql: "INSERT INTO batches (\(BatchRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: arguments
                )
            }
        }
    }

    package func batch(id: String, keyID: String) async throws(StoreError) -> Batch? {
        let path = database.path
        return try await database.read { database in
            try Row.fetchOne(
                database,
                sql: "SELECT * FROM batches WHERE id = ? AND key_id = ?",
                arguments: [id, keyID]
            ).map { try BatchRow.batch(from: $0, path: path) }
        }
    }

    package func batches(keyID: String, after: String?, limit: Int) async throws(StoreError) -> StoredPage<Batch> {
        let path = database.path
        return try await database.read { database in
            var place = Int64.max
            if let after {
                let found = try Int64.fetchOne(
                    database,
                    sql: "SELECT number FROM batches WHERE id = ? AND key_id = ?",
                    arguments: [after, keyID]
                )
                guard let found else { return StoredPage(entries: [], hasMore: false) }
                place = found
            }
            let rows = try Row.fetchAll(
                database,
                sql: "SELECT * FROM batches WHERE key_id = ? AND number < ? ORDER BY number DESC LIMIT ?",
                arguments: [keyID, place, limit + 1]
            )
            return StoredPage(
                entries: try rows.prefix(limit).map { try BatchRow.batch(from: $0, path: path) },
                hasMore: rows.count > limit
            )
        }
    }

    package func cancel(id: String, keyID: String, at date: Date) async throws(StoreError) -> Batch? {
        let path = database.path
        return try await database.write { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT * FROM batches WHERE id = ? AND key_id = ?",
                arguments: [id, keyID]
            )
            guard var batch = try row.map({ try BatchRow.batch(from: $0, path: path) }) else { return nil }
            guard batch.status == .validating || batch.status == .inProgress else { return batch }
            try Self.move(&batch, to: .cancelling, at: date, database)
            return batch
        }
    }

    /// Changes a batch's status and notes when.
    static func move(_ batch: inout Batch, to status: Batch.Status, at date: Date, _ database: Database) throws {
        batch.status = status
        batch.moments.note(status, at: date)
        try database.execute(
            sql: "UPDATE batches SET status = ?, moments = ? WHERE id = ?",
            arguments: [status.rawValue, try BatchRow.json(batch.moments), batch.id]
        )
    }
}
