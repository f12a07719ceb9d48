// Records go in from any thread and come out in batches on one other; what went in outlives the process.
//
//     active segment ──full, or asked for──▶ sealed segment ──read, confirmed──▶ cleared, free to become active
//
// Writing takes a short lock and no system call: a copy into mapped memory. (The kernel may make a thread wait that
// writes to a page on its way to the disk; on a file that was filled when it was made that takes no allocation.)
// When both segments are full, records wait in memory and move into the file as soon as there is room; those in memory
// end with the process. When that is full as well, records are dropped and counted.

import CLinux
import Synchronization

/// A bounded queue of records in a file.
package final class Journal: Sendable {
    /// Bounds of the queue.
    package struct Limits: Sendable {
        /// Each of the two segments; a multiple of eight.
        package var segmentBytes = 4 * 1024 * 1024
        /// Records that wait in memory while both segments are full.
        package var waitingRecords = 65_536
        package var waitingBytes = 32 * 1024 * 1024
        /// Records moved from memory into the file under one hold of the lock.
        package var movedAtOnce = 256

        package init() {}
    }

    /// How much waits to be read.
    package struct Status: Sendable, Equatable {
        /// Records that were written and not confirmed.
        package var pending: Int
        /// Those of them that are in memory only.
        package var waiting: Int
        /// Records that were lost for want of room, ever.
        package var dropped: Int
        /// Age of the oldest pending record in nanoseconds, give or take those of its segment; 0 without any.
        package var age: Int64
    }

    private struct Segment {
        var end = 0
        var count = 0
        var since: Int64 = 0
    }

    private struct State {
        var segments = [Segment(), Segment()]
        var active = 0
        /// Whether the other segment holds records to be read.
        var isSealed = false
        /// Where reading the sealed segment stands: confirmed up to `read`, handed out up to `handed`.
        var read = 0
        var handed = 0
        var handedCount = 0
        var confirmed = 0
        var waiting: [[UInt8]] = []
        /// Waiting records before this one have been moved.
        var moved = 0
        var waitingBytes = 0
        var waitingSince: Int64 = 0
        var dropped = 0
        var isIdle = true

        var waitingCount: Int { self.waiting.count - self.moved }
        var sealed: Int { 1 - self.active }
    }

    private let file: JournalFile
    private let limits: Limits
    private let clock: @Sendable () -> Int64
    private let wake: @Sendable () -> Void
    private let state = Mutex(State())

    /// `wake` is called from the writing thread when there is something to read after there was nothing.
    package init(
        file: JournalFile,
        limits: Limits = Limits(),
        clock: @escaping @Sendable () -> Int64 = { lw_monotonic_nanoseconds() },
        wake: @escaping @Sendable () -> Void
    ) {
        self.file = file
        self.limits = limits
        self.clock = clock
        self.wake = wake
    }

    /// Takes a record; false when it was dropped.
    @discardableResult
    package func append(_ record: [UInt8]) -> Bool {
        let (isTaken, wakes) = self.state.withLock { state in
            let isTaken = self.write(record, &state) || self.wait(record, &state)
            if !isTaken { state.dropped += 1 }
            let wakes = isTaken && state.isIdle
            if wakes { state.isIdle = false }
            return (isTaken, wakes)
        }
        if wakes { self.wake() }
        return isTaken
    }

    package var status: Status {
        let now = self.clock()
        return self.state.withLock { state in
            let inFile = state.segments[0].count + state.segments[1].count - state.confirmed
            var oldest = now
            for segment in state.segments where segment.count > 0 { oldest = min(oldest, segment.since) }
            if state.waitingCount > 0 { oldest = min(oldest, state.waitingSince) }
            return Status(
                pending: inFile + state.waitingCount,
                waiting: state.waitingCount,
                dropped: state.dropped,
                age: max(0, now - oldest)
            )
        }
    }

    // MARK: Reading, from one thread at a time

    /// The next records that are not confirmed, at most `limit`; none when there are none, and then `wake` comes again
    /// with the next one that is written.
    package func next(limit: Int) -> [[UInt8]] {
        let range = self.state.withLock { state -> (segment: Int, from: Int)? in
            if !state.isSealed {
                guard state.segments[state.active].count > 0 else {
                    state.isIdle = true
                    return nil
                }
                self.seal(&state)
            }
            return (state.sealed, state.read)
        }
        guard let range else { return [] }
        // Nobody writes to a sealed segment.
        let found = self.file.read(segment: range.segment, from: range.from, limit: limit)
        self.state.withLock { state in
            state.handed = found.next
            state.handedCount = found.records.count
        }
        guard found.records.isEmpty else { return found.records }
        // Only a stray write into our memory can bring this about; what is behind it cannot be read.
        self.state.withLock { $0.dropped += $0.segments[$0.sealed].count - $0.confirmed }
        self.release()
        return []
    }

    /// The records that `next` returned last are kept elsewhere now.
    package func confirm() {
        let isRead = self.state.withLock { state in
            guard state.isSealed else { return false }
            state.read = state.handed
            state.confirmed += state.handedCount
            state.handedCount = 0
            return state.read >= state.segments[state.sealed].end
        }
        if isRead { self.release() }
    }

    /// Removes the file unless something in it was never confirmed.
    package func removeIfEmpty() {
        if self.status.pending == 0 { self.file.remove() }
    }

    // MARK: Segments

    private func write(_ record: [UInt8], _ state: inout State) -> Bool {
        if self.place(record, &state) { return true }
        guard !state.isSealed, state.segments[state.active].count > 0 else { return false }
        self.seal(&state)
        return self.place(record, &state)
    }

    private func place(_ record: [UInt8], _ state: inout State) -> Bool {
        let active = state.active
        guard let end = self.file.write(record, segment: active, at: state.segments[active].end) else { return false }
        if state.segments[active].count == 0 { state.segments[active].since = self.clock() }
        state.segments[active].end = end
        state.segments[active].count += 1
        return true
    }

    private func wait(_ record: [UInt8], _ state: inout State) -> Bool {
        guard state.waitingCount < self.limits.waitingRecords,
            state.waitingBytes + record.count <= self.limits.waitingBytes,
            record.count <= JournalFile.maximumRecordBytes, !record.isEmpty
        else { return false }
        if state.waitingCount == 0 { state.waitingSince = self.clock() }
        state.waiting.append(record)
        state.waitingBytes += record.count
        return true
    }

    private func seal(_ state: inout State) {
        state.active = 1 - state.active
        state.isSealed = true
        state.read = 0
        state.confirmed = 0
    }

    /// Gives the sealed segment back and moves waiting records into the file, a few under each hold of the lock.
    private func release() {
        self.state.withLock { state in
            guard state.isSealed else { return }
            self.file.clear(segment: state.sealed)
            state.segments[state.sealed] = Segment()
            state.isSealed = false
            state.confirmed = 0
        }
        while self.state.withLock({ self.moveSome(&$0) }) {}
    }

    /// Tells whether there is more to move and room for it.
    private func moveSome(_ state: inout State) -> Bool {
        for _ in 0..<self.limits.movedAtOnce {
            guard state.moved < state.waiting.count else { break }
            let record = state.waiting[state.moved]
            guard self.write(record, &state) else { return false }
            state.waitingBytes -= record.count
            state.moved += 1
        }
        // Half of it at once: each record is carried along a bounded number of times.
        if state.moved * 2 > state.waiting.count {
            state.waiting.removeFirst(state.moved)
            state.moved = 0
        }
        return state.waitingCount > 0
    }
}
