// An account owns keys: a person or a team. Its own budget, limits and models bound all its keys together.

package import Foundation

/// One account as the store keeps it.
package struct Account: Sendable, Equatable, Identifiable {
    /// `acct_` and twenty digits, or `default`.
    package let id: String
    /// Unique among accounts.
    package var name: String
    package var createdAt: Date
    /// A disabled account's keys and members are refused as if they were revoked.
    package var disabledAt: Date?
    /// What all keys of the account may use together.
    package var limits: UsageLimits
    /// Model ids its keys may use, each possibly ending in `*`; empty means all.
    package var models: [String]

    package init(
        id: String,
        name: String,
        createdAt: Date,
        disabledAt: Date? = nil,
        limits: UsageLimits = UsageLimits(),
        models: [String] = []
    ) {
        self.id = id
        self.name = name
        self.createdAt = createdAt
        self.disabledAt = disabledAt
        self.limits = limits
        self.models = models
    }

    /// The account that exists from the start and owns keys that name no other.
    package static let standard = Account(
        id: KeyRecord.defaultAccountID,
        name: KeyRecord.defaultAccountID,
        createdAt: Date(timeIntervalSince1970: 0)
    )

    /// Tells whether the account was disabled at or before `now`.
    package func isDisabled(at now: Date) -> Bool {
        disabledAt.map { $0 <= now } ?? false
    }

    /// Tells whether keys of the account may use a model.
    package func allows(model: String) -> Bool {
        models.isEmpty || models.contains { ModelPattern($0).matches(model) }
    }
}

/// What a key, or all keys of an account, may use; nil is without limit.
package struct UsageLimits: Sendable, Equatable {
    /// The most that may ever be spent, in millionths of a dollar.
    package var budgetMicroUSD: Int64?
    /// Requests per minute; a realtime turn is one request.
    package var rpm: Int?
    /// Tokens per minute.
    package var tpm: Int?
    /// Realtime sessions at the same time.
    package var sessions: Int?

    package init(budgetMicroUSD: Int64? = nil, rpm: Int? = nil, tpm: Int? = nil, sessions: Int? = nil) {
        self.budgetMicroUSD = budgetMicroUSD
        self.rpm = rpm
        self.tpm = tpm
        self.sessions = sessions
    }
}
