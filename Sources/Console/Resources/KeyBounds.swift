// What a member may set on a key: nothing beyond the limits of the account. The account's own limits bound all its keys
// together in any case; this keeps a key from promising what it cannot hold.

import SessionCore

/// Holds the keys of a member to the account's limits.
enum KeyBounds {
    /// Throws when a body asks for more than the account has; admins may ask for anything.
    static func check(
        _ record: KeyRecord,
        of account: Account,
        for caller: Caller?,
        _ body: JSON
    ) throws(RelayError) {
        guard caller?.accountID != nil else { return }
        let pairs: [(String, Int64?, Int64?)] = [
            ("budget_usd", record.budgetMicroUSD, account.limits.budgetMicroUSD),
            ("rpm", record.rpm.map(Int64.init), account.limits.rpm.map(Int64.init)),
            ("tpm", record.tpm.map(Int64.init), account.limits.tpm.map(Int64.init)),
            ("sessions", record.sessions.map(Int64.init), account.limits.sessions.map(Int64.init)),
        ]
        for (name, wanted, bound) in pairs where body[name] != nil {
            guard let wanted, let bound, wanted > bound else { continue }
            throw .notPermitted(
                "'\(name)' may not be above the account's \(name == "budget_usd" ? Money.dollars(bound) : "\(bound)").",
                code: "above_account_limit",
                param: name
            )
        }
        guard body["models"] != nil, !account.models.isEmpty else { return }
        for model in record.models where !Self.isCovered(model, by: account.models) {
            throw .notPermitted(
                "The account may not use \(RelayError.quoted(model)).",
                code: "above_account_limit",
                param: "models"
            )
        }
    }

    /// Whether all that a pattern names is named by one of the others.
    static func isCovered(_ pattern: String, by others: [String]) -> Bool {
        others.contains { other in
            if other == pattern { return true }
            guard other.hasSuffix("*") else { return false }
            return pattern.hasPrefix(other.dropLast())
        }
    }
}
