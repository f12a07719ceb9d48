// The ledger that loops write to: a journal beside the database, emptied into the store by one task.
//
//     append ──▶ journal (mapped file, outlives the process) ──batches──▶ LedgerStore (SQLite, outlives the power)
//
// - `append` encodes, takes a short lock and copies a few hundred bytes; it makes no system call and waits for nobody.
// - After the end of the process, whichever way, everything appended is in the journal, and the next start writes it to
//   the store before anything is served. What was in the store already is not there twice (`LedgerStore.write`).
// - After a loss of power, what the store had committed is there; of the last fraction of a second before it, what the
//   kernel had written back. Waiting for the disk on each turn would tie sessions to its speed.
// - When the store fails, the task tries again, ever more slowly. Meanwhile the journal fills up, then memory, then
//   entries are dropped: sessions go on, and `health` says so.

import Journal
package import Logging
package import SessionCore
import Synchronization

/// A ledger that forgets nothing when the process ends.
package final class JournaledLedger: Ledger {
    /// Bounds of the queue and of the patience.
    package struct Limits: Sendable {
        package var segmentBytes = Journal.Limits().segmentBytes
        package var waitingEntries = Journal.Limits().waitingRecords
        /// Entries written as one transaction.
        package var batch = 2_000
        /// How long entries gather before they are written: a commit costs the same for one as for many.
        package var gathering: Duration = .milliseconds(50)
        /// The same while much is to be written: the more rows share a commit, the fewer pages are written twice.
        package var busyGathering: Duration = .milliseconds(200)
        /// Entries of one emptying from which on there is much to be written.
        package var busyEntries = 100
        package var firstPause: Duration = .milliseconds(100)
        package var longestPause: Duration = .seconds(2)
        /// Entries older than this mean that the store is too slow.
        package var healthyLag: Duration = .seconds(3)
        /// How often a store that does not answer is looked at.
        package var watching: Duration = .milliseconds(500)
        /// The longest wait for the store at the end.
        package var closing: Duration = .seconds(2)

        package init() {}
    }

    /// What the writing task has found out.
    struct Progress {
        var lastError: String?
        var wasHealthy = true
        var droppedBefore = 0
        var isClosing = false
        var isDone = false
        var pause: Task<Void, Never>?
    }

    let journal: Journal
    let store: any LedgerStore
    let limits: Limits
    let logger: Logger
    let observe: @Sendable (LedgerHealth) -> Void
    let progress = Mutex(Progress())
    private let wakes: AsyncStream<Void>.Continuation

    /// Writes what ended processes left behind to the store, and opens a journal for this one.
    ///
    /// `base`: the journals' path without number. `observe` is told after each batch, on the writing task.
    package static func open(
        base: String,
        store: any LedgerStore,
        limits: Limits = Limits(),
        logger: Logger,
        observe: @escaping @Sendable (LedgerHealth) -> Void = { _ in }
    ) async throws(StoreError) -> JournaledLedger {
        let names = JournalNames(base: base)
        for file in try StoreError.reporting({ () throws(JournalError) in try names.abandoned() }) {
            try await LedgerReplay.run(file, into: store, batch: limits.batch, logger: logger)
        }
        let file = try StoreError.reporting { () throws(JournalError) in
            try names.create(segmentBytes: limits.segmentBytes)
        }
        return JournaledLedger(file: file, store: store, limits: limits, logger: logger, observe: observe)
    }

    private init(
        file: JournalFile,
        store: any LedgerStore,
        limits: Limits,
        logger: Logger,
        observe: @escaping @Sendable (LedgerHealth) -> Void
    ) {
        self.store = store
        self.limits = limits
        self.logger = logger
        self.observe = observe
        var bounds = Journal.Limits()
        bounds.segmentBytes = limits.segmentBytes
        bounds.waitingRecords = limits.waitingEntries
        let (stream, wakes) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        self.wakes = wakes
        journal = Journal(file: file, limits: bounds) { wakes.yield() }
        Task {
            var written = 0
            for await _ in stream {
                await self.pause(written < limits.busyEntries ? limits.gathering : limits.busyGathering)
                written = await self.drain()
            }
            await self.drain()
            self.progress.withLock { $0.isDone = true }
        }
    }

    package func append(_ entry: LedgerEntry) {
        journal.append(LedgerEntryCoding.encode(entry))
    }

    /// How the ledger fares; cheap enough to be asked by every readiness check.
    package var health: LedgerHealth {
        let lastError = progress.withLock { $0.lastError }
        let status = journal.status
        return LedgerHealth(
            queued: status.pending,
            lagMilliseconds: Int(status.age / 1_000_000),
            dropped: status.dropped,
            lastError: lastError,
            isHealthy: lastError == nil && status.waiting == 0 && .nanoseconds(status.age) <= limits.healthyLag
        )
    }

    /// Writes what is left, at most for `Limits.closing`; what the store did not take by then is there at the next start.
    ///
    /// Returns whether the task is done with the store.
    @discardableResult
    package func close() async -> Bool {
        let pause = progress.withLock { progress in
            progress.isClosing = true
            return progress.pause
        }
        pause?.cancel()
        wakes.finish()
        let end = ContinuousClock.now + limits.closing
        while !progress.withLock({ $0.isDone }), ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(5))
        }
        guard progress.withLock({ $0.isDone }) else { return false }
        journal.removeIfEmpty()
        return true
    }
}
