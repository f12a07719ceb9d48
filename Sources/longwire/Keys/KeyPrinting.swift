// Keys for people (tables) and for programs (JSON, with the names that /api has).

import Foundation
import SessionCore

/// A key's record as JSON; the key itself only on the day it is made.
struct KeyDescription: Encodable {
    let id: String
    let name: String
    var key: String?
    let prefix: String
    let account: String
    let status: String
    let models: [String]
    let addresses: [String]
    let createdAt: Date
    let expiresAt: Date?
    let revokedAt: Date?
    let lastUsedAt: Date?
    let budgetUSD: Decimal?
    let rpm: Int?
    let tpm: Int?
    let sessions: Int?

    private enum CodingKeys: String, CodingKey {
        case id, name, key, prefix, account, status, models, addresses
        case createdAt = "created_at"
        case expiresAt = "expires_at"
        case revokedAt = "revoked_at"
        case lastUsedAt = "last_used_at"
        case budgetUSD = "budget_usd"
        case rpm, tpm, sessions
    }

    init(_ record: KeyRecord, now: Date) {
        self.id = record.id
        self.name = record.name
        self.prefix = record.displayPrefix
        self.account = record.accountID
        self.status = record.isRevoked(at: now) ? "revoked" : record.isExpired(at: now) ? "expired" : "active"
        self.models = record.models
        self.addresses = record.addresses.map(\.description)
        self.createdAt = record.createdAt
        self.expiresAt = record.expiresAt
        self.revokedAt = record.revokedAt
        self.lastUsedAt = record.lastUsedAt
        self.budgetUSD = record.budgetMicroUSD.map(Shown.number)
        self.rpm = record.rpm
        self.tpm = record.tpm
        self.sessions = record.sessions
    }
}

/// Prints keys.
enum KeyPrinting {
    /// Shows a new key: the only time its text is printed.
    static func show(_ record: KeyRecord, _ text: KeyText, json: Bool) throws {
        if json {
            var description = KeyDescription(record, now: Date())
            description.key = text.text
            Console.say(try Shown.json(description))
        } else {
            Console.say("id    \(record.id)\nname  \(record.name)\nkey   \(text.text)\n\nThe key is not shown again.")
        }
    }

    static func table(_ records: [KeyRecord], now: Date) -> String {
        guard !records.isEmpty else { return "There are no keys yet: longwire keys create --name NAME" }
        var table = Table([
            ("ID", .left), ("NAME", .left), ("KEY", .left), ("ACCOUNT", .left), ("STATUS", .left),
            ("BUDGET USD", .right), ("RPM", .right), ("TPM", .right), ("SESSIONS", .right), ("CREATED", .left),
            ("EXPIRES", .left), ("MODELS", .left),
        ])
        for record in records {
            table.add([
                record.id, record.name, record.displayPrefix, record.accountID,
                KeyDescription(record, now: now).status, Shown.limit(usd: record.budgetMicroUSD),
                Shown.limit(record.rpm), Shown.limit(record.tpm), Shown.limit(record.sessions),
                Shown.day(record.createdAt), record.expiresAt.map(Shown.day) ?? "never", Shown.list(record.models),
            ])
        }
        return table.text
    }
}
