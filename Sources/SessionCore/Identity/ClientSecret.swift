// A client secret: a short-lived `ek_…`, minted with a key, bound to a model and a session configuration
// (protocol: realtime §2). A browser shows it in place of the key; what it spends lands on the key.

package import Foundation
package import OpenSSLTLS

/// One secret as the store keeps it.
package struct ClientSecret: Sendable, Equatable {
    /// SHA-256 of the secret's text.
    package let digest: SHA256Digest
    /// The key that minted it.
    package let keyID: String
    /// The public model id; nil for a transcription session that names none.
    package let model: String?
    /// The session object that is applied whatever the client says: a JSON object in UTF-8.
    package let session: String
    package let createdAt: Date
    /// No session begins with it at or after this moment; one that runs goes on.
    package let expiresAt: Date
    /// The longest life of a session that began with it.
    package let maximumSession: Duration?

    package init(
        digest: SHA256Digest,
        keyID: String,
        model: String?,
        session: String,
        createdAt: Date,
        expiresAt: Date,
        maximumSession: Duration? = nil
    ) {
        self.digest = digest
        self.keyID = keyID
        self.model = model
        self.session = session
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.maximumSession = maximumSession
    }

    /// Tells whether the secret's time was over at `now`.
    package func isExpired(at now: Date) -> Bool { expiresAt <= now }
}
