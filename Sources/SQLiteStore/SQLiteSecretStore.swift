// Client secrets in SQLite. They are looked up by `SQLiteKeyStore.holder`, together with their key.
//
// A secret that has expired is kept for an hour, so that whoever shows it hears why it does not count. Each secret that
// is minted takes a bounded number of old ones away: the table grows with the rate of minting, never with time.

package import Foundation
import GRDB
import OpenSSLTLS
package import SessionCore

/// Keeps client secrets in a database file.
package struct SQLiteSecretStore: SecretStore {
    /// Bounds of the table.
    package enum Limits {
        /// How long an expired secret is remembered.
        package static let expiredSeconds: TimeInterval = 3_600
        /// Expired secrets that one call lets go of; more than one, so that the table shrinks.
        package static let removedPerInsert = 16
    }

    private let database: SQLiteDatabase

    package init(_ database: SQLiteDatabase) {
        self.database = database
    }

    package func insert(_ secret: ClientSecret, now: Date) async throws(StoreError) {
        try await database.write { database in
            try database.execute(
                sql: """
                    DELETE FROM client_secrets WHERE rowid IN (
                        SELECT rowid FROM client_secrets WHERE expires_at <= ? ORDER BY expires_at LIMIT ?
                    )
                    """,
                arguments: [
                    StoredValue.milliseconds(now.addingTimeInterval(-Limits.expiredSeconds)), Limits.removedPerInsert,
                ]
            )
            guard try Int.fetchOne(database, sql: "SELECT 1 FROM keys WHERE id = ?", arguments: [secret.keyID]) != nil
            else { throw StoreError.notFound(id: secret.keyID) }
            try SQLiteDatabase.reportingDuplicate(of: secret.keyID) {
                try database.execute(
                    sql: "INSERT INTO client_secrets (\(ClientSecretRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: ClientSecretRow.arguments(for: secret)
                )
            }
        }
    }
}
