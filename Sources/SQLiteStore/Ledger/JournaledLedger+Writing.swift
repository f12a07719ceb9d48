// The task that empties the journal into the store, and what it tells about it.

import Journal
import Logging
import SessionCore
import Synchronization

extension JournaledLedger {
    /// Writes batch after batch until the journal is empty; while closing, gives up at the first failure.
    ///
    /// Returns how many entries were written.
    @discardableResult
    func drain() async -> Int {
        // A store that answers neither yes nor no for seconds is trouble as well.
        let watch = Task {
            while (try? await Task.sleep(for: limits.watching)) != nil { tell() }
        }
        defer { watch.cancel() }
        var pause = limits.firstPause
        var written = 0
        while true {
            let records = journal.next(limit: limits.batch)
            if records.isEmpty { break }
            do throws(StoreError) {
                try await store.write(records.compactMap(LedgerEntryCoding.decode))
                journal.confirm()
                written += records.count
                pause = limits.firstPause
                note(nil)
            } catch {
                note(error)
                if progress.withLock({ $0.isClosing }) { return written }
                await self.pause(pause)
                pause = min(pause * 2, limits.longestPause)
            }
        }
        return written
    }

    /// Waits, unless or until the ledger is closed.
    func pause(_ duration: Duration) async {
        let pause = Task { _ = try? await Task.sleep(for: duration) }
        let isClosing = progress.withLock { progress in
            progress.pause = pause
            return progress.isClosing
        }
        if isClosing { pause.cancel() }
        await pause.value
    }

    /// Remembers how a batch went.
    private func note(_ error: StoreError?) {
        progress.withLock { $0.lastError = error?.description }
        tell()
    }

    /// Tells how the ledger fares: the observer always, the log when something has changed.
    private func tell() {
        let health = health
        let (wasHealthy, droppedBefore) = progress.withLock { progress in
            defer {
                progress.wasHealthy = health.isHealthy
                progress.droppedBefore = max(progress.droppedBefore, health.dropped)
            }
            return (progress.wasHealthy, progress.droppedBefore)
        }
        let numbers: Logger.Metadata = [
            "queued": "\(health.queued)", "lag_ms": "\(health.lagMilliseconds)", "dropped": "\(health.dropped)",
        ]
        if wasHealthy, !health.isHealthy {
            let reason = health.lastError ?? "the store is too slow"
            logger.error("ledger cannot be written", metadata: numbers.merging(["reason": "\(reason)"]) { $1 })
        } else if !wasHealthy, health.isHealthy {
            logger.notice("ledger is written again", metadata: numbers)
        }
        // Once for each look, not for each entry.
        if health.dropped > droppedBefore { logger.error("ledger entries lost", metadata: numbers) }
        observe(health)
    }
}
