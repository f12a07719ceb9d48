// One row of the table `keys`, from and to a record.

import Foundation
import GRDB
import OpenSSLTLS
import SessionCore

/// Columns and their meaning, in one place for reading and writing.
enum KeyRow {
    static let columns = """
        id, account_id, name, digest, display_prefix, created_at, expires_at, revoked_at, last_used_at,
        models, addresses, budget_micro_usd, rpm, tpm, sessions
        """

    /// Returns the values for `columns`, in their order.
    static func arguments(for record: KeyRecord) throws -> StatementArguments {
        [
            record.id, record.accountID, record.name, Data(record.digest.bytes), record.displayPrefix,
            StoredValue.milliseconds(record.createdAt), record.expiresAt.map(StoredValue.milliseconds),
            record.revokedAt.map(StoredValue.milliseconds),
            record.lastUsedAt.map(StoredValue.milliseconds), try StoredValue.list(record.models),
            try StoredValue.list(record.addresses.map(\.description)),
            record.budgetMicroUSD, record.rpm, record.tpm, record.sessions,
        ]
    }

    /// Returns the values that an update may change: name, expiry, models, addresses and limits.
    static func changes(of record: KeyRecord) throws -> StatementArguments {
        [
            record.name, record.expiresAt.map(StoredValue.milliseconds), try StoredValue.list(record.models),
            try StoredValue.list(record.addresses.map(\.description)), record.budgetMicroUSD, record.rpm, record.tpm,
            record.sessions,
        ]
    }

    /// Reads a row; what cannot be a key means that somebody else wrote it, and must not let anybody in.
    static func record(from row: Row, path: String) throws -> KeyRecord {
        let id: String = row["id"]
        func damaged(_ column: String) -> StoreError {
            .corrupt(
                location: path,
                reason: "'\(column)' of key \(id) cannot be read",
                remedy: "Revoke the key, or restore a backup."
            )
        }
        let bytes: Data = row["digest"]
        guard let digest = SHA256Digest(bytes: [UInt8](bytes)) else { throw damaged("digest") }
        guard let models = StoredValue.list(row["models"]) else { throw damaged("models") }
        guard let blocks = StoredValue.list(row["addresses"]) else { throw damaged("addresses") }
        let addresses = blocks.compactMap(CIDRBlock.init)
        // A block that fell away would widen what the key may do.
        guard addresses.count == blocks.count else { throw damaged("addresses") }
        return KeyRecord(
            id: id,
            accountID: row["account_id"],
            name: row["name"],
            digest: digest,
            displayPrefix: row["display_prefix"],
            createdAt: StoredValue.date(row["created_at"]),
            expiresAt: (row["expires_at"] as Int64?).map(StoredValue.date),
            revokedAt: (row["revoked_at"] as Int64?).map(StoredValue.date),
            lastUsedAt: (row["last_used_at"] as Int64?).map(StoredValue.date),
            models: models,
            addresses: addresses,
            budgetMicroUSD: row["budget_micro_usd"],
            rpm: row["rpm"],
            tpm: row["tpm"],
            sessions: row["sessions"]
        )
    }
}
