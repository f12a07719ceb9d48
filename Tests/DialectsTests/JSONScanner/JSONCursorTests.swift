// RFC 8259 §4, §5: one walk over a text by somebody who knows its shape.

import Testing

@testable import Dialects

@Suite struct JSONCursorTests {
    /// A cursor with its text, since a span cannot be handed to `#expect`.
    private struct Walk {
        let bytes: [UInt8]
        var cursor: JSONCursor

        init(_ text: String) {
            bytes = Array(text.utf8)
            cursor = JSONCursor(0..<bytes.count)
        }

        private mutating func with<R>(_ body: (inout JSONCursor, borrowing Span<UInt8>) throws -> R) rethrows -> R {
            let bytes = self.bytes
            return try body(&cursor, bytes.span)
        }

        mutating func enterObject() throws { try with { try $0.enterObject($1) } }
        mutating func enterArray() throws { try with { try $0.enterArray($1) } }
        mutating func name() throws -> String? {
            try with { cursor, span in
                guard let name = try cursor.nextName(span) else { return nil }
                return JSONString.decode(span, name.range)
            }
        }
        mutating func element() throws -> Bool { try with { try $0.nextElement($1) } }
        mutating func kind() -> JSONMember.Kind? { with { $0.kind($1) } }
        mutating func count() throws -> Int { try with { try $0.count($1) } }
        mutating func string() throws -> String? { try with { try $0.string($1) } }
        mutating func isTrue() throws -> Bool { try with { try $0.isTrue($1) } }
        mutating func finish() throws { try with { try $0.finish($1) } }
    }

    @Test func walks() throws {
        var walk = Walk(#" {"\u0061" : [ 1 , {"b":"x\u0041"}, [] ,{} ], "n":"7","t":true,"z":null } "#)
        try walk.enterObject()
        #expect(try walk.name() == "a")
        #expect(walk.kind() == .array)
        try walk.enterArray()
        #expect(try walk.element())
        #expect(try walk.count() == 1)
        #expect(try walk.element())
        try walk.enterObject()
        #expect(try walk.name() == "b")
        #expect(try walk.string() == "xA")
        #expect(try walk.name() == nil)
        #expect(try walk.element())
        try walk.enterArray()
        #expect(try !walk.element())
        #expect(try walk.element())
        try walk.enterObject()
        #expect(try walk.name() == nil)
        #expect(try !walk.element())
        #expect(try walk.name() == "n")
        #expect(try walk.count() == 7)
        #expect(try walk.name() == "t")
        #expect(try walk.isTrue())
        #expect(try walk.name() == "z")
        #expect(walk.kind() == .null)
        #expect(try walk.string() == nil)
        #expect(try walk.name() == nil)
        try walk.finish()
    }

    /// Skips everything member by member.
    private func check(_ bytes: [UInt8]) throws(JSONViolation) {
        var cursor = JSONCursor(0..<bytes.count)
        try cursor.enterObject(bytes.span)
        while try cursor.nextName(bytes.span) != nil { _ = try cursor.skip(bytes.span) }
        try cursor.finish(bytes.span)
    }

    @Test(arguments: [
        "", "[", "{", "{,}", #"{"a"}"#, #"{"a":1,}"#, #"{"a":1 "b":2}"#, #"{"a":1}x"#, #"{"a":[1,]}"#, "{1:2}",
    ])
    func refuses(text: String) {
        #expect(throws: JSONViolation.self) { try self.check(Array(text.utf8)) }
    }

    @Test("It agrees with the tree's parser on what an object is")
    func agreesWithTheParser() {
        var generator = SeededGenerator(seed: 0xC0)
        let seed = Array(#"{"a":[1,{"b":"x\n"},[],{}],"n":"7","t":true,"z":null,"e":-1.5e3}"#.utf8)
        for _ in 0..<3_000 {
            let bytes = generator.mutate(seed, spice: #"{}[]":,0e-\u"#)
            let isObject = (try? JSONParser.parse(bytes))?.isObject == true
            let isWalked = (try? self.check(bytes)) != nil
            // The parser takes lone surrogates for U+FFFD, and refuses numbers beyond all bounds and what is not UTF-8.
            let isOdd = String(decoding: bytes, as: UTF8.self).contains(#"\u"#)
            #expect(isObject == isWalked || isOdd || isWalked)
        }
    }
}
