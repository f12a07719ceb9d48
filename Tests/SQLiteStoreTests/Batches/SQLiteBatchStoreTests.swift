// Files, batches and the queue in a database: whose they are, what is written once, what is let go of.

import Foundation
import SessionCore
import Testing

@testable import SQLiteStore

@Suite("SQLite batch store")
struct SQLiteBatchStoreTests {
    private let directory: TemporaryDirectory
    private let store: SQLiteBatchStore
    private static let now = Date(timeIntervalSince1970: 1_800_000_000)

    init() throws {
        self.directory = try TemporaryDirectory()
        self.store = SQLiteBatchStore(try SQLiteDatabase(path: self.directory.file("a.sqlite")))
    }

    private func file(_ id: String, bytes: Int, key: String = "key_1", expires: TimeInterval = 60) -> StoredFile {
        StoredFile(
            id: id,
            keyID: key,
            name: "n",
            purpose: .batch,
            bytes: bytes,
            createdAt: Self.now,
            expiresAt: Self.now.addingTimeInterval(expires)
        )
    }

    private func batch(_ id: String, key: String = "key_1") -> Batch {
        Batch(
            id: id,
            keyID: key,
            address: [127, 0, 0, 1],
            endpoint: "/v1/embeddings",
            inputFileID: "file-1",
            metadata: ["a": "b"],
            createdAt: Self.now,
            expiresAt: Self.now.addingTimeInterval(86_400)
        )
    }

    private func lines(_ id: String, _ count: Int) -> [BatchLine] {
        (1...count).map { number in
            BatchLine(
                id: BatchLineID(batchID: id, number: number),
                customID: "c\(number)",
                body: Array("b\(number)".utf8)
            )
        }
    }

    private func content(_ id: String) async throws -> [UInt8] {
        var (content, part) = ([UInt8](), 0)
        while let piece = try await self.store.content(of: id, part: part) {
            content += piece
            part += 1
        }
        return content
    }

    @Test(arguments: [1, 262_143, 262_144, 262_145, 600_000])
    func contentsComeBackWhole(count: Int) async throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try await self.store.insert(self.file("file-1", bytes: count), content: bytes, keyBytes: 1 << 20)
        #expect(try await self.content("file-1") == bytes)
    }

    @Test func filesBelongToTheirKey() async throws {
        for id in ["file-1", "file-2", "file-3"] {
            try await self.store.insert(self.file(id, bytes: 1), content: [1], keyBytes: 3)
        }
        await #expect(throws: StoreError.overloaded(limit: 3)) {
            try await self.store.insert(self.file("file-4", bytes: 1), content: [1], keyBytes: 3)
        }
        try await self.store.insert(self.file("file-5", bytes: 1, key: "key_2"), content: [1], keyBytes: 3)
        #expect(try await self.store.file(id: "file-1", keyID: "key_2", now: Self.now) == nil)
        #expect(try await self.store.deleteFile(id: "file-1", keyID: "key_2") == false)
        let newest = try await self.page(after: nil, limit: 2)
        #expect(newest.entries.map(\.id) == ["file-3", "file-2"] && newest.hasMore)
        #expect(try await self.page(after: "file-2", limit: 2).entries.map(\.id) == ["file-1"])
        #expect(try await self.page(after: nil, limit: 9, isAscending: true).entries.first?.id == "file-1")
        #expect(try await self.page(after: "file-5", limit: 9).entries.isEmpty)
        #expect(try await self.store.deleteFile(id: "file-1", keyID: "key_1"))
        #expect(try await self.content("file-1").isEmpty)
        let later = Self.now.addingTimeInterval(60)
        #expect(try await self.store.file(id: "file-2", keyID: "key_1", now: later) == nil)
        try await self.store.sweep(now: later)
        #expect(try await self.content("file-2").isEmpty)
    }

    private func page(after: String?, limit: Int, isAscending: Bool = false) async throws -> StoredPage<StoredFile> {
        try await self.store.files(
            keyID: "key_1",
            purpose: .batch,
            after: after,
            limit: limit,
            isAscending: isAscending,
            now: Self.now
        )
    }

    @Test("an outcome is written once, and the counts with it")
    func aBatch() async throws {
        try await self.store.insert(self.batch("batch_1"), unfinished: 1)
        await #expect(throws: StoreError.overloaded(limit: 1)) {
            try await self.store.insert(self.batch("batch_2"), unfinished: 1)
        }
        #expect(try await self.store.unfinished() == [self.batch("batch_1")])
        try await self.store.begin("batch_1", lines: self.lines("batch_1", 3), at: Self.now)
        try await self.store.begin("batch_1", lines: self.lines("batch_1", 3), at: Self.now)
        #expect(
            try await self.store.waitingLines(of: "batch_1", after: 1, limit: 9)
                == Array(self.lines("batch_1", 3)[1...])
        )
        let outcomes = [
            BatchOutcome(id: BatchLineID(batchID: "batch_1", number: 1), isSuccess: true, output: Array("one\n".utf8)),
            BatchOutcome(id: BatchLineID(batchID: "batch_1", number: 3), isSuccess: false, output: Array("no\n".utf8)),
            BatchOutcome(
                id: BatchLineID(batchID: "batch_1", number: 1),
                isSuccess: false,
                output: Array("again\n".utf8)
            ),
        ]
        try await self.store.record(outcomes)
        try await self.store.record(outcomes)
        let batch = try #require(try await self.store.batch(id: "batch_1", keyID: "key_1"))
        #expect(batch.status == .inProgress && batch.counts.total == 3)
        #expect(batch.counts.completed == 1 && batch.counts.failed == 1)
        #expect(try await self.store.waitingLines(of: "batch_1", after: 0, limit: 9).map(\.customID) == ["c2"])
        #expect(try await self.store.batch(id: "batch_1", keyID: "key_2") == nil)
        #expect(try await self.store.cancel(id: "batch_1", keyID: "key_2", at: Self.now) == nil)
        #expect(try await self.store.cancel(id: "batch_1", keyID: "key_1", at: Self.now)?.status == .cancelling)
    }

    @Test("files of results appear with the end, and what is composed twice is there once")
    func results() async throws {
        try await self.store.insert(self.batch("batch_1"), unfinished: 9)
        try await self.store.begin("batch_1", lines: self.lines("batch_1", 2), at: Self.now)
        let output = Array("one\n".utf8)
        try await self.store.record([
            BatchOutcome(id: BatchLineID(batchID: "batch_1", number: 1), isSuccess: true, output: output),
            BatchOutcome(id: BatchLineID(batchID: "batch_1", number: 2), isSuccess: true, output: output),
        ])
        try await self.store.beginFinalizing("batch_1", at: Self.now)
        for _ in 0..<2 {
            try await self.store.discard("file-out")
            let last = try await self.store.compose("file-out", of: "batch_1", successes: true, part: 0, after: 0)
            #expect(last == 2)
        }
        let end = try await self.store.compose("file-out", of: "batch_1", successes: true, part: 1, after: 2)
        #expect(end == nil)
        #expect(try await self.store.file(id: "file-out", keyID: "key_1", now: Self.now) == nil)
        try await self.store.finish(
            "batch_1",
            as: .completed,
            outputFile: self.file("file-out", bytes: 0),
            errorFile: self.file("file-error", bytes: 0),
            at: Self.now
        )
        let batch = try #require(try await self.store.batch(id: "batch_1", keyID: "key_1"))
        #expect(batch.status == .completed && batch.outputFileID == "file-out" && batch.errorFileID == nil)
        #expect(try await self.store.file(id: "file-out", keyID: "key_1", now: Self.now)?.bytes == 8)
        #expect(try await self.content("file-out") == output + output)
        #expect(try await self.store.unfinished().isEmpty)
        try await self.store.sweep(now: Self.now)
        #expect(try await self.store.batches(keyID: "key_1", after: nil, limit: 9).entries == [batch])
    }

    @Test func aBatchThatIsNoneFails() async throws {
        try await self.store.insert(self.batch("batch_1"), unfinished: 9)
        let faults = [Batch.Fault(code: "empty_file", message: "m", line: 1)]
        try await self.store.fail("batch_1", faults: faults, at: Self.now)
        let batch = try #require(try await self.store.batch(id: "batch_1", keyID: "key_1"))
        #expect(batch.status == .failed && batch.faults == faults && batch.moments.failed == Self.now)
        try await self.store.begin("batch_1", lines: self.lines("batch_1", 1), at: Self.now)
        #expect(try await self.store.batch(id: "batch_1", keyID: "key_1") == batch)
    }
}
