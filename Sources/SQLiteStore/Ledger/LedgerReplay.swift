// What an ended process left in its journal, on its way into the store.

import Journal
import Logging
import SessionCore

/// Writes abandoned journals to the store.
enum LedgerReplay {
    /// Writes everything that can be read, then removes the file; a damaged one is set aside.
    ///
    /// An entry of a newer version is a reason to stop: leaving it out would lose it.
    static func run(
        _ file: JournalFile,
        into store: any LedgerStore,
        batch: Int,
        logger: Logger
    ) async throws(StoreError) {
        var count = 0
        var isDamaged = false
        for segment in 0..<JournalFile.segmentCount {
            var offset = 0
            while true {
                let found = file.read(segment: segment, from: offset, limit: batch)
                isDamaged = isDamaged || found.isDamaged
                if found.records.isEmpty { break }
                let entries = found.records.compactMap(LedgerEntryCoding.decode)
                guard entries.count == found.records.count else { throw newer(file.path) }
                try await store.write(entries)
                count += entries.count
                offset = found.next
            }
        }
        if isDamaged {
            logger.error("ledger journal damaged", metadata: ["path": "\(file.path)", "entries": "\(count)"])
            try StoreError.reporting { () throws(JournalError) in try file.setAside() }
        } else {
            file.remove()
        }
        if count > 0 {
            logger.notice("ledger journal replayed", metadata: ["entries": "\(count)"])
        }
    }

    private static func newer(_ path: String) -> StoreError {
        .unavailable(
            location: path,
            reason: "it holds ledger entries of a newer Longwire",
            remedy: "Start that version once, or move the file away: what is in it is then missing from the ledger."
        )
    }
}

extension StoreError {
    /// Tells an operator what stands in the way of a journal.
    static func reporting<Value>(_ work: () throws(JournalError) -> Value) throws(StoreError) -> Value {
        do {
            return try work()
        } catch {
            throw .unavailable(
                location: error.path,
                reason: error.description,
                remedy: "Check that its directory has room and is writable, and that nothing else has that name."
            )
        }
    }
}
