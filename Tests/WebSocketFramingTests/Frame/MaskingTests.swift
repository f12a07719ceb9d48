// RFC 6455 §5.3.

import Testing
import WebSocketFraming

struct MaskingTests {
    static func masked(_ payload: [UInt8], _ key: UInt32, in range: Range<Int>) -> [UInt8] {
        var payload = payload
        var bytes = payload.mutableSpan
        Masking.apply(key, to: &bytes, in: range)
        return payload
    }

    /// §5.7: the masked "Hello".
    @Test func sampleOfTheRFC() {
        let masked: [UInt8] = [0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(Self.masked(Array("Hello".utf8), sampleKeyWord, in: 0..<5) == masked)
        #expect(Self.masked(masked, sampleKeyWord, in: 0..<5) == Array("Hello".utf8))
    }

    /// Every length and alignment around the vector widths, against the definition.
    @Test func agreesWithTheDefinition() {
        for offset in 0...9 {
            for length in 0...140 {
                let payload = (0..<(offset + length + 5)).map { UInt8(truncatingIfNeeded: $0 * 7) }
                var expected = payload
                for index in 0..<length { expected[offset + index] ^= sampleKey[index % 4] }
                #expect(Self.masked(payload, sampleKeyWord, in: offset..<(offset + length)) == expected)
            }
        }
    }

    /// Wherever the one byte stands that is not ASCII, around the vector widths; bytes outside the range do not count.
    @Test func tellsWhetherWhatIsMaskedIsASCII() {
        for length in 0...140 {
            var plain = [UInt8](repeating: 0x7F, count: length + 6)
            (plain[0], plain[length + 5]) = (0xFF, 0xFF)
            let range = 3..<(3 + length)
            let masked = Self.masked(plain, sampleKeyWord, in: range)
            #expect(Self.isASCII(masked, sampleKeyWord, in: range))
            #expect(Self.isASCII(plain, 0, in: range))
            for position in range {
                var other = plain
                other[position] = 0x80
                #expect(!Self.isASCII(other, 0, in: range))
                let masked = Self.masked(other, sampleKeyWord, in: range)
                #expect(!Self.isASCII(masked, sampleKeyWord, in: range))
            }
        }
    }

    private static func isASCII(_ bytes: [UInt8], _ key: UInt32, in range: Range<Int>) -> Bool {
        Masking.isASCII(bytes.span, in: range, under: key)
    }

    /// One key over another is the exclusive-or of both, and the key 0 is none.
    @Test func keysAddUp() {
        let payload = (0..<100).map { UInt8($0) }
        let twice = Self.masked(Self.masked(payload, sampleKeyWord, in: 5..<90), 0x0102_0304, in: 5..<90)
        #expect(Self.masked(payload, sampleKeyWord ^ 0x0102_0304, in: 5..<90) == twice)
        #expect(Self.masked(payload, 0, in: 0..<100) == payload)
    }

    @Test func continuesAtTheRightByteOfTheKey() {
        let payload = (0..<100).map { UInt8($0) }
        let whole = Self.masked(payload, sampleKeyWord, in: 0..<100)
        for split in 0...100 {
            let first = Self.masked(payload, sampleKeyWord, in: 0..<split)
            let both = Self.masked(first, Masking.rotate(sampleKeyWord, by: split), in: split..<100)
            #expect(both == whole)
        }
    }
}
