// Ranges that wait to leave in one send.

import TestSupport
import Testing

@testable import Transport

@Suite("StagedRanges")
struct StagedRangesTests {
    @Test("joins adjacent ranges only")
    func joins() throws {
        let stage = try TransportStage()
        let (channel, _, _) = try stage.channel()
        var staged = StagedRanges()
        #expect(staged.isEmpty)
        // Overlapping or earlier ranges are never joined.
        let taken = [4..<6, 6..<9, 10..<11, 10..<11, 2..<4].map { staged.append($0, for: channel) }
        #expect(taken.allSatisfy { $0 })
        #expect(staged.count == 4)
        #expect(staged.onlyRange == nil)
        #expect((0..<4).map { staged.ranges[$0] } == [4..<9, 10..<11, 10..<11, 2..<4])
        channel.close()
    }

    @Test("refuses another channel's ranges and what goes beyond its limit")
    func refuses() throws {
        let stage = try TransportStage()
        let (channel, _, _) = try stage.channel()
        let (other, _, _) = try stage.channel()
        var staged = StagedRanges()
        let taken = (0..<StagedRanges.limit).map { staged.append(3 * $0..<3 * $0 + 1, for: channel) }
        #expect(taken.allSatisfy { $0 })
        let isBeyondTaken = staged.append(1000..<1001, for: channel)
        #expect(!isBeyondTaken)
        // An adjacent one needs no room.
        let last = 3 * StagedRanges.limit - 2
        let isAdjacentTaken = staged.append(last..<last + 2, for: channel)
        #expect(isAdjacentTaken)
        let isOtherTaken = staged.append(2000..<2001, for: other)
        #expect(!isOtherTaken)
        staged.removeAll()
        #expect(staged.isEmpty)
        #expect(staged.target == nil)
        let isFirstTaken = staged.append(2000..<2001, for: other)
        #expect(isFirstTaken)
        #expect(staged.target === other)
        channel.close()
        other.close()
    }
}
