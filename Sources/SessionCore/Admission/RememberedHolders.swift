// What the store said about keys, by whatever a key is asked for: its digest, or its id.
//
// - What is known is believed for one second, so that `keys revoke` in another process acts within about a second, and
//   a busy key costs the store one question a second.
// - What is nobody's is remembered as well, in a table of its own, so that guessing keys neither reaches the store each
//   time nor pushes out good ones.
// - Questions about one key at the same time become one. Tables and waiting questions are bounded; a full table drops
//   what is stale, then everything: the price is one question per key, never a growing table.

import Synchronization

/// Answers of the store, remembered under `Key`.
///
/// `cached` is synchronous and takes one short lock: it runs on a loop. `load` suspends.
final class RememberedHolders<Key: Hashable & Sendable>: Sendable {
    private struct Entry<Value: Sendable>: Sendable {
        let value: Value
        let loadedAt: Int64
    }

    private struct Load: Sendable {
        let generation: UInt64
        let task: Task<Result<KeyHolder?, StoreError>, Never>
    }

    private struct State {
        var known: [Key: Entry<KeyHolder>] = [:]
        var unknown: [Key: Entry<Void>] = [:]
        var loads: [Key: Load] = [:]
        /// Counts calls of `forget`; a load that began under an older count is neither remembered nor joined.
        var generation: UInt64 = 0
    }

    private let limits: KeyDirectory.Limits
    private let state = Mutex(State())

    init(limits: KeyDirectory.Limits) {
        self.limits = limits
    }

    /// Answers from memory; `now` is monotonic, in nanoseconds.
    func cached(_ key: Key, now: Int64) -> KeyDirectory.Cached {
        state.withLock { state in
            if let entry = state.known[key], isFresh(entry.loadedAt, now) { return .holder(entry.value) }
            if let entry = state.unknown[key], isFresh(entry.loadedAt, now) { return .unknown }
            return .miss
        }
    }

    /// Puts the question, unless it is under way, and remembers the answer as of `now`.
    func load(
        _ key: Key,
        now: Int64,
        asking question: @escaping @Sendable () async throws(StoreError) -> KeyHolder?
    ) async throws(StoreError) -> KeyHolder? {
        let task = try state.withLock { state throws(StoreError) in
            if let running = state.loads[key], running.generation == state.generation { return running.task }
            guard state.loads.count < limits.waitingLoads else { throw .overloaded(limit: limits.waitingLoads) }
            let generation = state.generation
            let task = Task { [self] in
                let answer: Result<KeyHolder?, StoreError>
                do throws(StoreError) {
                    answer = .success(try await question())
                } catch {
                    answer = .failure(error)
                }
                finish(key, answer, askedAt: now, generation: generation)
                return answer
            }
            state.loads[key] = Load(generation: generation, task: task)
            return task
        }
        return try await task.value.get()
    }

    /// Forgets all answers, those under way included.
    func forget() {
        state.withLock { state in
            state.known.removeAll()
            state.unknown.removeAll()
            state.generation &+= 1
        }
    }

    private func finish(
        _ key: Key,
        _ answer: Result<KeyHolder?, StoreError>,
        askedAt now: Int64,
        generation: UInt64
    ) {
        state.withLock { state in
            if state.loads[key]?.generation == generation { state.loads[key] = nil }
            guard state.generation == generation, case .success(let holder) = answer else { return }
            if let holder {
                makeRoom(in: &state.known, limit: limits.knownKeys, now: now)
                state.known[key] = Entry(value: holder, loadedAt: now)
                state.unknown[key] = nil
            } else {
                makeRoom(in: &state.unknown, limit: limits.unknownKeys, now: now)
                state.unknown[key] = Entry(value: (), loadedAt: now)
                state.known[key] = nil
            }
        }
    }

    /// Keeps a table below its limit; dropping all when stale entries make up less than half keeps the cost per
    /// insertion constant.
    private func makeRoom<Value>(in table: inout [Key: Entry<Value>], limit: Int, now: Int64) {
        guard table.count >= limit else { return }
        table = table.filter { isFresh($0.value.loadedAt, now) }
        if table.count > limit / 2 { table.removeAll() }
    }

    /// Loops look at the clock at different moments, so an entry may be a little younger than `now`.
    private func isFresh(_ loadedAt: Int64, _ now: Int64) -> Bool {
        let (age, overflow) = now.subtractingReportingOverflow(loadedAt)
        return !overflow && age > -limits.freshNanoseconds && age < limits.freshNanoseconds
    }
}
