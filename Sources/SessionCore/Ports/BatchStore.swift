// Where files and batches are kept, as SessionCore sees it. What `KeyStore` says of calls holds here, too.

package import Foundation

/// A page of a list.
package struct StoredPage<Entry: Sendable>: Sendable {
    package var entries: [Entry]
    package var hasMore: Bool

    package init(entries: [Entry], hasMore: Bool) {
        self.entries = entries
        self.hasMore = hasMore
    }
}

extension StoredPage: Equatable where Entry: Equatable {}

/// The keeper of files.
package protocol FileStore: Sendable {
    /// Keeps a file; `overloaded` when its key would then have more than `keyBytes`.
    func insert(_ file: StoredFile, content: [UInt8], keyBytes: Int) async throws(StoreError)
    /// Returns a file of this key that has not expired.
    func file(id: String, keyID: String, now: Date) async throws(StoreError) -> StoredFile?
    /// Returns files of a key, by their date; `after` is the id that the page before ended with.
    func files(
        keyID: String,
        purpose: StoredFile.Purpose?,
        after: String?,
        limit: Int,
        isAscending: Bool,
        now: Date
    ) async throws(StoreError) -> StoredPage<StoredFile>
    /// Returns the part of a file's content with this number, from 0; nil behind the last one.
    func content(of id: String, part: Int) async throws(StoreError) -> [UInt8]?
    /// Forgets a file; false when there is none of this key.
    func deleteFile(id: String, keyID: String) async throws(StoreError) -> Bool
}

/// The keeper of batches and of the queue that they make.
package protocol BatchStore: FileStore {
    /// Keeps a new batch; `overloaded` when its key has `unfinished` batches already.
    func insert(_ batch: Batch, unfinished: Int) async throws(StoreError)
    func batch(id: String, keyID: String) async throws(StoreError) -> Batch?
    /// Returns batches of a key, newest first.
    func batches(keyID: String, after: String?, limit: Int) async throws(StoreError) -> StoredPage<Batch>
    /// Begins to cancel a batch that is under way; returns it as it then is, nil when there is none of this key.
    func cancel(id: String, keyID: String, at date: Date) async throws(StoreError) -> Batch?

    // MARK: The queue

    /// All batches that something is still to be done about, oldest first.
    func unfinished() async throws(StoreError) -> [Batch]
    /// Takes the lines of a batch that was `validating`, which is then `in_progress`: all of it or nothing.
    func begin(_ id: String, lines: [BatchLine], at date: Date) async throws(StoreError)
    /// Gives up a batch that was `validating`.
    func fail(_ id: String, faults: [Batch.Fault], at date: Date) async throws(StoreError)
    /// Lines that have not been done, by number.
    func waitingLines(of id: String, after number: Int, limit: Int) async throws(StoreError) -> [BatchLine]
    /// Writes down what came of lines, with the counts of their batches, as one transaction; what is said of a line a
    /// second time changes nothing.
    func record(_ outcomes: [BatchOutcome]) async throws(StoreError)
    /// Begins to make files of a batch's results; `status` is what it will be.
    func beginFinalizing(_ id: String, at date: Date) async throws(StoreError)
    /// Appends results behind line `number` to a file that nobody sees yet; the last line taken, nil when none is left.
    func compose(
        _ fileID: String,
        of id: String,
        successes: Bool,
        part: Int,
        after number: Int
    ) async throws(StoreError) -> Int?
    /// Forgets what was composed for a file that did not come about.
    func discard(_ fileID: String) async throws(StoreError)
    /// Ends a batch: its files appear and its status is final, as one transaction. Files without content do not appear.
    func finish(
        _ id: String,
        as status: Batch.Status,
        outputFile: StoredFile,
        errorFile: StoredFile,
        at date: Date
    ) async throws(StoreError)
    /// Lets go of some of what is no longer needed: expired files, lines of batches that have ended.
    func sweep(now: Date) async throws(StoreError)
}

/// What the journal of an ended process tells.
package struct BatchRemains: Sendable, Equatable {
    /// What came of lines.
    package var outcomes: [BatchOutcome] = []
    /// Requests that went upstream, and of which no more is known.
    package var inDoubt: [BatchLineID] = []

    package init() {}
}

/// What is known of lines while they run, which outlives the end of the process.
///
/// Calls come from loops, and wait for no disk.
package protocol BatchSpool: Sendable {
    /// What was found at the beginning.
    var remains: BatchRemains { get }
    /// Whether lines may begin.
    var hasRoom: Bool { get }
    var isEmpty: Bool { get }

    /// A request of the line is about to go to an upstream.
    func sent(_ line: BatchLineID) throws(StoreError)
    /// The line was refused by all: it has not been done, and may be run again.
    func released(_ line: BatchLineID) throws(StoreError)
    /// What came of the line, for good.
    func ended(_ outcome: BatchOutcome) throws(StoreError)
    /// Forgets everything: the store has it.
    func truncate() throws(StoreError)
}
