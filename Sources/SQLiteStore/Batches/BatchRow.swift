// Rows of the tables `files` and `batches`, from and to values.

import Foundation
import GRDB
import SessionCore

/// Columns of `files`.
enum FileRow {
    static let columns = "id, key_id, name, purpose, bytes, created_at, expires_at"

    static func arguments(for file: StoredFile) -> StatementArguments {
        [
            file.id, file.keyID, file.name, file.purpose.rawValue, file.bytes,
            StoredValue.milliseconds(file.createdAt), StoredValue.milliseconds(file.expiresAt),
        ]
    }

    static func file(from row: Row, path: String) throws -> StoredFile {
        guard let purpose = StoredFile.Purpose(rawValue: row["purpose"]) else {
            throw StoreError.damaged(path, "a file")
        }
        return StoredFile(
            id: row["id"],
            keyID: row["key_id"],
            name: row["name"],
            purpose: purpose,
            bytes: row["bytes"],
            createdAt: StoredValue.date(row["created_at"]),
            expiresAt: StoredValue.date(row["expires_at"])
        )
    }
}

/// Columns of `batches`.
enum BatchRow {
    static let columns = """
        id, key_id, address, endpoint, input_file_id, metadata, created_at, expires_at, status, moments, faults
        """

    static func arguments(for batch: Batch) throws -> StatementArguments {
        [
            batch.id, batch.keyID, Data(batch.address), batch.endpoint, batch.inputFileID, try json(batch.metadata),
            StoredValue.milliseconds(batch.createdAt), StoredValue.milliseconds(batch.expiresAt),
            batch.status.rawValue, try json(batch.moments), try json(batch.faults),
        ]
    }

    static func batch(from row: Row, path: String) throws -> Batch {
        guard let status = Batch.Status(rawValue: row["status"]),
            let metadata = value([String: String].self, row["metadata"]),
            let moments = value(Batch.Moments.self, row["moments"]),
            let faults = value([Batch.Fault].self, row["faults"])
        else { throw StoreError.damaged(path, "a batch") }
        var batch = Batch(
            id: row["id"],
            keyID: row["key_id"],
            address: Array(row["address"] as Data),
            endpoint: row["endpoint"],
            inputFileID: row["input_file_id"],
            metadata: metadata,
            createdAt: StoredValue.date(row["created_at"]),
            expiresAt: StoredValue.date(row["expires_at"])
        )
        batch.status = status
        batch.moments = moments
        batch.faults = faults
        batch.counts.total = row["total"]
        batch.counts.completed = row["completed"]
        batch.counts.failed = row["failed"]
        batch.outputFileID = row["output_file_id"]
        batch.errorFileID = row["error_file_id"]
        return batch
    }

    static func json(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    private static func value<Value: Decodable>(_: Value.Type, _ text: String) -> Value? {
        try? JSONDecoder().decode(Value.self, from: Data(text.utf8))
    }
}

extension StoreError {
    static func damaged(_ path: String, _ what: String) -> StoreError {
        .corrupt(location: path, reason: "\(what) in it cannot be read", remedy: "Restore a backup.")
    }
}
