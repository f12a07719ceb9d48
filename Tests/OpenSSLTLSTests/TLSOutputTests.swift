// The block of ciphertext: order, bound, and what it keeps when emptied.

import Testing

@testable import OpenSSLTLS

struct TLSOutputTests {
    private func append(_ bytes: [UInt8], to output: TLSOutput) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe output.append($0) }
    }

    private func contents(of output: TLSOutput) -> [UInt8] {
        unsafe output.withBytes { unsafe Array($0) }
    }

    @Test func ownsNothingBeforeItsFirstUse() {
        let output = TLSOutput()
        #expect(output.isEmpty)
        #expect(output.capacity == 0)
        #expect(self.contents(of: output).isEmpty)
        output.removeAll()
        #expect(output.count == 0)
    }

    @Test func keepsWhatItTookInOrder() {
        let output = TLSOutput()
        var expected: [UInt8] = []
        for count in [0, 1, 5, 16_000, 32_768, 100_000] {
            let piece = pattern(count)
            #expect(self.append(piece, to: output))
            expected += piece
        }
        #expect(output.count == expected.count)
        #expect(self.contents(of: output) == expected)
        output.removeAll()
        #expect(output.isEmpty)
        #expect(self.append([7], to: output))
        #expect(self.contents(of: output) == [7])
    }

    @Test func takesAllOrNothingAtItsLimit() {
        let output = TLSOutput(limit: 100_000)
        #expect(self.append(pattern(99_999), to: output))
        #expect(!self.append([1, 2], to: output))
        #expect(output.count == 99_999)
        #expect(self.append([1], to: output))
        #expect(!self.append([1], to: output))
        #expect(self.contents(of: output) == pattern(99_999) + [1])
        #expect(output.capacity <= 100_000)
    }

    @Test func keepsOrdinaryRoomAndGivesBackTheRest() {
        let output = TLSOutput()
        #expect(self.append(pattern(100_000), to: output))
        output.removeAll()
        #expect(output.capacity >= 100_000)
        #expect(self.append(pattern(TLSLimits.outputBytesKept + 1), to: output))
        output.removeAll()
        #expect(output.capacity == 0)
    }

    @Test func promisesRoomOnlyForWhatSurelyFits() {
        let output = TLSOutput(limit: 1 << 20)
        let most = (0...(1 << 20)).last { output.hasRoom(forPlaintext: $0) } ?? 0
        let records = most / TLSLimits.recordPlaintext + 1
        #expect(most + records * TLSLimits.recordOverhead + TLSLimits.outputReserve <= 1 << 20)
        #expect(most > (1 << 20) - 32 * 1024)
        #expect(!output.hasRoom(forPlaintext: .max))
    }

    @Test func neverHasALimitTooSmallForOneRecord() {
        #expect(TLSOutput(limit: -1).hasRoom(forPlaintext: 1))
        #expect(TLSOutput(limit: 0).limit > TLSLimits.recordPlaintext)
    }
}
