// How the ledger fares: whether what loops hand over reaches the store.

/// The ledger at one moment.
package struct LedgerHealth: Sendable, Equatable {
    /// Entries that are not in the store yet.
    package var queued: Int
    /// Age of the oldest of them.
    package var lagMilliseconds: Int
    /// Entries lost since the start, because neither file nor memory had room.
    package var dropped: Int
    /// Why the store could not be written to, when that was so the last time.
    package var lastError: String?
    /// False while the store takes nothing, lags far behind, or entries wait in memory only.
    package var isHealthy: Bool

    package init(queued: Int, lagMilliseconds: Int, dropped: Int, lastError: String?, isHealthy: Bool) {
        self.queued = queued
        self.lagMilliseconds = lagMilliseconds
        self.dropped = dropped
        self.lastError = lastError
        self.isHealthy = isHealthy
    }
}
