// One object held to another, byte for byte where nothing changes (RFC 8259).

import Dialects
import Testing

@Suite("JSONBinding")
struct JSONBindingTests {
    private func text(_ bytes: [UInt8]?) -> String? { bytes.map { String(decoding: $0, as: UTF8.self) } }

    @Test(
        "bound members win, objects merge, the rest stays as it was written",
        arguments: [
            ("{}", "{}", "{}"), (#"{"a":1}"#, "{}", #"{"a":1}"#), ("{}", #"{"a":1}"#, #"{"a":1}"#),
            (#"{"a":1,"b":1.50e2}"#, #"{"a":[2]}"#, #"{"a":[2],"b":1.50e2}"#),
            (#"{"a":{"x":1,"y":2}}"#, #"{"a":{"y":3,"z":4}}"#, #"{"a":{"x":1,"y":3,"z":4}}"#),
            (#"{"a":null}"#, #"{"a":{"y":3}}"#, #"{"a":{"y":3}}"#), (#"{"a":{"y":3}}"#, #"{"a":null}"#, #"{"a":null}"#),
            (#"{"\u0061":1}"#, #"{"a":2}"#, #"{"a":2}"#), (#" { "é" : "\n" } "#, "{}", #"{"é":"\n"}"#),
        ]
    )
    func bind(object: String, bound: String, expected: String) throws {
        let result = try JSONBinding.bind(Array(object.utf8), to: Array(bound.utf8))
        #expect(self.text(result) == expected)
    }

    @Test(
        "what is bound is taken out, also from within",
        arguments: [
            (#"{"a":1,"b":2}"#, #"{"a":null}"#, #"{"b":2}"#),
            (#"{"a":{"x":1,"y":2}}"#, #"{"a":{"y":null}}"#, #"{"a":{"x":1}}"#),
            (#"{"a":{"y":2}}"#, #"{"a":{"y":null}}"#, "{}"), (#"{"a":{"y":2}}"#, #"{"a":1}"#, "{}"),
            (#"{"\u0061":1}"#, #"{"a":2}"#, "{}"),
        ]
    )
    func remove(object: String, bound: String, expected: String) throws {
        let result = try JSONBinding.remove(Array(bound.utf8), from: Array(object.utf8))
        #expect(self.text(result) == expected)
    }

    @Test("one member is changed and the others are not")
    func change() throws {
        let result = try JSONBinding.change("b", in: Array(#"{"a":1,"b":[2],"c":"x"}"#.utf8)) { _ in [0x37] }
        #expect(self.text(result) == #"{"a":1,"b":7,"c":"x"}"#)
    }

    @Test("a value is found by its path")
    func value() {
        let object = Array(#"{"a":{"b":{"c":[1, 2]}},"d":1}"#.utf8)
        #expect(self.text(JSONBinding.value(["a", "b", "c"], of: object)) == "[1, 2]")
        #expect(JSONBinding.value(["a", "x"], of: object) == nil)
        #expect(JSONBinding.value(["d", "x"], of: object) == nil)
    }

    @Test("G10: a name that stands twice, at any depth that is merged, is refused")
    func duplicates() {
        for text in [#"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#, #"{"o":{"a":1,"a":2}}"#, "[]", "{", #"{"a":}"#] {
            #expect(throws: JSONViolation.self) {
                try JSONBinding.bind(Array(text.utf8), to: Array(#"{"o":{"z":1}}"#.utf8))
            }
        }
    }
}
