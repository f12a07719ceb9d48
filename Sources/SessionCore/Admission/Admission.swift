// The decision who may do what: pure, from a record, a wish, an address and a time.
//
// Order (the life of a session, phase *admit*): known, not revoked, account not disabled, not expired, address, model. Limits that count
// (sessions, rates, budgets) need state and are asked afterwards with the `Grant`.

package import Foundation

/// What an admitted client may do, frozen at the moment of admission.
package struct Grant: Sendable, Equatable {
    package let keyID: String
    package let accountID: String
    package let keyName: String
    /// Who the decision is about; limits are read from it.
    package let holder: KeyHolder

    package init(holder: KeyHolder) {
        keyID = holder.record.id
        accountID = holder.record.accountID
        keyName = holder.record.name
        self.holder = holder
    }
}

/// Decides whether a key may begin a session.
package enum Admission {
    /// Returns the grant, or the refusal to be told to the client; `holder` is nil when nobody owns the key.
    ///
    /// `model` is nil where a request names none (a list of models, a transcription session whose model comes later).
    package static func decide(
        holder: KeyHolder?,
        model: String?,
        address: [UInt8],
        now: Date
    ) -> Result<Grant, RelayError> {
        guard let holder else { return .failure(.unknownKey()) }
        let record = holder.record
        guard !record.isRevoked(at: now) else { return .failure(.revokedKey()) }
        guard !holder.account.isDisabled(at: now) else { return .failure(.disabledAccount()) }
        guard !record.isExpired(at: now), !(holder.secret?.isExpired(at: now) ?? false) else {
            return .failure(.expiredKey())
        }
        guard record.allows(address: address) else { return .failure(.addressNotAllowed()) }
        if let model, !holder.allows(model: model) { return .failure(.modelNotAllowed(model)) }
        return .success(Grant(holder: holder))
    }
}
