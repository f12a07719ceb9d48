// The keys in memory, in front of the store.
//
// - What is known is believed for one second, so that `keys revoke` in another process acts within about a second, and
//   a busy key costs the store one question a second. Expiry is not cached: `Admission` checks it every time.
// - Unknown keys are remembered as well, in a table of their own, so that guessing keys neither reaches the store each
//   time nor pushes out good ones.
// - Questions about one key at the same time become one. Tables and waiting questions are bounded; a full table drops
//   what is stale, then everything: the price is one question per key, never a growing table.
// - The last use of a key is written to the store at most once a minute and never waited for: it is there for people
//   who tidy up, and a look-up must not depend on a write.
// - `cached` is synchronous and takes one short lock: it runs on a loop. `load` suspends.

package import Foundation
package import OpenSSLTLS
import Synchronization

/// Looks keys up by digest.
package final class KeyDirectory: Sendable {
    /// How much is kept and for how long.
    package struct Limits: Sendable {
        /// Keys remembered as they are.
        package var knownKeys = 16_384
        /// Digests remembered as nobody's.
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

    /// What memory knows about a digest.
    package enum Cached: Sendable, Equatable {
        case holder(KeyHolder)
        /// Nobody's key, asked less than a second ago.
        case unknown
        /// Nothing fresh: `load` it.
        case miss
    }

    private struct Entry<Value: Sendable>: Sendable {
        let value: Value
        let loadedAt: Int64
    }

    private struct Load: Sendable {
        let generation: UInt64
        let task: Task<Result<KeyHolder?, StoreError>, Never>
    }

    private struct State {
        var known: [SHA256Digest: Entry<KeyHolder>] = [:]
        var unknown: [SHA256Digest: Entry<Void>] = [:]
        var loads: [SHA256Digest: Load] = [:]
        /// Counts calls of `forget`; a load that began under an older count is neither remembered nor joined.
        var generation: UInt64 = 0
        var touches = 0
    }

    let store: any KeyStore
    let limits: Limits
    /// What is known of keys by their ids.
    let holders = Mutex(HoldersByID())
    private let date: @Sendable () -> Date
    private let state = Mutex(State())

    /// `date` tells the time of day that last uses are written with.
    package init(
        store: any KeyStore,
        limits: Limits = Limits(),
        date: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.limits = limits
        self.date = date
    }

    /// Answers from memory; `now` is monotonic, in nanoseconds.
    package func cached(_ digest: SHA256Digest, now: Int64) -> Cached {
        state.withLock { state in
            if let entry = state.known[digest], isFresh(entry.loadedAt, now) { return .holder(entry.value) }
            if let entry = state.unknown[digest], isFresh(entry.loadedAt, now) { return .unknown }
            return .miss
        }
    }

    /// Answers from memory for what a client showed; a text that is no key of ours never reaches the store.
    package func cached(_ credential: Credential, now: Int64) -> Cached {
        credential.isWellFormed ? cached(credential.digest, now: now) : .unknown
    }

    /// Asks the store, and remembers the answer as of `now`; nil when nobody owns the key.
    ///
    /// A `StoreError` becomes 503 through its `refusal`.
    package func load(_ digest: SHA256Digest, now: Int64) async throws(StoreError) -> KeyHolder? {
        let store = store
        let task = try state.withLock { state throws(StoreError) in
            if let running = state.loads[digest], running.generation == state.generation { return running.task }
            guard state.loads.count < limits.waitingLoads else { throw .overloaded(limit: limits.waitingLoads) }
            let generation = state.generation
            let task = Task { [self] in
                let answer = await Self.ask(store, digest, date())
                finish(digest, answer, askedAt: now, generation: generation)
                if case .success(let holder?) = answer { noteUse(of: holder.record) }
                return answer
            }
            state.loads[digest] = Load(generation: generation, task: task)
            return task
        }
        return try await task.value.get()
    }

    /// Forgets all answers: what was changed in this process is to count at once.
    package func forget() {
        state.withLock { state in
            state.known.removeAll()
            state.unknown.removeAll()
            state.generation &+= 1
        }
        holders.withLock { $0.forget() }
    }

    private static func ask(
        _ store: any KeyStore,
        _ digest: SHA256Digest,
        _ now: Date
    ) async -> Result<KeyHolder?, StoreError> {
        do throws(StoreError) {
            return .success(try await store.holder(digest: digest, now: now))
        } catch {
            return .failure(error)
        }
    }

    private func finish(
        _ digest: SHA256Digest,
        _ answer: Result<KeyHolder?, StoreError>,
        askedAt now: Int64,
        generation: UInt64
    ) {
        state.withLock { state in
            if state.loads[digest]?.generation == generation { state.loads[digest] = nil }
            guard state.generation == generation, case .success(let holder) = answer else { return }
            if let holder {
                makeRoom(in: &state.known, limit: limits.knownKeys, now: now)
                state.known[digest] = Entry(value: holder, loadedAt: now)
                state.unknown[digest] = nil
            } else {
                makeRoom(in: &state.unknown, limit: limits.unknownKeys, now: now)
                state.unknown[digest] = Entry(value: (), loadedAt: now)
                state.known[digest] = nil
            }
        }
    }

    /// Writes down that a key which still counts was shown, unless that was written lately.
    private func noteUse(of record: KeyRecord) {
        let today = date()
        guard !record.isRevoked(at: today), !record.isExpired(at: today) else { return }
        if let last = record.lastUsedAt, today.timeIntervalSince(last) < limits.lastUseSeconds { return }
        let mayWait = state.withLock { state in
            guard state.touches < limits.waitingTouches else { return false }
            state.touches += 1
            return true
        }
        guard mayWait else { return }
        Task {
            // A use that could not be written is written with the next one.
            try? await store.touchLastUse(id: record.id, at: today)
            state.withLock { $0.touches -= 1 }
        }
    }

    /// Keeps a table below its limit; dropping all when stale entries make up less than half keeps the cost per
    /// insertion constant.
    private func makeRoom<Value>(in table: inout [SHA256Digest: Entry<Value>], limit: Int, now: Int64) {
        guard table.count >= limit else { return }
        table = table.filter { isFresh($0.value.loadedAt, now) }
        if table.count > limit / 2 { table.removeAll() }
    }

    /// Loops look at the clock at different moments, so an entry may be a little younger than `now`.
    func isFresh(_ loadedAt: Int64, _ now: Int64) -> Bool {
        let (age, overflow) = now.subtractingReportingOverflow(loadedAt)
        return !overflow && age > -limits.freshNanoseconds && age < limits.freshNanoseconds
    }
}
