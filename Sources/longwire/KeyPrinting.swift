// Keys for people (tables) and for programs (JSON).

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
    let budgetUSD: Double?
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
        self.budgetUSD = record.budgetMicroUSD.map { Double($0) / 1_000_000 }
        self.rpm = record.rpm
        self.tpm = record.tpm
        self.sessions = record.sessions
    }
}

/// Prints keys.
enum KeyPrinting {
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Shows a new key: the only time its text is printed.
    static func show(_ record: KeyRecord, _ text: KeyText, json: Bool) throws {
        if json {
            var description = KeyDescription(record, now: Date())
            description.key = text.text
            Console.say(try self.json(description))
        } else {
            Console.say("id    \(record.id)\nname  \(record.name)\nkey   \(text.text)\n\nThe key is not shown again.")
        }
    }

    static func table(_ records: [KeyRecord], now: Date) -> String {
        guard !records.isEmpty else { return "There are no keys yet: longwire keys create --name NAME" }
        var rows = [["ID", "NAME", "KEY", "STATUS", "MODELS", "CREATED", "EXPIRES"]]
        for record in records {
            let description = KeyDescription(record, now: now)
            rows.append([
                record.id, record.name, record.displayPrefix, description.status,
                record.models.isEmpty ? "all" : record.models.joined(separator: ","),
                Self.day(record.createdAt), record.expiresAt.map(Self.day) ?? "never",
            ])
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
                .joined(separator: "  ").trimmingCharacters(in: .whitespaces)
        }.joined(separator: "\n")
    }

    private static func day(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day())
    }
}
