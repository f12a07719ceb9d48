// From loops into the store: exactly once, whatever the store does meanwhile and however the process ends.

import Foundation
import Journal
import Logging
import SessionCore
import Synchronization
import Testing

@testable import SQLiteStore

/// A store that fails while it is told to, and otherwise remembers what it was given.
private final class ScriptedStore: LedgerStore {
    private struct State {
        var failure: StoreError?
        var entries: [LedgerEntry] = []
        var attempts = 0
    }

    private let state = Mutex(State())

    var entries: [LedgerEntry] { state.withLock { $0.entries } }
    var attempts: Int { state.withLock { $0.attempts } }

    func fail(_ failure: StoreError?) {
        state.withLock { $0.failure = failure }
    }

    func write(_ entries: [LedgerEntry]) async throws(StoreError) {
        let failure = state.withLock { state in
            state.attempts += 1
            if state.failure == nil { state.entries += entries }
            return state.failure
        }
        if let failure { throw failure }
    }

    func spend() async throws(StoreError) -> [KeySpend] { [] }

    func rows(_ filter: LedgerFilter, limit: Int, after cursor: Int64?) async throws(StoreError) -> LedgerPage {
        LedgerPage(entries: [], next: nil)
    }

    func sums(
        _ filter: LedgerFilter,
        by group: LedgerGroup,
        interval: LedgerInterval?
    ) async throws(StoreError) -> [LedgerSum] { [] }
}

@Suite("Journaled ledger")
struct JournaledLedgerTests {
    private static let full = StoreError.unavailable(location: "x", reason: "the disk is full", remedy: "Make room.")
    private let directory: TemporaryDirectory
    private let store = ScriptedStore()

    init() throws {
        directory = try TemporaryDirectory()
    }

    private var base: String { directory.file("longwire.sqlite-ledger") }

    private func open(
        _ store: any LedgerStore,
        change: (inout JournaledLedger.Limits) -> Void = { _ in }
    ) async throws
        -> JournaledLedger
    {
        var limits = JournaledLedger.Limits()
        limits.segmentBytes = 8_192
        limits.gathering = .milliseconds(1)
        limits.firstPause = .milliseconds(1)
        limits.longestPause = .milliseconds(4)
        limits.closing = .seconds(20)
        change(&limits)
        return try await JournaledLedger.open(base: base, store: store, limits: limits, logger: Logger(label: "test"))
    }

    private func rows(_ numbers: Range<Int>) -> [LedgerEntry] { numbers.map { .row(LedgerSample.row($0)) } }

    private func eventually(_ condition: () -> Bool) async -> Bool {
        for _ in 0..<20_000 {
            if condition() { return true }
            try? await Task.sleep(for: .milliseconds(1))
        }
        return false
    }

    private var files: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: directory.path).sorted()) ?? []
    }

    @Test func whatIsAppendedReachesTheStore() async throws {
        let ledger = try await open(store)
        for entry in rows(0..<300) { ledger.append(entry) }
        ledger.append(.session(LedgerSample.session("sess_1")))
        #expect(await eventually { store.entries.count == 301 })
        #expect(await eventually { ledger.health.queued == 0 })
        #expect(ledger.health.isHealthy && ledger.health.lastError == nil)
        #expect(await ledger.close())
        #expect(store.entries == rows(0..<300) + [.session(LedgerSample.session("sess_1"))])
        #expect(files == [])
    }

    @Test func closingWritesWhatIsLeft() async throws {
        let ledger = try await open(store) { $0.gathering = .seconds(3_600) }
        for entry in rows(0..<50) { ledger.append(entry) }
        #expect(await ledger.close())
        #expect(store.entries == rows(0..<50))
    }

    @Test func aFailingStoreIsToldAndTriedAgain() async throws {
        let ledger = try await open(store)
        store.fail(Self.full)
        for entry in rows(0..<10) { ledger.append(entry) }
        #expect(await eventually { ledger.health.lastError != nil && store.attempts > 3 })
        #expect(!ledger.health.isHealthy && ledger.health.queued == 10)
        #expect(ledger.health.lastError?.contains("the disk is full") == true)
        store.fail(nil)
        #expect(await eventually { store.entries.count == 10 })
        #expect(await eventually { ledger.health.isHealthy })
        #expect(await ledger.close())
        #expect(store.entries == rows(0..<10))
    }

    @Test func whatFindsNoRoomIsCountedAndTheRestComesThrough() async throws {
        let ledger = try await open(store) { $0.waitingEntries = 100 }
        store.fail(Self.full)
        for entry in rows(0..<1_000) { ledger.append(entry) }
        let health = ledger.health
        #expect(health.dropped > 0 && health.queued == 1_000 - health.dropped && !health.isHealthy)
        store.fail(nil)
        #expect(await eventually { ledger.health.queued == 0 })
        #expect(await ledger.close())
        #expect(store.entries.count == 1_000 - health.dropped)
        #expect(Set(store.entries.map { "\($0)" }).count == store.entries.count)
    }

    @Test func whatTheStoreDoesNotTakeIsThereAtTheNextStart() async throws {
        store.fail(Self.full)
        try await Self.run(open(store), rows(0..<20))
        #expect(store.entries.isEmpty && files.count == 1)
        store.fail(nil)
        // The lock ends with the last reference, on whichever thread that is.
        var left: [JournalFile] = []
        #expect(
            await eventually {
                left += (try? JournalNames(base: base).abandoned()) ?? []
                return !left.isEmpty
            }
        )
        let logger = Logger(label: "test")
        for file in left { try await LedgerReplay.run(file, into: store, batch: 7, logger: logger) }
        #expect(store.entries == rows(0..<20) && files == [])
    }

    private static func run(_ ledger: JournaledLedger, _ entries: [LedgerEntry]) async {
        for entry in entries { ledger.append(entry) }
        _ = await ledger.close()
    }

    /// Makes a journal as a process that was killed leaves it.
    private func leaveBehind(records: [[UInt8]]) throws {
        let file = try JournalNames(base: base).create(segmentBytes: 8_192)
        var offset = 0
        for record in records { offset = try #require(file.write(record, segment: 0, at: offset)) }
    }

    @Test func aStartThatCannotReplaySaysWhy() async throws {
        try leaveBehind(records: rows(0..<20).map(LedgerEntryCoding.encode))
        store.fail(Self.full)
        await #expect(throws: Self.full) { _ = try await open(store) }
        store.fail(nil)
        let ledger = try await open(store)
        #expect(store.entries == rows(0..<20))
        #expect(await ledger.close())
        #expect(files == [])
    }

    @Test func whatAnEndedProcessLeftIsWrittenBeforeAnythingElse() async throws {
        let other = try JournalNames(base: base).create(segmentBytes: 8_192)
        try leaveBehind(records: rows(0..<7).map(LedgerEntryCoding.encode))
        var offset = 0
        for entry in rows(100..<107) {
            offset = try #require(other.write(LedgerEntryCoding.encode(entry), segment: 1, at: offset))
        }
        let database = try SQLiteDatabase(path: directory.file("longwire.sqlite"))
        let ledgerStore = SQLiteLedgerStore(database)
        // Some of it had come through already; and one journal is held by a process that is alive.
        try await ledgerStore.write(rows(3..<6))
        let ledger = try await open(ledgerStore)
        #expect(try await ledgerStore.sums(LedgerFilter(), by: .none, interval: nil).map(\.requests) == [7])
        #expect(await ledger.close())
        withExtendedLifetime(other) {}
    }

    @Test func entriesOfANewerVersionStopTheStart() async throws {
        try leaveBehind(records: [[9, 9, 9]])
        let error = await #expect(throws: StoreError.self) { _ = try await open(store) }
        #expect(error?.description.contains("newer Longwire") == true)
        #expect(files.count == 1)
    }

    @Test func twoProcessesHaveAJournalEach() async throws {
        let first = try await open(store)
        let second = try await open(store)
        #expect(files.count == 2)
        for entry in rows(0..<5) { first.append(entry) }
        for entry in rows(5..<9) { second.append(entry) }
        #expect(await first.close())
        #expect(await second.close())
        #expect(store.entries.count == 9 && files == [])
    }
}
