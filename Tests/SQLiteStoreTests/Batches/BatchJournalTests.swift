// The journal of lines that run: what an ended process left, whole or cut, and who may write it.

import Foundation
import SessionCore
import Testing

@testable import SQLiteStore

@Suite("Batch journal")
struct BatchJournalTests {
    private static func line(_ number: Int) -> BatchLineID { BatchLineID(batchID: "batch_1", number: number) }
    private static func outcome(_ number: Int, _ isSuccess: Bool = true) -> BatchOutcome {
        BatchOutcome(id: self.line(number), isSuccess: isSuccess, output: Array("{\"n\":\(number)}\n".utf8))
    }

    private func write(_ journal: BatchJournal) throws {
        for number in 1...4 { try journal.sent(Self.line(number)) }
        try journal.ended(Self.outcome(1))
        try journal.released(Self.line(2))
        try journal.ended(Self.outcome(3, false))
    }

    @Test func tellsWhatBecameOfLines() throws {
        let directory = try TemporaryDirectory()
        let path = directory.file("a.sqlite")
        do {
            let journal = try #require(try BatchJournal.open(besideDatabase: path))
            #expect(journal.isEmpty && journal.hasRoom && journal.remains == BatchRemains())
            try self.write(journal)
            #expect(!journal.isEmpty)
            #expect(try BatchJournal.open(besideDatabase: path) == nil, "one process at a time")
        }
        let next = try #require(try BatchJournal.open(besideDatabase: path))
        #expect(next.remains.outcomes == [Self.outcome(1), Self.outcome(3, false)])
        #expect(next.remains.inDoubt == [Self.line(4)])
        try next.truncate()
        #expect(next.isEmpty)
    }

    @Test("a journal that ends anywhere tells all whole records before")
    func cut() throws {
        let records: [BatchRecord] = [
            .sent(Self.line(1)), .ended(Self.outcome(1)), .released(Self.line(2)), .ended(Self.outcome(3, false)),
        ]
        let whole = records.flatMap(\.encoded)
        #expect(BatchRecord.decode(whole) == records)
        var ends = [0]
        for record in records { ends.append((ends.last ?? 0) + record.encoded.count) }
        for count in 0...whole.count {
            let expected = ends.lastIndex { $0 <= count } ?? 0
            #expect(BatchRecord.decode(Array(whole.prefix(count))) == Array(records.prefix(expected)))
            #expect(BatchRecord.decode(whole.prefix(count) + [UInt8](repeating: 0, count: 64)).count == expected)
        }
    }
}
