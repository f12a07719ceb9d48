// Entries come back as they were; bytes that are no entry are none, wherever they break off.

import SessionCore
import Testing

@testable import SQLiteStore

@Suite("Ledger entry coding")
struct LedgerEntryCodingTests {
    static let full: LedgerRow = {
        var row = LedgerSample.row(1)
        row.tokens = LedgerSample.tokens(3)
        row.isEstimated = true
        row.httpStatus = 499
        row.firstByteMilliseconds = 12
        row.model = "модель \u{1F511}"
        row.costMicroUSD = .max
        row.startedAt = .min
        row.tokens.inputText = .max
        return row
    }()

    static let entries: [LedgerEntry] = [
        .row(full), .row(LedgerSample.row(2)), .session(LedgerSample.session("sess_1")),
        .row(LedgerSample.row(3) { $0.turnID = "" }),
    ]

    @Test(arguments: entries)
    func comesBackAsItWas(_ entry: LedgerEntry) {
        #expect(LedgerEntryCoding.decode(LedgerEntryCoding.encode(entry)) == entry)
    }

    @Test(arguments: entries)
    func whatBreaksOffIsNone(_ entry: LedgerEntry) {
        let bytes = LedgerEntryCoding.encode(entry)
        for count in 0..<bytes.count { #expect(LedgerEntryCoding.decode(Array(bytes.prefix(count))) == nil) }
        #expect(LedgerEntryCoding.decode(bytes + [0]) == nil)
    }

    @Test func anotherVersionIsNone() {
        var bytes = LedgerEntryCoding.encode(Self.entries[0])
        bytes[0] = 2
        #expect(LedgerEntryCoding.decode(bytes) == nil)
    }

    @Test func noByteThatIsChangedTraps() {
        let bytes = LedgerEntryCoding.encode(Self.entries[0])
        for index in bytes.indices {
            for value: UInt8 in [0x00, 0x7F, 0x80, 0xFF] {
                var changed = bytes
                changed[index] = value
                _ = LedgerEntryCoding.decode(changed)
            }
        }
    }

    @Test func longTextsAreCutAndStayDifferent() throws {
        let long = String(repeating: "é", count: 40_000)
        let entries = ["a", "b"].map { end in LedgerEntry.row(LedgerSample.row(1) { $0.turnID = long + end }) }
        let bytes = entries.map(LedgerEntryCoding.encode)
        #expect(bytes.allSatisfy { $0.count < 2_048 })
        let decoded = bytes.map(LedgerEntryCoding.decode)
        #expect(decoded[0] != nil && decoded[1] != nil && decoded[0] != decoded[1])
        #expect(LedgerEntryCoding.encode(try #require(decoded[0])) == bytes[0], "cutting once is enough")
    }
}
