// RFC 9112 §2.1, §2.2; robustness rows A12, A14, A19.

import Testing

@testable import HTTPFraming

@Suite struct HeadScannerTests {
    static let head = Array("\r\nGET / HTTP/1.1\r\nHost: a\r\nB: c\r\n\r\nrest".utf8)

    @Test func tellsWhereThePartsOfAHeadLie() throws {
        var scanner = HeadScanner(.request, limits: HTTPLimits())
        let end = try scanner.advance(Self.head.span)
        #expect(end == Self.head.count - 4)
        #expect(scanner.start == 2)
        #expect(scanner.startLineEnd == 16)
        #expect(scanner.fieldCount == 2)
    }

    @Test("A12: no byte is looked at twice, so dripping costs one pass")
    func neverLooksBack() throws {
        var scanner = HeadScanner(.request, limits: HTTPLimits())
        var bytes = Self.head
        for count in 0..<(Self.head.count - 4) {
            #expect(try scanner.advance(bytes.span.extracting(first: count)) == nil)
            // A second look at what has been judged would now be refused.
            for index in 0..<count { bytes[index] = 0 }
        }
        #expect(try scanner.advance(bytes.span) == Self.head.count - 4)
    }

    @Test(
        "A14: noise is refused at its first wrong byte, not at the end of a line",
        arguments: [
            ([0x16], 0), ([0x47, 0x00], 1), (Array("GET /\u{01}".utf8), 5),
            (Array("GET / HTTP/1.1\r\nA\u{01}".utf8), 17),
            (Array("GET / HTTP/1.1\r\n ".utf8), 16), (Array("GET / HTTP/1.1\rX".utf8), 15), (Array("G\n".utf8), 1),
        ] as [([UInt8], Int)]
    )
    func refusesAtOnce(bytes: [UInt8], wrong: Int) throws {
        var scanner = HeadScanner(.request, limits: HTTPLimits())
        #expect(try scanner.advance(bytes.span.extracting(first: wrong)) == nil)
        #expect(throws: HTTPViolation.self) { try scanner.advance(bytes.span) }
    }

    @Test("A response must begin with HTTP/1. byte for byte")
    func expectsTheVersion() throws {
        let version = Array("HTTP/1.".utf8)
        for index in version.indices {
            var bytes = version
            bytes[index] ^= 0x20
            var scanner = HeadScanner(.response, limits: .response)
            #expect(try scanner.advance(bytes.span.extracting(first: index)) == nil)
            #expect(throws: HTTPViolation.malformedStatusLine) { try scanner.advance(bytes.span) }
        }
    }
}
