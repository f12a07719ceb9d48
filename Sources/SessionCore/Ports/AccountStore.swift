// Where accounts, members and sign-ins are kept, as SessionCore sees it. What `KeyStore` says of calls holds here, too.

package import Foundation
package import OpenSSLTLS

/// The keeper of accounts and of those who sign in.
package protocol AccountStore: Sendable {
    /// Adds an account; `duplicate` when its id or name is taken.
    func insert(_ account: Account) async throws(StoreError)
    /// Returns the account with this id; `default` exists always.
    func account(id: String) async throws(StoreError) -> Account?
    /// Returns the account with this name.
    func account(named name: String) async throws(StoreError) -> Account?
    /// Returns all accounts, oldest first.
    func accounts() async throws(StoreError) -> [Account]
    /// Replaces what is kept of an account and returns it; `notFound` when there is none, `duplicate` for a taken name.
    func update(_ account: Account) async throws(StoreError) -> Account

    /// Adds a member; `duplicate` when its id or name is taken, `notFound` when there is no such account.
    func insert(_ member: Member) async throws(StoreError)
    func member(id: String) async throws(StoreError) -> Member?
    func member(named name: String) async throws(StoreError) -> Member?
    /// Returns all members, oldest first.
    func members() async throws(StoreError) -> [Member]
    func update(_ member: Member) async throws(StoreError) -> Member

    /// Keeps a sign-in, and lets go of those that have expired.
    func insert(_ signIn: SignIn, now: Date) async throws(StoreError)
    /// Returns the sign-in with its member and the member's account, whatever their status; nil when there is none.
    func signIn(digest: SHA256Digest) async throws(StoreError) -> (signIn: SignIn, member: Member, account: Account)?
    /// Forgets a sign-in; an unknown one is no error.
    func deleteSignIn(digest: SHA256Digest) async throws(StoreError)
    /// Forgets all sign-ins of a member: the password was changed, or the member disabled.
    func deleteSignIns(memberID: String) async throws(StoreError)
}

/// The keeper of client secrets.
package protocol SecretStore: Sendable {
    /// Keeps a secret, and lets go of those that expired long ago.
    func insert(_ secret: ClientSecret, now: Date) async throws(StoreError)
}

/// A keeper of nothing: tests, and tools without a store.
package struct NoSecretStore: SecretStore {
    package init() {}

    package func insert(_ secret: ClientSecret, now: Date) async throws(StoreError) {
        throw .unavailable(location: "of client secrets", reason: "there is none", remedy: "Configure 'store'.")
    }
}
