// The queue: nothing is lost while there is room, nothing is given out twice once confirmed, what is lost is counted.

import Journal
import Synchronization
import Testing

@Suite("Journal")
struct JournalTests {
    private let directory: JournalDirectory

    init() throws {
        self.directory = try JournalDirectory()
    }

    private final class Wakes: Sendable {
        private let counter = Mutex(0)
        var count: Int { self.counter.withLock { $0 } }
        func add() { self.counter.withLock { $0 += 1 } }
    }

    private func journal(
        segmentBytes: Int = 4096,
        waiting: Int = 1_000,
        clock: @escaping @Sendable () -> Int64 = { 0 },
        wakes: Wakes = Wakes()
    ) throws -> Journal {
        var limits = Journal.Limits()
        limits.segmentBytes = segmentBytes
        limits.waitingRecords = waiting
        limits.movedAtOnce = 3
        let file = try self.directory.names.create(segmentBytes: segmentBytes)
        return Journal(file: file, limits: limits, clock: clock, wake: { wakes.add() })
    }

    /// Reads and confirms everything there is.
    private func drain(_ journal: Journal, limit: Int = 7) -> [[UInt8]] {
        var all: [[UInt8]] = []
        while true {
            let records = journal.next(limit: limit)
            if records.isEmpty { return all }
            all += records
            journal.confirm()
        }
    }

    @Test func givesOutWhatItTook() throws {
        let journal = try self.journal()
        #expect(journal.next(limit: 9).isEmpty)
        for number in 0..<20 { #expect(journal.append(record(number))) }
        #expect(journal.status.pending == 20)
        #expect(self.drain(journal) == (0..<20).map(record))
        let status = journal.status
        #expect(status.pending == 0 && status.waiting == 0 && status.dropped == 0 && status.age == 0)
    }

    @Test func givesTheSameAgainUntilConfirmed() throws {
        let journal = try self.journal()
        for number in 0..<5 { journal.append(record(number)) }
        #expect(journal.next(limit: 3) == (0..<3).map(record))
        #expect(journal.next(limit: 3) == (0..<3).map(record))
        journal.append(record(5))
        journal.confirm()
        #expect(journal.status.pending == 3)
        #expect(journal.next(limit: 3) == (3..<5).map(record))
        journal.confirm()
        #expect(journal.next(limit: 3) == [record(5)])
    }

    @Test func wakesOnceForEachTimeThereIsSomethingAgain() throws {
        let wakes = Wakes()
        let journal = try self.journal(wakes: wakes)
        journal.append(record(1))
        journal.append(record(2))
        #expect(wakes.count == 1)
        _ = self.drain(journal)
        #expect(wakes.count == 1)
        journal.append(record(3))
        #expect(wakes.count == 2)
        _ = journal.next(limit: 9)
        journal.append(record(4))
        #expect(wakes.count == 2)
    }

    @Test func whatFindsNoRoomInTheFileWaitsInMemory() throws {
        let journal = try self.journal(segmentBytes: 512)
        for number in 0..<100 { #expect(journal.append(record(number))) }
        let status = journal.status
        #expect(status.pending == 100 && status.waiting > 50 && status.dropped == 0)
        let all = self.drain(journal)
        #expect(all.count == 100 && Set(all) == Set((0..<100).map(record)))
        #expect(journal.status.waiting == 0)
        #expect(journal.append(record(1)))
        #expect(self.drain(journal) == [record(1)])
    }

    @Test func whatFindsNoRoomAtAllIsCounted() throws {
        let journal = try self.journal(segmentBytes: 512, waiting: 10)
        let taken = (0..<100).filter { journal.append(record($0)) }
        #expect(journal.status.dropped == 100 - taken.count && taken.count < 100)
        #expect(Set(self.drain(journal)) == Set(taken.map(record)))
        #expect(journal.status.dropped == 100 - taken.count)
    }

    @Test func ageIsThatOfTheOldest() throws {
        let now = Mutex(Int64(100))
        let journal = try self.journal(clock: { now.withLock { $0 } })
        journal.append(record(1))
        now.withLock { $0 = 400 }
        journal.append(record(2))
        #expect(journal.status.age == 300)
        _ = self.drain(journal)
        #expect(journal.status.age == 0)
    }

    @Test func anythingUnconfirmedIsThereAfterwards() throws {
        try {
            let journal = try self.journal(segmentBytes: 1024)
            for number in 0..<40 { journal.append(record(number)) }
            _ = journal.next(limit: 5)
            journal.confirm()
            _ = journal.next(limit: 5)
            journal.removeIfEmpty()
        }()
        let file = try #require(try self.directory.names.abandoned().first)
        let left = (0..<JournalFile.segmentCount).flatMap { file.read(segment: $0, from: 0, limit: 1_000).records }
        // The beginning of a segment that was read in part comes again: whoever replays knows records by name.
        #expect(Set(left).isSuperset(of: (5..<30).map(record)))
    }

    @Test func anEmptyJournalIsRemoved() throws {
        let journal = try self.journal()
        journal.append(record(1))
        journal.removeIfEmpty()
        #expect(self.directory.exists(0))
        _ = self.drain(journal)
        journal.removeIfEmpty()
        #expect(!self.directory.exists(0))
    }

    @Test func manyThreadsWriteWhileOneReads() async throws {
        let journal = try self.journal(segmentBytes: 2048, waiting: 100_000)
        let (writers, each) = (4, 2_000)
        let all = await withTaskGroup(of: Void.self) { group in
            for writer in 0..<writers {
                group.addTask {
                    for number in 0..<each { journal.append(Array("\(writer)-\(number)".utf8)) }
                }
            }
            var all: [[UInt8]] = []
            while all.count < writers * each {
                all += self.drain(journal, limit: 100)
                await Task.yield()
            }
            return all
        }
        #expect(all.count == writers * each && Set(all).count == writers * each)
        #expect(journal.status.dropped == 0)
    }
}
