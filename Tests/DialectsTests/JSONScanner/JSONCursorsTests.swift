// RFC 8259 §4 and §5, without arrays of members or elements.

import Testing

@testable import Dialects

@Suite struct JSONCursorsTests {
    static func elements(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var cursor = ElementCursor(0..<bytes.count)
        var elements: [String] = []
        while let element = cursor.next(bytes.span) {
            elements.append(String(decoding: bytes[element.value], as: UTF8.self))
        }
        return elements
    }

    static func keys(_ text: String) -> [String] {
        let bytes = Array(text.utf8)
        var cursor = MemberCursor(0..<bytes.count)
        var keys: [String] = []
        while let member = cursor.next(bytes.span) { keys.append(String(decoding: bytes[member.key], as: UTF8.self)) }
        return keys
    }

    @Test(
        "Elements, as far as the text holds",
        arguments: [
            ("[]", []), ("[ ]", []), ("[1]", ["1"]),
            (#" [ 1 , "a,]" , {"b":[2]} ,[ ] ]"#, ["1", #""a,]""#, #"{"b":[2]}"#, "[ ]"]),
            ("[1,]", ["1"]), ("[1 2]", ["1"]), ("[1,x]", ["1"]), ("", []), ("[", []), ("{}", []), ("[,1]", []),
            ("[1", ["1"]),
        ] as [(String, [String])]
    )
    func elements(text: String, elements: [String]) {
        #expect(Self.elements(text) == elements)
    }

    @Test(
        "Members, as far as the text holds",
        arguments: [
            ("{}", []), (#"{"a":1,"b":[{}]}"#, ["a", "b"]), (#"{"a":1,"b":}"#, ["a"]), (#"{"a":1"#, ["a"]), ("[]", []),
            ("", []),
        ] as [(String, [String])]
    )
    func members(text: String, keys: [String]) {
        #expect(Self.keys(text) == keys)
    }
}
