// RFC 8259 §2, §3, §6, §7. `TopLevelScannerTests` holds whole texts; here each construct stands alone.

import Testing

@testable import Dialects

@Suite struct JSONGrammarTests {
    /// Where a construct ends; nil where it breaks.
    static func end(
        _ text: String,
        _ skip: (borrowing Span<UInt8>, inout Int, Int) throws(JSONViolation) -> Void
    ) -> Int? {
        let bytes = Array(text.utf8)
        var index = 0
        do throws(JSONViolation) {
            try skip(bytes.span, &index, bytes.count)
            return index
        } catch {
            return nil
        }
    }

    @Test(
        "RFC 8259 §6",
        arguments: [
            ("0", 1), ("-0", 2), ("10.50", 5), ("1e5", 3), ("1E+05", 5), ("-1.5e-3,", 7), ("01", 1), ("1.", nil),
            ("", nil),
            ("-", nil), (".5", nil), ("+1", nil), ("1e", nil), ("1e+", nil), ("a", nil),
        ] as [(String, Int?)]
    )
    func skipsNumbers(text: String, expected: Int?) {
        #expect(Self.end(text, JSONGrammar.skipNumber) == expected)
    }

    @Test(
        "RFC 8259 §7: whether there are escapes is told",
        arguments: [
            (#""a"x"#, false), (#""""#, false), (#""\n""#, true), (#""a\u0041""#, true),
        ]
    )
    func skipsStrings(text: String, escapes: Bool) throws {
        let bytes = Array(text.utf8)
        var index = 0
        #expect(try JSONGrammar.skipString(bytes.span, &index, bytes.count) == escapes)
        #expect(bytes[index - 1] == 0x22)
    }

    @Test("An end within the text is respected, whatever lies behind it")
    func respectsTheEnd() {
        let bytes = Array(#""abc"123[]"#.utf8)
        for end in 0..<5 {
            var index = 0
            #expect(throws: JSONViolation.malformed(at: end)) {
                _ = try JSONGrammar.skipString(bytes.span, &index, end)
            }
        }
        var index = 5
        #expect(throws: Never.self) { try JSONGrammar.skipNumber(bytes.span, &index, 7) }
        #expect(index == 7)
    }

    @Test(
        arguments: [
            ("{}", 0, nil), ("[]", 1, 2), ("[[]]", 1, nil), ("[[]]", 2, 4), (#"{"a":[]}"#, 2, 8),
            (#"[{"a":1},2] "#, 2, 11), ("1", 0, 1),
        ] as [(String, Int, Int?)]
    )
    func countsDepth(text: String, depth: Int, expected: Int?) {
        let end = Self.end(text) { (bytes, index, end) throws(JSONViolation) in
            _ = try JSONGrammar.skipValue(bytes, &index, end, depth: depth)
        }
        #expect(end == expected)
    }

    @Test("Sixty-four alternating containers are told apart on the way out")
    func remembersKinds() {
        let open = String(repeating: #"[{"a":"#, count: 32)
        let close = String(repeating: "}]", count: 32)
        let skip = { (bytes: borrowing Span<UInt8>, index: inout Int, end: Int) throws(JSONViolation) in
            _ = try JSONGrammar.skipValue(bytes, &index, end, depth: 64)
        }
        #expect(Self.end(open + "1" + close, skip) == (open + "1" + close).utf8.count)
        #expect(Self.end(open + "1" + String(repeating: "]}", count: 32), skip) == nil)
    }
}
