// Objects taken apart and put together (RFC 8259 §4).

import Dialects
import Testing

@Suite("JSONObjectText")
struct JSONObjectTextTests {
    private func object(_ text: String) throws -> JSONObjectText {
        try #require(JSONObjectText(ArraySlice(text.utf8)))
    }

    private func text(_ object: JSONObjectText) -> String { String(decoding: object.text, as: UTF8.self) }

    @Test("what is not touched stays as it was written")
    func untouched() throws {
        let object = try self.object(#" { "a" : 1.50e2 , "b":[ 1 ],"\u0063":"\u00e9" } "#)
        #expect(self.text(object) == #"{"a":1.50e2,"b":[ 1 ],"c":"\u00e9"}"#)
        #expect(object.string("c") == "é")
        #expect(object.string("a") == nil)
    }

    @Test("members are renamed in their place, replaced, removed and added")
    func changes() throws {
        var object = try self.object(#"{"a":1,"b":2,"c":3}"#)
        object.rename("b", to: "x")
        object.rename("none", to: "y")
        object["a"] = nil
        object["c"] = JSONText.null
        object["d"] = JSONText.quoted("\"")
        object.prepend("e", JSONText.bytes("true"))
        #expect(self.text(object) == #"{"e":true,"x":2,"c":null,"d":"\""}"#)
        object.rename("x", to: "c")
        object.prepend("d", JSONText.bytes("0"))
        #expect(self.text(object) == #"{"d":0,"e":true,"c":2}"#)
    }

    @Test("a change that answers nil changes nothing, nor does one of a member that is not there")
    func change() throws {
        var object = try self.object(#"{"a":1}"#)
        object.change("a") { _ in nil }
        object.change("b") { _ in JSONText.null }
        #expect(self.text(object) == #"{"a":1}"#)
        object.change("a") { value in
            #expect(Array(value) == Array("1".utf8))
            return JSONText.bytes("2")
        }
        #expect(self.text(object) == #"{"a":2}"#)
    }

    @Test("slices of slices are found where they are")
    func nested() throws {
        let outer = try self.object(#"{"a":{"b":{"c":"deep"}}}"#)
        let inner = outer["a"].flatMap { JSONObjectText($0) }?["b"].flatMap { JSONObjectText($0) }
        #expect(inner?.string("c") == "deep")
    }

    @Test(
        "what is no object, broken or ambiguous is not taken apart",
        arguments: ["", "1", "[]", #""a""#, "{", #"{"a"}"#, #"{"a":1}x"#, #"{"a":1,"a":2}"#, #"{"a":1,"\u0061":2}"#]
    )
    func refused(text: String) {
        #expect(JSONObjectText(ArraySlice(text.utf8)) == nil)
    }
}
