// The keys in memory, in front of the store.
//
// - By their digests keys are asked for as clients show them, by their ids once a second while sessions of a key run, by
//   all loops together once. `RememberedHolders` says what is believed and for how long. Expiry is not cached:
//   `Admission` checks it every time.
// - The last use of a key is written to the store at most once a minute and never waited for: it is there for people
//   who tidy up, and a look-up must not depend on a write.
// - `cached` is synchronous and runs on a loop. `load` suspends.

package import Foundation
package import OpenSSLTLS
import Synchronization

/// Looks keys up by digest or id.
package final class KeyDirectory: Sendable {
    /// How much is kept and for how long; tables and questions by digest and those by id are counted apart.
    package struct Limits: Sendable {
        /// Keys remembered as they are.
        package var knownKeys = 16_384
        /// Digests or ids remembered as nobody's.
        package var unknownKeys = 16_384
        /// Questions that may wait for the store at once.
        package var waitingLoads = 1_024
        /// How long an answer is believed.
        package var freshNanoseconds: Int64 = 1_000_000_000
        /// How exactly the last use of a key is known.
        package var lastUseSeconds: TimeInterval = 60
        /// Last uses that may wait to be written at once; beyond them one is left out.
        package var waitingTouches = 64

        package init() {}
    }

    /// What memory knows about a key.
    package enum Cached: Sendable, Equatable {
        case holder(KeyHolder)
        /// Nobody's key, asked less than a second ago.
        case unknown
        /// Nothing fresh: `load` it.
        case miss
    }

    private let store: any KeyStore
    private let limits: Limits
    private let date: @Sendable () -> Date
    private let byDigest: RememberedHolders<SHA256Digest>
    private let byID: RememberedHolders<String>
    /// Last uses that are being written.
    private let touches = Mutex(0)

    /// `date` tells the time of day that last uses are written with.
    package init(
        store: any KeyStore,
        limits: Limits = Limits(),
        date: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.limits = limits
        self.date = date
        byDigest = RememberedHolders(limits: limits)
        byID = RememberedHolders(limits: limits)
    }

    /// Answers from memory; `now` is monotonic, in nanoseconds.
    package func cached(_ digest: SHA256Digest, now: Int64) -> Cached {
        byDigest.cached(digest, now: now)
    }

    /// Answers from memory for what a client showed; a text that is no key of ours never reaches the store.
    package func cached(_ credential: Credential, now: Int64) -> Cached {
        credential.isWellFormed ? cached(credential.digest, now: now) : .unknown
    }

    /// Answers from memory for a key's id; `unknown` when the key was deleted.
    package func cached(keyID: String, now: Int64) -> Cached {
        byID.cached(keyID, now: now)
    }

    /// Asks the store, and remembers the answer as of `now`; nil when nobody owns the key.
    ///
    /// A `StoreError` becomes 503 through its `refusal`.
    package func load(_ digest: SHA256Digest, now: Int64) async throws(StoreError) -> KeyHolder? {
        try await byDigest.load(digest, now: now) { [self] () async throws(StoreError) in
            let holder = try await store.holder(digest: digest, now: date())
            if let holder { noteUse(of: holder.record) }
            return holder
        }
    }

    /// Asks the store for a key by its id, and remembers the answer as of `now`; nil when there is no such key.
    package func load(keyID: String, now: Int64) async throws(StoreError) -> KeyHolder? {
        try await byID.load(keyID, now: now) { [store] () async throws(StoreError) in try await store.holder(id: keyID)
        }
    }

    /// Forgets all answers: what was changed in this process is to count at once.
    package func forget() {
        byDigest.forget()
        byID.forget()
    }

    /// Writes down that a key which still counts was shown, unless that was written lately.
    private func noteUse(of record: KeyRecord) {
        let today = date()
        guard !record.isRevoked(at: today), !record.isExpired(at: today) else { return }
        if let last = record.lastUsedAt, today.timeIntervalSince(last) < limits.lastUseSeconds { return }
        let mayWait = touches.withLock { touches in
            guard touches < limits.waitingTouches else { return false }
            touches += 1
            return true
        }
        guard mayWait else { return }
        Task {
            // A use that could not be written is written with the next one.
            try? await store.touchLastUse(id: record.id, at: today)
            touches.withLock { $0 -= 1 }
        }
    }
}
