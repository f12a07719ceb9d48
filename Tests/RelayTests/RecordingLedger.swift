// A ledger in memory, and what was so at the moment of each entry.

import SessionCore
import Synchronization

/// Keeps what was written down.
final class RecordingLedger: Ledger {
    private let kept = Mutex<[LedgerEntry]>([])
    private let watch = Mutex<@Sendable (LedgerEntry) -> Void>({ _ in })

    func append(_ entry: LedgerEntry) {
        self.watch.withLock { $0 }(entry)
        self.kept.withLock { $0.append(entry) }
    }

    /// Called before each entry is kept.
    func onAppend(_ action: @escaping @Sendable (LedgerEntry) -> Void) {
        self.watch.withLock { $0 = action }
    }

    var entries: [LedgerEntry] { self.kept.withLock { $0 } }

    var rows: [LedgerRow] {
        self.entries.compactMap { entry in
            guard case .row(let row) = entry else { return nil }
            return row
        }
    }
}
