// What is known of batch lines while they run: a file beside the database, held by the one process that runs the queue.
//
//     sent(line) ──▶ request goes upstream ──▶ ended(outcome) ──batches──▶ batch_lines ──▶ truncate
//
// Records are appended with one write(2) each: what the call took outlives the end of the process, `kill -9` included,
// because it is the kernel's by then. A loss of power may take the last moments of it along, as it does of the ledger.
// A record that was cut off by the end of the process is the last one, and is found by its length.
//
// The lock (flock(2)) tells who runs the queue: of several processes on one database one does, the others wait for it.

import Foundation
package import SessionCore
import Synchronization

/// The journal of the lines that run.
package final class BatchJournal: BatchSpool {
    package enum Limits {
        /// Beyond it no line begins until all that is in it is in the store.
        package static let bytes = 64 << 20
    }

    private struct State {
        var length = 0
        var isFailed = false
    }

    private let descriptor: CInt
    private let path: String
    private let state = Mutex(State())
    /// What was found at the beginning.
    package let remains: BatchRemains

    /// Takes the journal beside a database over; nil while another process has it.
    package static func open(besideDatabase path: String) throws(StoreError) -> BatchJournal? {
        let path = path + "-batches"
        let descriptor = Glibc.open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let isHeld = errno == EWOULDBLOCK
            Glibc.close(descriptor)
            guard isHeld else { throw Self.failure(path) }
            return nil
        }
        do throws(StoreError) {
            let bytes = try Self.read(descriptor, path)
            return BatchJournal(descriptor, path, BatchRecord.remains(of: bytes))
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    private init(_ descriptor: CInt, _ path: String, _ remains: BatchRemains) {
        self.descriptor = descriptor
        self.path = path
        self.remains = remains
    }

    deinit {
        Glibc.close(descriptor)
    }

    package func sent(_ line: BatchLineID) throws(StoreError) { try append(.sent(line)) }
    package func released(_ line: BatchLineID) throws(StoreError) { try append(.released(line)) }
    package func ended(_ outcome: BatchOutcome) throws(StoreError) { try append(.ended(outcome)) }

    /// Whether lines may begin.
    package var hasRoom: Bool { state.withLock { !$0.isFailed && $0.length < Limits.bytes } }
    package var isEmpty: Bool { state.withLock { $0.length == 0 } }

    /// Forgets everything: the store has it.
    package func truncate() throws(StoreError) {
        let failed = state.withLock { state in
            guard ftruncate(descriptor, 0) == 0 else { return true }
            state = State()
            return false
        }
        if failed { throw Self.failure(path) }
    }

    private func append(_ record: BatchRecord) throws(StoreError) {
        let bytes = record.encoded
        let failed = state.withLock { state in
            guard !state.isFailed else { return true }
            var start = 0
            while start < bytes.count {
                let count = bytes[start...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else {
                    // Half a record must not stand before others.
                    state.isFailed = ftruncate(descriptor, off_t(state.length)) != 0
                    return true
                }
                start += count
            }
            state.length += bytes.count
            return false
        }
        if failed { throw Self.failure(path) }
    }

    private static func read(_ descriptor: CInt, _ path: String) throws(StoreError) -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = pread(descriptor, &block, block.count, off_t(bytes.count))
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw failure(path) }
            guard count > 0 else { return bytes }
            bytes += block.prefix(count)
        }
    }

    private static func failure(_ path: String) -> StoreError {
        .unavailable(
            location: path,
            reason: String(cString: strerror(errno)),
            remedy: "Make the directory writable for this user, and room on the disk."
        )
    }
}
