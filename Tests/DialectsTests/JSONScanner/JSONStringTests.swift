// RFC 8259 §7.

import Dialects
import Foundation
import Testing

@Suite struct JSONStringTests {
    static func decode(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        return JSONString.decode(bytes.span, 0..<bytes.count)
    }

    @Test func escapesWhatMustBe() {
        #expect(
            JSONString.bytes("a\"b\\c/\n\r\t\u{0}\u{1F}\u{7F}") == Array(#""a\"b\\c/\n\r\t\u0000\u001f\u007f""#.utf8)
        )
        #expect(JSONString.bytes("\u{20AC}\u{1F600}") == Array("\"\u{20AC}\u{1F600}\"".utf8))
        var output: [UInt8] = []
        JSONString.append(orNull: nil, to: &output)
        #expect(output == Array("null".utf8))
    }

    @Test("What is written is what Foundation and we read")
    func survivesTheRoundTrip() throws {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let scalars = (0..<20).compactMap { _ in
                UnicodeScalar(
                    UInt32.random(in: 0...0x10FFFF, using: &generator) >> UInt32.random(in: 0...20, using: &generator)
                )
            }
            let text = String(String.UnicodeScalarView(scalars))
            let bytes = JSONString.bytes(text)
            #expect(JSONString.decode(bytes.span, 1..<(bytes.count - 1)) == text)
            let parsed = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? String
            #expect(parsed.map { Array($0.utf8) } == Array(text.utf8))
        }
    }

    @Test(arguments: [
        (#"\u0041\u20ac"#, "A\u{20AC}"), (#"\ud83d\ude00"#, "\u{1F600}"),
        (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{C}\n\r\t"), ("", ""),
    ])
    func decodes(text: String, expected: String) {
        #expect(Self.decode(text) == expected)
    }

    @Test(
        "G9: lone surrogates and bad escapes are refused, not repaired",
        arguments: [
            #"\ud83d"#, #"\ude00"#, #"\ud83dx"#, #"\ud83d\u0041"#, #"\ud83d\ud83d"#, #"\u12"#, #"\u12G4"#, #"\x"#,
            #"\"#, #"\u"#,
        ]
    )
    func refuses(text: String) {
        #expect(Self.decode(text) == nil)
    }

    @Test func refusesWhatIsNotUTF8OrNotThere() {
        let bytes: [UInt8] = [0x61, 0xFF]
        #expect(JSONString.decode(bytes.span, 0..<2) == nil)
        #expect(JSONString.decode(bytes.span, 0..<3) == nil)
    }

    @Test(arguments: [
        (#"[{"index":0,"delta":{"content":"abc"}}]"#, 3),
        (#"{"name" : "a\"b", "list": ["x", "yz", 1, null], "": ""}"#, 7),
        (#"["\\"]"#, 2),
        ("[]", 0),
        (#"["broken"#, 6),
    ])
    func bytesOfValuesLeavesNamesOut(_ text: String, _ count: Int) {
        let bytes = Array(text.utf8)
        #expect(JSONString.bytesOfValues(bytes.span, 0..<bytes.count) == count)
        #expect(JSONString.bytesOfValues(bytes.span, 0..<(bytes.count + 9)) == count)
    }
}
