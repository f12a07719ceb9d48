// Single fields at the edges of their ranges.

import Testing

@testable import SQLiteStore

@Suite("Field coding")
struct FieldCodingTests {
    @Test(arguments: [0, 1, -1, 63, 64, -64, -65, 8_191, 8_192, Int64.max, Int64.min])
    func numbersComeBack(_ number: Int64) {
        var writer = FieldWriter()
        writer.number(number)
        var reader = FieldReader(writer.bytes)
        #expect(reader.number() == number && reader.isAtEnd)
    }

    @Test func aNumberThatNeverEndsIsNone() {
        var endless = FieldReader(Array(repeating: 0xFF, count: 40))
        #expect(endless.number() == nil)
        var tooLarge = FieldReader(Array(repeating: 0xFF, count: 9) + [0x02])
        #expect(tooLarge.number() == nil)
    }

    @Test func textsComeBackAndNothingElseDoes() {
        var writer = FieldWriter()
        for text in ["", "é", "\u{0}"] { writer.text(text) }
        var reader = FieldReader(writer.bytes)
        #expect(reader.texts(3) == ["", "é", "\u{0}"])
        #expect(reader.text() == nil)
        for bytes: [UInt8] in [[2, 0xFF], [1], [0x03, 0x61], [4, 0x61]] {
            var reader = FieldReader(bytes)
            #expect(reader.text() == nil)
        }
    }

    @Test func whatMayBeAbsentSaysWhetherItIs() {
        var writer = FieldWriter()
        writer.optional(nil)
        writer.optional(-7)
        writer.byte(2)
        var reader = FieldReader(writer.bytes)
        let (absent, present, neither) = (reader.optional(), reader.optional(), reader.optional())
        #expect(absent != nil && absent?.value == nil && present?.value == -7 && neither == nil)
    }
}
