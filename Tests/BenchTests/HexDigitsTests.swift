// Numbers as eight digits.

import BenchCore
import Testing

@Suite struct HexDigitsTests {
    private func text(_ value: UInt32) -> String {
        let word = HexDigits.word(value)
        // Memory order, which is what counts.
        return String(
            decoding: (0..<8).map { UInt8(truncatingIfNeeded: word.littleEndian >> UInt64(8 * $0)) },
            as: UTF8.self
        )
    }

    @Test func eachNibbleHasItsDigit() {
        #expect(self.text(0x0123_4567) == "01234567")
        #expect(self.text(0x89AB_CDEF) == "89abcdef")
        #expect(self.text(0) == "00000000")
        #expect(self.text(.max) == "ffffffff")
        #expect(self.text(0x9A00_00A9) == "9a0000a9")
    }

    @Test func readingUndoesWriting() {
        for value: UInt32 in [0, 1, 9, 10, 15, 16, 0x0001_0000, 0x8000_0000, 0xDEAD_BEEF, .max] {
            #expect(HexDigits.value(Array(self.text(value).utf8)) == value)
        }
    }

    @Test func whatIsNoNumberIsNone() {
        #expect(HexDigits.value(Array("0123456".utf8)) == nil)
        #expect(HexDigits.value(Array("012345678".utf8)) == nil)
        #expect(HexDigits.value(Array("0123456g".utf8)) == nil)
        #expect(HexDigits.value(Array("0123456A".utf8)) == nil)
    }
}
