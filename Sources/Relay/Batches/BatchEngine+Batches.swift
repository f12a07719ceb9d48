// What is done about one batch in each of its states, and which lines begin.

import EventLoop
import Foundation
import Logging
import SessionCore

extension BatchEngine {
    // MARK: Batches

    func look(at batch: Batch) async throws {
        let isIdle = self.progress[batch.id]?.isIdle ?? true
        switch batch.status {
        case .validating:
            try await self.validate(batch)
        case .inProgress where batch.expiresAt <= .now:
            if isIdle { try await self.wind(down: batch, .expired) }
        case .inProgress:
            if isIdle, batch.counts.completed + batch.counts.failed >= batch.counts.total {
                try await self.wind(down: batch, nil)
            }
        case .cancelling:
            if isIdle { try await self.wind(down: batch, .cancelled) }
        case .finalizing:
            try await self.finalize(batch)
        case .completed, .failed, .expired, .cancelled:
            break
        }
    }

    private func validate(_ batch: Batch) async throws {
        guard try await self.store.file(id: batch.inputFileID, keyID: batch.keyID, now: .now) != nil else {
            let fault = Batch.Fault(code: "file_not_found", message: "The input file does not exist any more.")
            try await self.store.fail(batch.id, faults: [fault], at: .now)
            return
        }
        var content: [UInt8] = []
        var part = 0
        while let piece = try await self.store.content(of: batch.inputFileID, part: part) {
            content += piece
            part += 1
        }
        switch BatchInput.read(content, of: batch) {
        case .lines(let lines): try await self.store.begin(batch.id, lines: lines, at: .now)
        case .faults(let faults): try await self.store.fail(batch.id, faults: faults, at: .now)
        }
        self.logger.info("batch validated", metadata: ["batch": "\(batch.id)"])
    }

    /// Ends a batch of which nothing is under way; lines that were not run are told why.
    private func wind(down batch: Batch, _ failure: BatchFailure?) async throws {
        while let failure {
            let lines = try await self.store.waitingLines(of: batch.id, after: 0, limit: self.settings.page)
            if lines.isEmpty { break }
            try await self.store.record(lines.map { BatchProgress.failure(failure, $0) })
        }
        try await self.store.beginFinalizing(batch.id, at: .now)
        try await self.finalize(batch)
    }

    /// Makes the files; begun anew when the process ended midway, since nobody has seen them.
    private func finalize(_ batch: Batch) async throws {
        let now = Date.now
        let expiry = now.addingTimeInterval(TimeInterval(self.settings.fileDays) * 86_400)
        let suffix = batch.id.dropFirst("batch_".count)
        let files = [("output", true), ("error", false)].map { kind, isSuccess in
            let file = StoredFile(
                id: "file-\(suffix)-\(kind)",
                keyID: batch.keyID,
                name: "\(batch.id)_\(kind).jsonl",
                purpose: .batchOutput,
                bytes: 0,
                createdAt: now,
                expiresAt: expiry
            )
            return (file: file, isSuccess: isSuccess)
        }
        for (file, isSuccess) in files {
            try await self.store.discard(file.id)
            var (part, last) = (0, 0)
            while let number = try await self.store.compose(
                file.id,
                of: batch.id,
                successes: isSuccess,
                part: part,
                after: last
            ) {
                (part, last) = (part + 1, number)
            }
        }
        let status: Batch.Status =
            batch.moments.cancelling != nil ? .cancelled : now >= batch.expiresAt ? .expired : .completed
        try await self.store.finish(batch.id, as: status, outputFile: files[0].file, errorFile: files[1].file, at: now)
        self.progress[batch.id] = nil
        self.logger.info("batch ended", metadata: ["batch": "\(batch.id)", "status": "\(status.rawValue)"])
    }

    // MARK: Lines

    /// Begins lines, one of each batch in turn, as long as there is room.
    func fill(_ batches: [Batch], _ spool: any BatchSpool) async {
        let now = MonotonicTime.now()
        self.keysAtRest = self.keysAtRest.filter { $0.value > now }
        var open = batches.filter { $0.status == .inProgress && $0.expiresAt > .now }
        while !open.isEmpty, self.running.count < self.settings.concurrency, spool.hasRoom, !self.isStopping {
            var next: [Batch] = []
            for batch in open where self.running.count < self.settings.concurrency {
                if await self.begin(batch, spool) { next.append(batch) }
            }
            open = next
        }
    }

    /// Begins one line; false when none of this batch can begin now.
    private func begin(_ batch: Batch, _ spool: any BatchSpool) async -> Bool {
        guard self.keysAtRest[batch.keyID] == nil,
            self.running.values.count(where: { $0 == batch.keyID }) < self.settings.keyConcurrency
        else { return false }
        var progress = self.progress[batch.id] ?? BatchProgress()
        if progress.wantsLines {
            let limit = self.settings.page
            guard let lines = try? await self.store.waitingLines(of: batch.id, after: progress.last, limit: limit)
            else { return false }
            progress.add(lines, limit: limit)
        }
        let now = MonotonicTime.now()
        guard let line = progress.next(now: now) else {
            self.progress[batch.id] = progress
            return false
        }
        self.progress[batch.id] = progress
        switch await self.holder(of: batch) {
        case .failure:
            self.progress[batch.id]?.putBack(line)
            return false
        case .success(nil):
            self.unwritten.append(BatchProgress.failure(.noKey, line))
            self.wake()
            return true
        case .success(let holder?):
            guard self.leavesRoom(holder, line, now) else {
                self.progress[batch.id]?.putBack(line)
                self.keysAtRest[batch.keyID] = now + self.settings.firstPause
                return false
            }
            return self.start(line, batch, holder, spool)
        }
    }

    private func holder(of batch: Batch) async -> Result<KeyHolder?, StoreError> {
        do throws(StoreError) {
            return .success(try await self.keys.load(keyID: batch.keyID, now: MonotonicTime.now().nanoseconds))
        } catch {
            return .failure(error)
        }
    }

    /// Whether the key's rates have more left than a fifth, which is for those who wait for an answer.
    private func leavesRoom(_ holder: KeyHolder, _ line: BatchLine, _ now: MonotonicTime) -> Bool {
        guard let model = BatchInput.model(in: line.body).flatMap({ self.catalog.model($0) }) else { return true }
        let status = self.limits.status(of: holder, model: model, now: now.nanoseconds)
        return [status.requests, status.tokens].allSatisfy { window in
            window.map { $0.remaining > $0.limit / 5 } ?? true
        }
    }

    private func start(_ line: BatchLine, _ batch: Batch, _ holder: KeyHolder, _ spool: any BatchSpool) -> Bool {
        let work = BatchWork(
            line: line,
            endpoint: batch.endpoint,
            holder: holder,
            address: batch.address,
            spool: spool
        )
        self.running[line.id] = batch.keyID
        if self.runner.run(work, then: { self.ended($0) }) { return true }
        self.running[line.id] = nil
        self.progress[batch.id]?.putBack(line)
        return false
    }
}
