// The keys in SQLite. Each call is one transaction; what it promises is said at `KeyStore`.

package import Foundation
import GRDB
package import OpenSSLTLS
package import SessionCore

/// Keeps keys in a database file.
package struct SQLiteKeyStore: KeyStore {
    private let database: SQLiteDatabase

    package init(_ database: SQLiteDatabase) {
        self.database = database
    }

    package func insert(_ record: KeyRecord) async throws(StoreError) {
        try await database.write { try Self.insert(record, into: $0) }
    }

    package func insertFirst(_ record: KeyRecord) async throws(StoreError) -> Bool {
        try await database.write { database in
            guard try Self.isEmpty(database) else { return false }
            try Self.insert(record, into: database)
            return true
        }
    }

    package func holder(digest: SHA256Digest, now: Date) async throws(StoreError) -> KeyHolder? {
        let path = database.path
        return try await database.read { database in
            let bytes = Data(digest.bytes)
            if let record = try Self.one(database, where: "digest = ?", [bytes], path: path) {
                return try Self.holder(of: record, in: database, path: path)
            }
            if let secret = try ClientSecretRow.one(database, digest: digest) {
                let minter = try Self.one(database, where: "id = ?", [secret.keyID], path: path)
                return try minter.map { try Self.holder(of: $0, secret: secret, in: database, path: path) }
            }
            let former = try Self.one(
                database,
                where: "former_digest = ? AND former_until > ?",
                [bytes, StoredValue.milliseconds(now)],
                path: path
            )
            return try former.map { try Self.holder(of: $0, in: database, path: path) }
        }
    }

    package func holder(id: String) async throws(StoreError) -> KeyHolder? {
        let path = database.path
        return try await database.read { database in
            try Self.one(database, where: "id = ?", [id], path: path)
                .map { try Self.holder(of: $0, in: database, path: path) }
        }
    }

    package func get(id: String) async throws(StoreError) -> KeyRecord? {
        let path = database.path
        return try await database.read { try Self.one($0, where: "id = ?", [id], path: path) }
    }

    package func list() async throws(StoreError) -> [KeyRecord] {
        let path = database.path
        return try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT \(KeyRow.columns) FROM keys ORDER BY created_at, rowid")
                .map { try KeyRow.record(from: $0, path: path) }
        }
    }

    package func revoke(id: String, at date: Date) async throws(StoreError) -> KeyRecord {
        let path = database.path
        return try await database.write { database in
            try database.execute(
                sql: "UPDATE keys SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
                arguments: [StoredValue.milliseconds(date), id]
            )
            return try Self.existing(database, id: id, path: path)
        }
    }

    package func replaceDigest(
        id: String,
        digest: SHA256Digest,
        displayPrefix: String,
        formerUntil: Date?
    ) async throws(StoreError) -> KeyRecord {
        let path = database.path
        return try await database.write { database in
            let former = try Self.existing(database, id: id, path: path)
            guard former.revokedAt == nil else { throw StoreError.revoked(id: id) }
            try SQLiteDatabase.reportingDuplicate(of: id) {
                try database.execute(
                    sql: """
                        UPDATE keys SET former_digest = CASE WHEN ? IS NULL THEN NULL ELSE digest END,
                            former_until = ?, digest = ?, display_prefix = ? WHERE id = ?
                        """,
                    arguments: [
                        formerUntil.map(StoredValue.milliseconds), formerUntil.map(StoredValue.milliseconds),
                        Data(digest.bytes), displayPrefix, id,
                    ]
                )
            }
            return try Self.existing(database, id: id, path: path)
        }
    }

    package func update(_ record: KeyRecord) async throws(StoreError) -> KeyRecord {
        let path = database.path
        return try await database.write { database in
            _ = try Self.existing(database, id: record.id, path: path)
            try database.execute(
                sql: """
                    UPDATE keys SET name = ?, expires_at = ?, models = ?, addresses = ?, budget_micro_usd = ?, rpm = ?,
                        tpm = ?, sessions = ? WHERE id = ?
                    """,
                arguments: try KeyRow.changes(of: record) + [record.id]
            )
            return try Self.existing(database, id: record.id, path: path)
        }
    }

    package func delete(id: String) async throws(StoreError) {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM keys WHERE id = ?", arguments: [id])
            guard database.changesCount > 0 else { throw StoreError.notFound(id: id) }
        }
    }

    package func touchLastUse(id: String, at date: Date) async throws(StoreError) {
        let moment = StoredValue.milliseconds(date)
        try await database.write { database in
            try database.execute(
                sql: "UPDATE keys SET last_used_at = ? WHERE id = ? AND (last_used_at IS NULL OR last_used_at < ?)",
                arguments: [moment, id, moment]
            )
        }
    }

    package func isEmpty() async throws(StoreError) -> Bool {
        try await database.read(Self.isEmpty)
    }

    // MARK: Statements

    private static func isEmpty(_ database: Database) throws -> Bool {
        try Int.fetchOne(database, sql: "SELECT 1 FROM keys LIMIT 1") == nil
    }

    private static func holder(
        of record: KeyRecord,
        secret: ClientSecret? = nil,
        in database: Database,
        path: String
    ) throws -> KeyHolder {
        let account = try AccountRow.owner(database, id: record.accountID, of: "key \(record.id)", path: path)
        return KeyHolder(record: record, account: account, secret: secret)
    }

    private static func insert(_ record: KeyRecord, into database: Database) throws {
        guard try AccountRow.exists(database, id: record.accountID) else {
            throw StoreError.notFound(id: record.accountID)
        }
        try SQLiteDatabase.reportingDuplicate(of: record.id) {
            try database.execute(
                sql: "INSERT INTO keys (\(KeyRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                arguments: try KeyRow.arguments(for: record)
            )
        }
    }

    private static func one(
        _ database: Database,
        where condition: String,
        _ arguments: StatementArguments,
        path: String
    ) throws -> KeyRecord? {
        try Row.fetchOne(
            database,
            sql: "SELECT \(KeyRow.columns) FROM keys WHERE \(condition)",
            arguments: arguments
        ).map { try KeyRow.record(from: $0, path: path) }
    }

    private static func existing(_ database: Database, id: String, path: String) throws -> KeyRecord {
        guard let record = try one(database, where: "id = ?", [id], path: path) else {
            throw StoreError.notFound(id: id)
        }
        return record
    }
}
