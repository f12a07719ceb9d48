// RFC 8259, checked for what a peer may send: every value, every prefix of a text, depth, numbers beyond all bounds.

import Testing

@testable import Dialects

@Suite("JSON parser (RFC 8259)")
struct JSONParserTests {
    private func parse(_ text: String) throws(JSONSyntaxError) -> JSONValue {
        try JSONParser.parse(Array(text.utf8))
    }

    @Test("§3: all kinds of values, members in their order")
    func parsesValues() throws {
        let value = try self.parse(#" {"b":[1,-2.5,true,false,null],"a":{"x":"y"}, "e":1e3} "#)
        let expected: JSONValue = ["b": [1, -2.5, true, false, nil], "a": ["x": "y"], "e": .number(1_000)]
        #expect(value == expected)
        #expect(value.members.map(\.key) == ["b", "a", "e"])
    }

    @Test("§7: escapes, surrogate pairs, lone surrogates")
    func parsesStrings() throws {
        #expect(try self.parse(#""\"\\\/\b\f\n\r\tA\u00e9""#) == .string("\"\\/\u{08}\u{0C}\n\r\tAé"))
        #expect(try self.parse(#""\ud83d\ude00""#) == .string("😀"))
        #expect(try self.parse(#""\ud83dx""#) == .string("\u{FFFD}x"))
        #expect(try self.parse(#""\ud83d\u0041""#) == .string("\u{FFFD}A"))
        #expect(try self.parse(#""\ude00""#) == .string("\u{FFFD}"))
        #expect(try self.parse("\"é😀\"") == .string("é😀"))
    }

    @Test(
        "What is no JSON is refused",
        arguments: [
            "", " ", "{", "}", "[1,]", "{\"a\":1,}", "{a:1}", "{\"a\" 1}", "01", "1.", ".5", "-", "+1", "1e", "tru",
            "nul",
            "\"", "\"\\x\"", "\"\\u12g4\"", "\"\n\"", "1 2", "[1 2]", "1e999999", "\"\\u１２３４\"",
        ]
    )
    func refuses(_ text: String) {
        #expect(throws: JSONSyntaxError.self) { try self.parse(text) }
    }

    @Test("§6: integers beyond Int become floating point")
    func parsesLargeNumbers() throws {
        #expect(try self.parse("9223372036854775807") == .integer(.max))
        #expect(try self.parse("9223372036854775808") == .number(9_223_372_036_854_775_808))
        #expect(try self.parse("1e300").integer == nil)
        #expect(try self.parse("3.0").integer == 3)
    }

    @Test("Depth is bounded")
    func boundsDepth() throws {
        let allowed = JSONParser.maximumDepth - 1
        let deep = String(repeating: "[", count: allowed) + "1" + String(repeating: "]", count: allowed)
        _ = try self.parse(deep)
        #expect(throws: JSONSyntaxError.self) { try self.parse("[" + deep + "]") }
        #expect(throws: JSONSyntaxError.self) { try self.parse(String(repeating: "[", count: 100_000)) }
        #expect(throws: JSONSyntaxError.self) { try self.parse(String(repeating: "{\"a\":", count: 100_000)) }
    }

    @Test("Bytes that are no UTF-8 are refused")
    func refusesInvalidUTF8() {
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONSyntaxError.self) { try JSONParser.parse([0x22, 0xC3, 0x22]) }
    }

    @Test("Every prefix of a text is refused, and no byte changed in it traps")
    func survivesDamage() {
        let text = Array(#"{"a":[1,2.5e-3,"x\u00e9\ud83d\ude00",null,true],"b":{"c":false}}"#.utf8)
        for length in 0..<text.count {
            #expect(throws: JSONSyntaxError.self) { try JSONParser.parse(Array(text[..<length])) }
        }
        for index in text.indices {
            for byte in UInt8.min...UInt8.max {
                var damaged = text
                damaged[index] = byte
                _ = try? JSONParser.parse(damaged)
            }
        }
    }

    @Test("Of members with one name the last counts")
    func lastMemberCounts() throws {
        #expect(try self.parse(#"{"a":1,"a":2}"#)["a"] == 2)
    }
}
