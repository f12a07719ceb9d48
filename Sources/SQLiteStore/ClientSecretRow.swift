// One row of the table `client_secrets`, from and to a secret.

import Foundation
import GRDB
import OpenSSLTLS
import SessionCore

/// Columns and their meaning, in one place for reading and writing.
enum ClientSecretRow {
    static let columns = "digest, key_id, model, session, created_at, expires_at, maximum_session_ms"

    /// Returns the values for `columns`, in their order.
    static func arguments(for secret: ClientSecret) -> StatementArguments {
        [
            Data(secret.digest.bytes), secret.keyID, secret.model, secret.session,
            StoredValue.milliseconds(secret.createdAt), StoredValue.milliseconds(secret.expiresAt),
            secret.maximumSession.map(milliseconds),
        ]
    }

    /// Returns the secret with this digest, whether or not it has expired.
    static func one(_ database: Database, digest: SHA256Digest) throws -> ClientSecret? {
        let row = try Row.fetchOne(
            database,
            sql: "SELECT \(columns) FROM client_secrets WHERE digest = ?",
            arguments: [Data(digest.bytes)]
        )
        return row.map { row in
            ClientSecret(
                digest: digest,
                keyID: row["key_id"],
                model: row["model"],
                session: row["session"],
                createdAt: StoredValue.date(row["created_at"]),
                expiresAt: StoredValue.date(row["expires_at"]),
                maximumSession: (row["maximum_session_ms"] as Int64?).map { .milliseconds($0) }
            )
        }
    }

    /// Whole milliseconds, rounded up: a bound must not become none.
    ///
    /// Beyond 200,000 years it is cut.
    private static func milliseconds(_ duration: Duration) -> Int64 {
        let (seconds, attoseconds) = duration.components
        let bounded = min(max(seconds, 0), 6_000_000_000_000)
        return bounded * 1_000 + (max(attoseconds, 0) + 999_999_999_999_999) / 1_000_000_000_000_000
    }
}
