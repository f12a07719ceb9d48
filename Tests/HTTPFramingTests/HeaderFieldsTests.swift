// RFC 9110 §5.

import HTTPFraming
import Testing

@Suite struct HeaderFieldsTests {
    let fields = HeaderFields([
        ("Host", "a"), ("Accept", "text/html"), ("ACCEPT", "text/plain"), ("Connection", "keep-alive,\tUpgrade ,,x"),
    ])

    @Test("RFC 9110 §5.1: names compare without case")
    func looksUpByName() {
        #expect(fields["host"] == "a")
        #expect(fields["accept"] == "text/html")
        #expect(fields.values("Accept") == ["text/html", "text/plain"])
        #expect(fields.values("x") == [])
        #expect(fields.contains("HOST"))
        #expect(!fields.contains("hos"))
        #expect(fields["hosts"] == nil)
        #expect(fields.count == 4)
        #expect(fields.count(of: "accept") == 2)
    }

    @Test("RFC 9110 §5.6.1: lists may be spread over lines and blanks")
    func looksUpTokens() {
        #expect(fields.containsToken("connection", "upgrade"))
        #expect(fields.containsToken("connection", "X"))
        #expect(!fields.containsToken("connection", "up"))
        #expect(!fields.containsToken("connection", ""))
        #expect(fields.containsToken("accept", "text/plain"))
    }

    @Test func visitsInOrderWithTheCaseThatCame() {
        var visited: [String] = []
        for (name, value) in fields { visited.append("\(name)=\(value)") }
        #expect(visited == ["Host=a", "Accept=text/html", "ACCEPT=text/plain", "Connection=keep-alive,\tUpgrade ,,x"])
    }

    @Test func takesAllOfAnother() {
        var both = HeaderFields([("a", "1")])
        both.append(contentsOf: fields)
        both.append(contentsOf: HeaderFields())
        #expect(both.count == 5)
        #expect(both["a"] == "1" && both["host"] == "a")
        #expect(both.values("accept") == ["text/html", "text/plain"])
    }

    @Test(
        "A23: what could break out of its line is refused",
        arguments: [
            ("a", "b\r\nSet-Cookie: c"), ("a", "b\n"), ("a", "\r"), ("a", "b\0"), ("a\r\n", "b"), ("a b", "c"),
            ("", "c"),
            ("a:", "b"), ("a", "b\u{7F}"),
        ]
    )
    func refusesInjection(name: String, value: String) {
        var fields = HeaderFields()
        let appended = fields.append(name, value)
        let replaced = fields.set(name, value)
        #expect(!appended)
        #expect(!replaced)
        #expect(fields.isEmpty)
        #expect(HeaderFields([(name, value), ("ok", "1")]).count == 1)
    }

    @Test func appendsSetsAndRemoves() {
        var fields = fields
        let appended = fields.append("X-Request-ID", "r\u{E9}q")
        #expect(appended)
        #expect(fields["x-request-id"] == "r\u{E9}q")
        fields.remove("accept")
        #expect(!fields.contains("accept"))
        let replaced = fields.set("HOST", "b")
        #expect(replaced)
        #expect(fields.values("host") == ["b"])
        #expect(fields.count == 3)
    }

    @Test("What was removed is not written, and what stood behind it still is")
    func writesWhatIsLeft() {
        var fields: HeaderFields = ["a": "1", "B": "22", "a": "333", "c": "4"]
        fields.remove("A")
        fields.append("d", "")
        fields.append(contentsOf: ["e": "5"])
        #expect(fields["b"] == "22" && fields["c"] == "4" && fields["e"] == "5")
        let head = String(decoding: HeadSerializer.response(status: 204, fields: fields), as: UTF8.self)
        #expect(head == "HTTP/1.1 204 No Content\r\nB: 22\r\nc: 4\r\nd: \r\ne: 5\r\n\r\n")
        fields.remove("b")
        fields.remove("e")
        #expect(fields == ["c": "4", "d": ""])
    }

    @Test("A refused value leaves what was there")
    func setChangesNothingWhenRefused() {
        var fields = fields
        let replaced = fields.set("host", "\n")
        #expect(!replaced)
        #expect(fields == self.fields)
    }

    @Test func comparesNamesWithoutCaseAndValuesWithIt() {
        let fields: HeaderFields = ["A": "x", "b": "y"]
        #expect(fields == ["a": "x", "B": "y"])
        #expect(fields != ["a": "X", "b": "y"])
        #expect(fields != ["b": "y", "a": "x"])
        #expect(fields != ["a": "x"])
        var roundabout: HeaderFields = ["c": "z", "a": "x", "b": "y"]
        roundabout.remove("c")
        #expect(roundabout == fields)
    }

    @Test("G1: a description tells no value")
    func describesNamesOnly() {
        #expect("\(HeaderFields([("Authorization", "Bearer k")]))" == "HeaderFields(Authorization)")
    }

    @Test("Bytes that are not UTF-8 do not trap")
    func repairsForeignText() throws {
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nX: ".utf8) + [0xFF, 0xE9] + Array("\r\n\r\n".utf8)
        #expect(requestOutcome(bytes).head?.fields["x"] == "\u{FFFD}\u{FFFD}")
    }
}
