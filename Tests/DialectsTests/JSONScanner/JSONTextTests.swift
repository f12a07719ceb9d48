// Values as they are written (RFC 8259 §5, §7).

import Dialects
import Testing

@Suite("JSONText")
struct JSONTextTests {
    private func elements(_ text: String) -> [String]? {
        JSONText.elements(ArraySlice(text.utf8))?.map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("an array's elements keep their spelling")
    func elements() {
        #expect(self.elements("[]") == [])
        #expect(self.elements(#" [ 1.0 , {"a":[2]},"x,]" ,null] "#) == ["1.0", #"{"a":[2]}"#, #""x,]""#, "null"])
        let inner = JSONText.elements(JSONText.bytes("[[1],[2,3]]"))?.last.flatMap(JSONText.elements)
        #expect(inner?.count == 2)
    }

    @Test("what is no array has no elements", arguments: ["", "{}", "[", "[1,]", "[1", "[1 2]", "[1]]", "[1],", "]"])
    func none(text: String) {
        #expect(self.elements(text) == nil)
    }

    @Test("an array is put together")
    func array() {
        let text = JSONText.array([JSONText.bytes("1"), JSONText.quoted("a\"b"), JSONText.null])
        #expect(String(decoding: text, as: UTF8.self) == #"[1,"a\"b",null]"#)
        #expect(JSONText.array([]).elementsEqual("[]".utf8))
    }

    @Test("only strings have a text")
    func string() {
        #expect(JSONText.string(JSONText.bytes(#""a\nb""#)) == "a\nb")
        #expect(JSONText.string(JSONText.bytes("12")) == nil)
        #expect(JSONText.string(JSONText.bytes(#"""#)) == nil)
        #expect(JSONText.string(JSONText.bytes("")) == nil)
    }
}
