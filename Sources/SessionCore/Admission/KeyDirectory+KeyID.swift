// Keys by their ids: what becomes of a key while sessions of its run is asked once a second, by all loops together once.

import Synchronization

/// What is known of keys by their ids; like the tables by digest, bounded and believed for a second.
struct HoldersByID {
    struct Entry {
        let holder: KeyHolder?
        let loadedAt: Int64
    }

    struct Load {
        let generation: UInt64
        let task: Task<Result<KeyHolder?, StoreError>, Never>
    }

    var known: [String: Entry] = [:]
    var loads: [String: Load] = [:]
    /// Counts calls of `forget`, so that an answer to an older question is not remembered.
    var generation: UInt64 = 0

    mutating func forget() {
        known.removeAll()
        generation &+= 1
    }

    mutating func remember(_ holder: KeyHolder?, of id: String, at now: Int64, limit: Int, isFresh: (Int64) -> Bool) {
        if known.count >= limit {
            known = known.filter { isFresh($0.value.loadedAt) }
            if known.count > limit / 2 { known.removeAll() }
        }
        known[id] = Entry(holder: holder, loadedAt: now)
    }
}

extension KeyDirectory {
    /// Answers from memory for a key's id; `unknown` when the key was deleted.
    package func cached(keyID: String, now: Int64) -> Cached {
        holders.withLock { holders in
            guard let entry = holders.known[keyID], isFresh(entry.loadedAt, now) else { return .miss }
            return entry.holder.map(Cached.holder) ?? .unknown
        }
    }

    /// Asks the store for a key by its id, and remembers the answer as of `now`; nil when there is no such key.
    package func load(keyID: String, now: Int64) async throws(StoreError) -> KeyHolder? {
        let store = store
        let task = try holders.withLock { holders throws(StoreError) in
            if let running = holders.loads[keyID], running.generation == holders.generation { return running.task }
            guard holders.loads.count < limits.waitingLoads else { throw .overloaded(limit: limits.waitingLoads) }
            let generation = holders.generation
            let task = Task { [self] in
                let answer: Result<KeyHolder?, StoreError>
                do throws(StoreError) {
                    answer = .success(try await store.holder(id: keyID))
                } catch {
                    answer = .failure(error)
                }
                finish(keyID, answer, askedAt: now, generation: generation)
                return answer
            }
            holders.loads[keyID] = HoldersByID.Load(generation: generation, task: task)
            return task
        }
        return try await task.value.get()
    }

    private func finish(
        _ keyID: String,
        _ answer: Result<KeyHolder?, StoreError>,
        askedAt now: Int64,
        generation: UInt64
    ) {
        holders.withLock { holders in
            if holders.loads[keyID]?.generation == generation { holders.loads[keyID] = nil }
            guard holders.generation == generation, case .success(let holder) = answer else { return }
            holders.remember(holder, of: keyID, at: now, limit: limits.knownKeys) { isFresh($0, now) }
        }
    }
}
