// RFC 1952 §8: the check value that every CRC-32 must give.

import SessionCore
import Testing

@Suite("CRC-32")
struct CRC32Tests {
    @Test func givesTheKnownValues() {
        #expect(CRC32.checksum("123456789".utf8.span) == 0xCBF4_3926)
        #expect(CRC32.checksum("".utf8.span) == 0)
        #expect(CRC32.checksum([0].span) == 0xD202_EF8D)
    }
}
