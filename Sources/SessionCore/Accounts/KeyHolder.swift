// Who stands behind a credential: a key, the account that owns it, and, for an `ek_…`, the secret that was shown.

/// A key with everything that bounds it.
package struct KeyHolder: Sendable, Equatable {
    package var record: KeyRecord
    package var account: Account
    /// The short-lived secret that was shown in place of the key.
    package var secret: ClientSecret?

    package init(record: KeyRecord, account: Account, secret: ClientSecret? = nil) {
        self.record = record
        self.account = account
        self.secret = secret
    }

    /// Tells whether key, account and secret all allow a model.
    package func allows(model: String) -> Bool {
        record.allows(model: model) && account.allows(model: model) && (secret?.model.map { $0 == model } ?? true)
    }
}
