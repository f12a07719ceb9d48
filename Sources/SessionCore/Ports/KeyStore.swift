// Where keys are kept, as SessionCore sees it. Implementations live above; all of them pass one contract suite.
//
// Every call may block for the length of a disk or network access and therefore runs on threads of the store's own.
// Two processes may use one store at once: each call is atomic, and a change is seen by the other's next call.

package import Foundation
package import OpenSSLTLS

/// The keeper of keys.
package protocol KeyStore: Sendable {
    /// Adds a key; `duplicate` when its id or digest is taken, `notFound` when there is no such account.
    func insert(_ record: KeyRecord) async throws(StoreError)

    /// Adds a key only if there is none at all, in one step; tells whether it did.
    func insertFirst(_ record: KeyRecord) async throws(StoreError) -> Bool

    /// Returns whoever shows a text with this digest, whatever the status: the holder of a key, of a former text of a
    /// rotated key while that still counts at `now`, or of a client secret.
    func holder(digest: SHA256Digest, now: Date) async throws(StoreError) -> KeyHolder?

    /// Returns the key with this id and its account, whatever their status.
    func holder(id: String) async throws(StoreError) -> KeyHolder?

    /// Returns the key with this id, whatever its status.
    func get(id: String) async throws(StoreError) -> KeyRecord?

    /// Returns all keys, oldest first.
    func list() async throws(StoreError) -> [KeyRecord]

    /// Marks a key revoked and returns it; a key revoked before keeps its first date.
    func revoke(id: String, at date: Date) async throws(StoreError) -> KeyRecord

    /// Gives a key another text and returns it; the former text counts until `formerUntil`, or is unknown from now on.
    /// A revoked key stays as it is.
    func replaceDigest(
        id: String,
        digest: SHA256Digest,
        displayPrefix: String,
        formerUntil: Date?
    ) async throws(StoreError) -> KeyRecord

    /// Replaces name, expiry, models, addresses and limits of a key and returns it; digest, account and dates stay.
    func update(_ record: KeyRecord) async throws(StoreError) -> KeyRecord

    /// Forgets a key with its secrets; what it spent stays in the ledger. An unknown id is `notFound`.
    func delete(id: String) async throws(StoreError)

    /// Remembers when a key was last used; never moves back, and an unknown id is no error.
    func touchLastUse(id: String, at date: Date) async throws(StoreError)

    /// Tells whether there is no key at all, revoked ones counted.
    func isEmpty() async throws(StoreError) -> Bool
}
