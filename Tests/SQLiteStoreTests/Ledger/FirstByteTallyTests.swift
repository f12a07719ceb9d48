// Percentiles by nearest rank, exact while there are few different values, and small whatever comes.

import Foundation
import Testing

@testable import SQLiteStore

@Suite("First byte tally")
struct FirstByteTallyTests {
    private func tally(_ values: some Sequence<Int>) -> FirstByteTally {
        var tally = FirstByteTally()
        for value in values { tally.add(value) }
        return tally
    }

    @Test func nearestRank() {
        #expect(tally([]).percentile(50) == nil)
        #expect(tally([7]).percentile(50) == 7 && tally([7]).percentile(95) == 7)
        #expect(tally([300, 100, 200]).percentile(50) == 200)
        #expect(tally([1, 2, 3, 4]).percentile(50) == 2)
        #expect(tally(1...100).percentile(50) == 50 && tally(1...100).percentile(95) == 95)
        #expect(tally([5, 5, 5, 9_000]).percentile(50) == 5 && tally([5, 5, 5, 9_000]).percentile(95) == 9_000)
    }

    @Test func comesBackAsItWas() {
        for values in [[], [0], [1, 1, 1], [0, 127, 128, 16_383, 16_384, Int(Int32.max)]] {
            #expect(FirstByteTally(encoded: tally(values).encoded) == tally(values))
        }
    }

    @Test func valuesOutsideAreCut() {
        #expect(tally([-5]).percentile(50) == 0)
        #expect(tally([.max]).percentile(50) == Int(Int32.max))
    }

    @Test func mergingIsAddingAll() {
        var one = tally(1...50)
        one.merge(tally(26...100))
        #expect(one == tally(Array(1...50) + Array(26...100)))
    }

    @Test func manyDifferentValuesStaySmallAndClose() throws {
        let values = (0..<200_000).map { ($0 * 7919) % 120_000 }
        let kept = try #require(FirstByteTally(encoded: tally(values).encoded))
        #expect(tally(values).encoded.count < 8_192)
        for percent in [50, 95] {
            let exact = try #require(tally(values).percentile(percent))
            let close = try #require(kept.percentile(percent))
            #expect(close <= exact && (exact - close) * 128 <= exact)
        }
    }

    @Test(
        arguments: [
            [0x80], [0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 1],
        ] as [[UInt8]]
    )
    func damagedBytesAreNone(_ bytes: [UInt8]) {
        #expect(FirstByteTally(encoded: Data(bytes)) == nil)
    }
}
