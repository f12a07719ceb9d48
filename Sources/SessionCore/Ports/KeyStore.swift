// Where keys are kept, as SessionCore sees it. Implementations live above; all of them pass one contract suite.
//
// Every call may block for the length of a disk or network access and therefore runs on threads of the store's own.
// Two processes may use one store at once: each call is atomic, and a change is seen by the other's next call.

package import Foundation
package import OpenSSLTLS

/// The keeper of keys.
package protocol KeyStore: Sendable {
    /// Adds a key; `duplicate` when its id or digest is taken.
    func insert(_ record: KeyRecord) async throws(StoreError)

    /// Adds a key only if there is none at all, in one step; tells whether it did.
    func insertFirst(_ record: KeyRecord) async throws(StoreError) -> Bool

    /// Returns the key with this digest, whatever its status.
    func find(digest: SHA256Digest) async throws(StoreError) -> KeyRecord?

    /// Returns the key with this id, whatever its status.
    func get(id: String) async throws(StoreError) -> KeyRecord?

    /// Returns all keys, oldest first.
    func list() async throws(StoreError) -> [KeyRecord]

    /// Marks a key revoked and returns it; a key revoked before keeps its first date.
    func revoke(id: String, at date: Date) async throws(StoreError) -> KeyRecord

    /// Gives a key another text and returns it; the former text is unknown from now on. A revoked key stays as it is.
    func replaceDigest(
        id: String,
        digest: SHA256Digest,
        displayPrefix: String
    ) async throws(StoreError) -> KeyRecord

    /// Remembers when a key was last used; never moves back, and an unknown id is no error.
    func touchLastUse(id: String, at date: Date) async throws(StoreError)

    /// Tells whether there is no key at all, revoked ones counted.
    func isEmpty() async throws(StoreError) -> Bool
}
