// ECMA-48 §5.4 control sequences as xterm sends them, and UTF-8 (RFC 3629 §3), at every split.

import RTCatCore
import Testing

@Suite struct KeyDecoderTests {
    private static let sequences: [(String, [Key])] = [
        ("a", [.character("a")]), ("é", [.character("é")]), ("日本", [.character("日"), .character("本")]),
        ("😀", [.character("😀")]), ("\r", [.enter]), ("\n", [.enter]), ("\t", [.tab]), ("\u{7F}", [.backspace]),
        ("\u{08}", [.backspace]), ("\u{01}\u{05}", [.control("a"), .control("e")]), ("\u{1B}[A", [.up]),
        ("\u{1B}OB", [.down]), ("\u{1B}[C\u{1B}[D", [.right, .left]), ("\u{1B}[1;5C", [.wordRight]),
        ("\u{1B}[1;3D", [.wordLeft]), ("\u{1B}[H\u{1B}[F", [.home, .end]), ("\u{1B}OH\u{1B}OF", [.home, .end]),
        ("\u{1B}[1~\u{1B}[4~\u{1B}[3~", [.home, .end, .delete]), ("\u{1B}[5~", [.unknown]),
        ("\u{1B}b\u{1B}F", [.alt("b"), .alt("f")]), ("\u{1B}\u{7F}", [.control("w")]),
        ("\u{1B}[200~x\u{1B}[201~", [.pasteBegin, .character("x"), .pasteEnd]), ("\u{1B}\u{1B}[A", [.up]),
        ("\u{1B}[?25h", [.unknown]), ("\u{1B}[99999999A", [.up]),
    ]

    @Test(arguments: Self.sequences)
    func decodesAtEverySplit(_ text: String, _ keys: [Key]) {
        let bytes = Array(text.utf8)
        for split in 0...bytes.count {
            var decoder = KeyDecoder()
            let first = decoder.decode(bytes[..<split])
            let second = decoder.decode(bytes[split...])
            #expect(first + second == keys)
        }
    }

    @Test(arguments: Self.sequences)
    func decodesByteByByte(_ text: String, _ keys: [Key]) {
        var decoder = KeyDecoder()
        let decoded = text.utf8.flatMap { decoder.decode([$0]) }
        #expect(decoded == keys)
    }

    @Test func brokenUTF8IsDroppedAndWhatFollowsKept() {
        var decoder = KeyDecoder()
        #expect(
            decoder.decode([0xC3, 0x61, 0xFF, 0x62, 0x80, 0xE0, 0x80, 0x80, 0x63])
                == ["a", "b", "c"].map { Key.character($0) }
        )
    }

    @Test func anEndlessSequenceIsGivenUp() {
        var decoder = KeyDecoder()
        let bytes = [0x1B, UInt8(ascii: "[")] + [UInt8](repeating: UInt8(ascii: "1"), count: KeyDecoder.sequenceLimit)
        #expect(decoder.decode(bytes).isEmpty)
        #expect(decoder.decode([UInt8(ascii: "1"), UInt8(ascii: "x")]) == [.unknown, .character("x")])
    }

    @Test func allBytesAreHarmless() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<200 {
            var decoder = KeyDecoder()
            _ = decoder.decode((0..<100).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
    }
}
