// RFC 9112 §5, §6.1-§6.3, §9.3. `RequestParserTests` and `ResponseParserTests` hold the refusals row by row.

import Testing

@testable import HTTPFraming

@Suite struct FieldSectionTests {
    static func parse(_ lines: String, limits: HTTPLimits = HTTPLimits()) throws(HTTPViolation) -> HeaderFields {
        let bytes = Array("start\r\n\(lines)\r\n".utf8)
        return try FieldSection.parse(bytes.span, 7..<bytes.count, count: 0, limits: limits)
    }

    @Test("RFC 9112 §5.1: blanks around a value do not belong to it, those within do")
    func trimsValues() throws {
        let fields = try Self.parse("A:b\r\nB: \t c d\t \r\nC:\r\nD: \t\r\nE: :x:\r\n")
        #expect(fields == [("A", "b"), ("B", "c d"), ("C", ""), ("D", ""), ("E", ":x:")].fields)
        #expect(try Self.parse("").isEmpty)
    }

    @Test("A24") func dropsOrKeepsUnderscoredNames() throws {
        #expect(try Self.parse("a_b: c\r\nd: e\r\n").count == 1)
        var limits = HTTPLimits()
        limits.underscoredNames = .keep
        #expect(try Self.parse("a_b: c\r\nd: e\r\n", limits: limits)["A_B"] == "c")
        #expect(throws: HTTPViolation.invalidFieldName) { try Self.parse("a_b : c\r\n") }
    }

    @Test func readsTheLength() throws {
        #expect(try FieldSection.length([:], minorVersion: 1) == .unstated)
        #expect(try FieldSection.length(["Content-Length": "007"], minorVersion: 0) == .length(7))
        #expect(try FieldSection.length(["Content-Length": "9223372036854775807"], minorVersion: 1) == .length(.max))
        #expect(try FieldSection.length(["Transfer-Encoding": "CHUNKED"], minorVersion: 1) == .chunked)
    }

    @Test func readsPersistence() {
        #expect(FieldSection.keepAlive([:], minorVersion: 1))
        #expect(!FieldSection.keepAlive([:], minorVersion: 0))
        #expect(!FieldSection.keepAlive(["Connection": "keep-alive, close"], minorVersion: 1))
        #expect(FieldSection.keepAlive(["Connection": "x, keep-alive"], minorVersion: 0))
    }
}

extension [(String, String)] {
    fileprivate var fields: HeaderFields { HeaderFields(self) }
}
