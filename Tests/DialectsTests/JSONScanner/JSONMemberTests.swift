import Dialects
import Testing

@Suite struct JSONMemberTests {
    @Test("Ranges that do not lie in the bytes answer nothing instead of trapping")
    func survivesForeignRanges() {
        let bytes = Array(#""ab""#.utf8)
        let beyond = JSONMember(key: 2..<9, keyHasEscapes: false, value: 1..<2, kind: .string)
        #expect(beyond.isNamed("abcdefg", in: bytes.span) == false)
        #expect(beyond.string(in: bytes.span) == nil)
        let escaped = JSONMember(key: 2..<9, keyHasEscapes: true, value: 0..<4, kind: .string)
        #expect(escaped.isNamed("x", in: bytes.span) == false)
        #expect(escaped.string(in: bytes.span) == "ab")
    }

    @Test func answersForItsOwnKindOnly() {
        let bytes = Array("12".utf8)
        let number = JSONMember(key: 0..<0, keyHasEscapes: false, value: 0..<2, kind: .number)
        #expect(number.count(in: bytes.span) == 12)
        #expect(number.bool(in: bytes.span) == nil)
        #expect(number.string(in: bytes.span) == nil)
        let other = JSONMember(key: 0..<0, keyHasEscapes: false, value: 0..<2, kind: .string)
        #expect(other.count(in: bytes.span) == nil)
    }
}
