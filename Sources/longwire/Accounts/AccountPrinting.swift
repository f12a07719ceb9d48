// Accounts for people (a table) and for programs (JSON, with the names that /api has).

import Foundation
import SessionCore

/// An account as JSON.
struct AccountDescription: Encodable {
    let id: String
    let name: String
    let status: String
    let models: [String]
    let createdAt: Date
    let disabledAt: Date?
    let budgetUSD: Decimal?
    let rpm: Int?
    let tpm: Int?
    let sessions: Int?

    private enum CodingKeys: String, CodingKey {
        case id, name, status, models, rpm, tpm, sessions
        case createdAt = "created_at"
        case disabledAt = "disabled_at"
        case budgetUSD = "budget_usd"
    }

    init(_ account: Account, now: Date) {
        self.id = account.id
        self.name = account.name
        self.status = account.isDisabled(at: now) ? "disabled" : "active"
        self.models = account.models
        self.createdAt = account.createdAt
        self.disabledAt = account.disabledAt
        self.budgetUSD = account.limits.budgetMicroUSD.map(Shown.number)
        self.rpm = account.limits.rpm
        self.tpm = account.limits.tpm
        self.sessions = account.limits.sessions
    }
}

/// Prints accounts.
enum AccountPrinting {
    static func show(_ account: Account, _ word: String, json: Bool) throws {
        if json {
            Console.say(try Shown.json(AccountDescription(account, now: Date())))
        } else {
            Console.say("\(word) \(account.id) (\(account.name))")
        }
    }

    static func table(_ accounts: [Account], now: Date) -> String {
        var table = Table([
            ("ID", .left), ("NAME", .left), ("STATUS", .left), ("BUDGET USD", .right), ("RPM", .right),
            ("TPM", .right), ("SESSIONS", .right), ("MODELS", .left),
        ])
        for account in accounts {
            table.add([
                account.id, account.name, account.isDisabled(at: now) ? "disabled" : "active",
                Shown.limit(usd: account.limits.budgetMicroUSD), Shown.limit(account.limits.rpm),
                Shown.limit(account.limits.tpm), Shown.limit(account.limits.sessions), Shown.list(account.models),
            ])
        }
        return table.text
    }
}
