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
            milliseconds(record.createdAt), record.expiresAt.map(milliseconds), record.revokedAt.map(milliseconds),
            record.lastUsedAt.map(milliseconds), try list(record.models), try list(record.addresses.map(\.description)),
            record.budgetMicroUSD, record.rpm, record.tpm, record.sessions,
        ]
    }

    /// Returns the values that an update may change: name, expiry, models, addresses and limits.
    static func changes(of record: KeyRecord) throws -> StatementArguments {
        [
            record.name, record.expiresAt.map(milliseconds), try list(record.models),
            try list(record.addresses.map(\.description)), record.budgetMicroUSD, record.rpm, record.tpm,
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
        guard let models = list(row["models"]) else { throw damaged("models") }
        guard let blocks = list(row["addresses"]) else { throw damaged("addresses") }
        let addresses = blocks.compactMap(CIDRBlock.init)
        // A block that fell away would widen what the key may do.
        guard addresses.count == blocks.count else { throw damaged("addresses") }
        return KeyRecord(
            id: id,
            accountID: row["account_id"],
            name: row["name"],
            digest: digest,
            displayPrefix: row["display_prefix"],
            createdAt: date(row["created_at"]),
            expiresAt: (row["expires_at"] as Int64?).map(date),
            revokedAt: (row["revoked_at"] as Int64?).map(date),
            lastUsedAt: (row["last_used_at"] as Int64?).map(date),
            models: models,
            addresses: addresses,
            budgetMicroUSD: row["budget_micro_usd"],
            rpm: row["rpm"],
            tpm: row["tpm"],
            sessions: row["sessions"]
        )
    }

    /// Milliseconds since 1970; times beyond the year 9999 are cut to it.
    static func milliseconds(_ date: Date) -> Int64 {
        let bound = 253_402_300_799_000.0
        return Int64(min(max((date.timeIntervalSince1970 * 1_000).rounded(), -bound), bound))
    }

    private static func date(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
    }

    private static func list(_ texts: [String]) throws -> String {
        String(decoding: try JSONEncoder().encode(texts), as: UTF8.self)
    }

    private static func list(_ text: String) -> [String]? {
        try? JSONDecoder().decode([String].self, from: Data(text.utf8))
    }
}
