// What is known about a key: everything but the key.
//
// The record is a value; whoever holds one holds the state of the moment it was read. Whether it still counts is
// decided by `Admission` with the time as an argument.

package import Foundation
package import OpenSSLTLS

/// One key as the store keeps it.
package struct KeyRecord: Sendable, Equatable, Identifiable {
    /// The account that owns keys of installations that keep no accounts.
    package static let defaultAccountID = "default"

    /// `key_` and twenty digits; stays the same when the key is rotated.
    package let id: String
    package var accountID: String
    package var name: String
    /// SHA-256 of the key's text.
    package var digest: SHA256Digest
    /// What may be shown of the key, such as `sk-lw-Ab3d…`.
    package var displayPrefix: String
    package var createdAt: Date
    package var expiresAt: Date?
    package var revokedAt: Date?
    package var lastUsedAt: Date?
    /// Model ids the key may use, each possibly ending in `*`; empty means all.
    package var models: [String]
    /// Blocks the client's address must lie in; empty means anywhere.
    package var addresses: [CIDRBlock]
    /// The most the key may spend, in millionths of a dollar.
    package var budgetMicroUSD: Int64?
    /// Requests per minute.
    package var rpm: Int?
    /// Tokens per minute.
    package var tpm: Int?
    /// Realtime sessions at the same time.
    package var sessions: Int?

    package init(
        id: String,
        accountID: String = KeyRecord.defaultAccountID,
        name: String,
        digest: SHA256Digest,
        displayPrefix: String,
        createdAt: Date,
        expiresAt: Date? = nil,
        revokedAt: Date? = nil,
        lastUsedAt: Date? = nil,
        models: [String] = [],
        addresses: [CIDRBlock] = [],
        budgetMicroUSD: Int64? = nil,
        rpm: Int? = nil,
        tpm: Int? = nil,
        sessions: Int? = nil
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.digest = digest
        self.displayPrefix = displayPrefix
        self.createdAt = createdAt
        self.expiresAt = expiresAt
        self.revokedAt = revokedAt
        self.lastUsedAt = lastUsedAt
        self.models = models
        self.addresses = addresses
        self.budgetMicroUSD = budgetMicroUSD
        self.rpm = rpm
        self.tpm = tpm
        self.sessions = sessions
    }

    /// Tells whether the key was revoked at or before `now`.
    package func isRevoked(at now: Date) -> Bool {
        revokedAt.map { $0 <= now } ?? false
    }

    /// Tells whether the key's time was over at `now`; the moment of expiry itself is too late.
    package func isExpired(at now: Date) -> Bool {
        expiresAt.map { $0 <= now } ?? false
    }

    /// Tells whether the key may use a model.
    package func allows(model: String) -> Bool {
        models.isEmpty || models.contains { ModelPattern($0).matches(model) }
    }

    /// Tells whether the key may be used from an address of four or sixteen bytes.
    package func allows(address: [UInt8]) -> Bool {
        addresses.isEmpty || addresses.contains { $0.contains(address) }
    }
}

/// A key on the day it is made: the only moment its text and its record are together.
package struct IssuedKey: Sendable {
    package let text: KeyText
    package let record: KeyRecord

    /// Makes a key with its record; `describe` fills in what is not known by default.
    package init(
        name: String,
        now: Date,
        describe: (inout KeyRecord) -> Void = { _ in },
        random: RandomSource = SecureRandom.bytes
    ) throws {
        let text = try KeyFormat.make(random: random)
        var record = KeyRecord(
            id: try Identifier.key(random: random),
            name: name,
            digest: text.digest,
            displayPrefix: text.displayPrefix,
            createdAt: now
        )
        describe(&record)
        self.text = text
        self.record = record
    }
}
