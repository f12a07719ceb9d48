// The queue at work: takes batches that are under way from the store, runs their lines through the loops, writes down what
// came of them, and makes files of it. One process at a time does so for a store; who holds the journal's lock.
//
// A turn is: write down what has ended, look at each batch, begin lines where there is room. Turns follow each other when
// something ends, when a client asks for something, and once in a while.
//
// What survives what: a line is `waiting` in the store until its outcome is there. Between the two the journal knows.
// After the end of the process, `kill -9` included, an outcome in the journal is written to the store; a line that was
// sent and of which no more is known is not run again but told as interrupted; all others are run.

import EventLoop
import Foundation
package import Logging
package import SessionCore
import Synchronization

/// Where lines are run.
package protocol BatchRunner: Sendable {
    /// Runs a line on some loop; false when none takes it. `then` is called once, on any thread.
    func run(_ work: BatchWork, then: @escaping @Sendable (BatchLineEnd) -> Void) -> Bool
}

/// Bounds of the queue's work.
package struct BatchSettings: Sendable {
    /// Lines at the same time.
    package var concurrency = 8
    /// Of one key.
    package var keyConcurrency = 4
    /// Lines held in memory of each batch.
    package var page = 32
    /// Refusals by providers after which a line is given up.
    package var refusals = 10
    /// Pauses after refusals that name none; they double.
    package var firstPause: Duration = .seconds(1)
    package var longestPause: Duration = .seconds(60)
    /// Without anything to do.
    package var idlePause: Duration = .seconds(5)
    package var busyPause: Duration = .milliseconds(250)
    /// What a key may keep in files.
    package var keyFileBytes = 1 << 30
    /// Batches of one key that have not ended.
    package var keyUnfinished = 50
    package var fileDays = 30

    package init() {}
}

/// Runs batches.
package actor BatchEngine {
    nonisolated let store: any BatchStore
    let runner: any BatchRunner
    let openSpool: @Sendable () throws -> (any BatchSpool)?
    let keys: KeyDirectory
    let limits: LimitKeeper
    package private(set) var catalog: ModelCatalog
    package nonisolated let settings: BatchSettings
    let logger: Logger
    var progress: [String: BatchProgress] = [:]
    var running: [BatchLineID: String] = [:]
    /// What the store has not taken yet.
    var unwritten: [BatchOutcome] = []
    var isStopping = false
    /// Keys whose rates leave no room, until when.
    var keysAtRest: [String: MonotonicTime] = [:]
    private var work: Task<Void, Never>?
    private nonisolated let ends = Mutex<[BatchLineEnd]>([])
    private nonisolated let wakes: AsyncStream<Void>.Continuation
    private let stream: AsyncStream<Void>

    package init(
        store: any BatchStore,
        runner: any BatchRunner,
        keys: KeyDirectory,
        limits: LimitKeeper,
        catalog: ModelCatalog,
        settings: BatchSettings = BatchSettings(),
        logger: Logger,
        openSpool: @escaping @Sendable () throws -> (any BatchSpool)?
    ) {
        self.store = store
        self.runner = runner
        self.keys = keys
        self.limits = limits
        self.catalog = catalog
        self.settings = settings
        self.logger = logger
        self.openSpool = openSpool
        (self.stream, self.wakes) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func start() {
        guard self.work == nil else { return }
        self.work = Task { await self.run() }
    }

    /// Another configuration counts for lines that begin from now on.
    package func adopt(_ catalog: ModelCatalog) {
        self.catalog = catalog
        self.wakes.yield()
    }

    /// Begins no more lines.
    package func stop() {
        self.isStopping = true
        self.wakes.yield()
    }

    /// Waits for the end, after `stop`, when the loops have ended: what they told is written down.
    package func finish() async {
        self.isStopping = true
        self.wakes.yield()
        self.wakes.finish()
        await self.work?.value
    }

    /// Something has changed.
    package nonisolated func wake() { self.wakes.yield() }

    nonisolated func ended(_ end: BatchLineEnd) {
        self.ends.withLock { $0.append(end) }
        self.wakes.yield()
    }

    func takeEnds() -> [BatchLineEnd] {
        self.ends.withLock { ends in
            defer { ends = [] }
            return ends
        }
    }

    // MARK: Turns

    private func run() async {
        var iterator = self.stream.makeAsyncIterator()
        guard let spool = await self.acquire() else { return }
        while await !self.recover(spool) {
            guard !self.isStopping else { return }
            try? await Task.sleep(for: self.settings.idlePause)
        }
        while true {
            let isBusy = await self.turn(spool)
            if self.isStopping, self.running.isEmpty { return }
            let pause = Task {
                try await Task.sleep(for: isBusy ? self.settings.busyPause : self.settings.idlePause)
                self.wakes.yield()
            }
            let next: Void? = await iterator.next()
            pause.cancel()
            // Nothing more is told: the loops have ended.
            if next == nil { break }
        }
        _ = await self.turn(spool)
    }

    /// Waits until no other process runs the queue.
    private func acquire() async -> (any BatchSpool)? {
        while !self.isStopping {
            do {
                if let spool = try self.openSpool() { return spool }
            } catch {
                self.logger.error("batches cannot be run", metadata: ["reason": "\(error)"])
            }
            try? await Task.sleep(for: self.settings.idlePause)
        }
        return nil
    }

    /// Clears up behind a process that has ended; false when the store does not take it.
    private func recover(_ spool: any BatchSpool) async -> Bool {
        let remains = spool.remains
        do {
            if !remains.outcomes.isEmpty { try await self.store.record(remains.outcomes) }
            for id in remains.inDoubt {
                let lines = try await self.store.waitingLines(of: id.batchID, after: id.number - 1, limit: 1)
                guard let line = lines.first, line.id == id else { continue }
                try await self.store.record([BatchProgress.failure(.interrupted, line)])
                self.logger.warning("batch line interrupted", metadata: ["request_id": "\(id)"])
            }
            try spool.truncate()
            return true
        } catch {
            self.logger.error("batches cannot be taken up", metadata: ["reason": "\(error)"])
            return false
        }
    }

    /// One round; whether there is something to come back for soon.
    private func turn(_ spool: any BatchSpool) async -> Bool {
        do {
            try await self.writeDown(spool)
            let batches = try await self.store.unfinished()
            self.progress = self.progress.filter { id, _ in batches.contains { $0.id == id } }
            for batch in batches { try await self.look(at: batch) }
            if !self.isStopping { await self.fill(batches, spool) }
            if batches.isEmpty { try await self.store.sweep(now: .now) }
            return !batches.isEmpty
        } catch {
            self.logger.error("batches wait for the store", metadata: ["reason": "\(error)"])
            return true
        }
    }

    /// Writes down what has ended; the journal may forget it when nothing else is under way.
    private func writeDown(_ spool: any BatchSpool) async throws {
        for end in self.takeEnds() {
            switch end {
            case .outcome(let outcome):
                self.unwritten.append(outcome)
            case .later(let id, let seconds, let hasAsked):
                self.running[id] = nil
                let settings = self.settings
                let failed = self.progress[id.batchID]?.postpone(id, seconds, hasAsked: hasAsked, settings)
                if let failed { self.unwritten.append(failed) }
            }
        }
        if !self.unwritten.isEmpty {
            try await self.store.record(self.unwritten)
            for outcome in self.unwritten {
                self.running[outcome.id] = nil
                self.progress[outcome.id.batchID]?.forget(outcome.id)
            }
            self.unwritten = []
        }
        if self.running.isEmpty, !spool.isEmpty { try spool.truncate() }
    }
}
