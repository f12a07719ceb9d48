// Rendering: compact, in order, and read back as the same value.

import Testing

@testable import Dialects

@Suite("JSON renderer (RFC 8259)")
struct JSONRendererTests {
    @Test("Members keep their order, nothing is spaced")
    func rendersCompactly() {
        let value: JSONValue = ["type": "x", "a": [1, 2.5, true, nil, [:], []], "é": "ß"]
        #expect(value.text == #"{"type":"x","a":[1,2.5,true,null,{},[]],"é":"ß"}"#)
    }

    @Test("§7: what must be escaped is escaped")
    func escapes() {
        let value = JSONValue.string("\"\\\n\r\t\u{00}\u{1F}/😀")
        #expect(value.text == #""\"\\\n\r\t\u0000\u001f/😀""#)
    }

    @Test("What is rendered reads back")
    func roundTrips() throws {
        let value: JSONValue = [
            "s": "a\u{07}b", "n": .integer(.min), "d": .number(-1.5e-7), "l": [.number(1e21), "x"], "o": ["k": nil],
        ]
        #expect(try JSONParser.parse(value.rendered) == value)
    }

    @Test("A number that JSON cannot say is null")
    func rendersNonFinite() {
        #expect(JSONValue.number(.infinity).text == "null")
    }
}
