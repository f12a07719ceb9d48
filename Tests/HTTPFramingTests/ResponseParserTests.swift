// RFC 9112 §4, §6.3, §9.3; RFC 9110 §15.2.

import HTTPFraming
import Testing

@Suite struct ResponseParserTests {
    static let plain = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\n"
    static let switching =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
    static let stream = "HTTP/1.1 200 \r\nTransfer-Encoding: Chunked\r\n\r\n"

    @Test func readsAStatusLineAndItsFields() throws {
        let head = try #require(responseOutcome(Self.plain).head)
        #expect(head.status == 200)
        #expect(head.reason == "OK")
        #expect(head.minorVersion == 1)
        #expect(head.fields["content-type"] == "text/plain")
        #expect(head.body == .length(5))
        #expect(head.keepAlive)
    }

    @Test("The same head however the bytes are cut", arguments: [plain, switching, stream])
    func isIndifferentToCuts(text: String) {
        let bytes = Array(text.utf8)
        let expected = responseOutcome(bytes)
        #expect(expected.head != nil)
        #expect(responseOutcome(bytes, .single(bytes.count)) == expected)
        for index in 0...bytes.count {
            #expect(responseOutcome(bytes, .split(bytes.count, at: index)) == expected)
        }
    }

    @Test("E4: a 101 has no body, and what is glued to it is left alone")
    func stopsBehindTheUpgrade() throws {
        let bytes = Array(Self.switching.utf8) + [0x81, 0x01, 0x61]
        guard case .head(let head, let consumed) = responseOutcome(bytes) else {
            Issue.record("no head")
            return
        }
        #expect(head.body == .none)
        #expect(!head.isInterim)
        #expect(consumed == bytes.count - 3)
    }

    @Test(
        "RFC 9112 §6.3: which responses have a body",
        arguments: [
            ("200 OK", "Content-Length: 7\r\n", HTTPMethod.get, BodyFraming.length(7), true),
            ("200 OK", "Content-Length: 0\r\n", .get, .none, true),
            ("200 OK", "Transfer-Encoding: chunked\r\n", .post, .chunked, true),
            ("200 OK", "Transfer-Encoding: chunked\r\nConnection: close\r\n", .post, .chunked, false),
            ("200 OK", "", .get, .untilClose, false),
            ("200 OK", "Content-Length: 7\r\n", .head, .none, true),
            ("304 Not Modified", "Content-Length: 7\r\n", .get, .none, true),
            ("204 No Content", "", .get, .none, true),
            ("204 No Content", "Content-Length: 0\r\n", .get, .none, true),
            ("204 No Content", "Content-Length: 7\r\n", .get, .none, false),
            ("204 No Content", "Transfer-Encoding: chunked\r\n", .get, .none, false),
            ("100 Continue", "Content-Length: 7\r\n", .get, .none, false),
            ("200 OK", "", .connect, .none, false),
        ]
    )
    func framesTheBody(
        status: String,
        fields: String,
        method: HTTPMethod,
        body: BodyFraming,
        keepAlive: Bool
    ) throws {
        let head = try #require(responseOutcome("HTTP/1.1 \(status)\r\n\(fields)\r\n", method: method).head)
        #expect(head.body == body)
        #expect(head.keepAlive == keepAlive)
    }

    @Test("RFC 9112 §9.3: HTTP/1.0 persists only where it says so")
    func readsOldVersions() throws {
        let closing = try #require(responseOutcome("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n").head)
        #expect(closing.minorVersion == 0)
        #expect(!closing.keepAlive)
        let text = "HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n"
        #expect(try #require(responseOutcome(text).head).keepAlive)
    }

    @Test("The blank before a missing reason may be missing too")
    func toleratesAMissingReason() throws {
        let head = try #require(responseOutcome("HTTP/1.1 429\r\n\r\n").head)
        #expect(head.status == 429)
        #expect(head.reason == "")
    }

    @Test(
        "E5, E1: what is no response is refused at once",
        arguments: [
            ("SSH-2.0-OpenSSH", HTTPViolation.malformedStatusLine),
            ("<html>", .malformedStatusLine),
            ("\r\nHTTP/1.1 200 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/2 200\r\n", .malformedStatusLine),
            ("HTTP/1.1 20\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 2OO OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 099 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 600 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 2000 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1  200 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.x 200 OK\r\n\r\n", .malformedStatusLine),
            ("HTTP/1.1 200 O\0K\r\n\r\n", .controlByte),
            ("HTTP/1.1 200 OK\nA: b\n\n", .bareLineFeed),
            ("HTTP/1.1 200 OK\r\nA: b\nC: d\r\n\r\n", .bareLineFeed),
            ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", .invalidFieldName),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n", .invalidContentLength),
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .conflictingLengths),
            ("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", .unsupportedTransferEncoding),
            ("HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", .invalidTransferEncoding),
        ]
    )
    func refuses(text: String, violation: HTTPViolation) {
        let bytes = Array(text.utf8)
        #expect(responseOutcome(bytes) == .violation(violation))
        #expect(responseOutcome(bytes, .single(bytes.count)) == .violation(violation))
    }

    @Test("E5: endless headers are refused at the limit")
    func boundsTheHead() {
        let endless = Array("HTTP/1.1 200 OK\r\nx: \(String(repeating: "v", count: 20_000))".utf8)
        #expect(responseOutcome(endless) == .violation(.headTooLarge))
        let reason = Array("HTTP/1.1 200 \(String(repeating: "v", count: 20_000))".utf8)
        #expect(responseOutcome(reason) == .violation(.headTooLarge))
    }

    @Test("E5: interim responses are returned, and counted")
    func boundsInterimResponses() throws {
        let interim = Array("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".utf8)
        var parser = ResponseParser(limits: .response, requestMethod: .post)
        for _ in 0..<8 {
            let (head, consumed) = try #require(try parser.parse(interim.span))
            #expect(head.isInterim)
            #expect(head.body == .none)
            #expect(consumed == interim.count)
        }
        let final = Array(Self.plain.utf8)
        var patient = parser
        #expect(try patient.parse(final.span)?.head.status == 200)
        #expect(throws: HTTPViolation.tooManyInterimResponses) { try parser.parse(interim.span) }
    }

    @Test("Mutated heads come out the same whole, byte by byte and split")
    func agreesWithItselfOnNoise() {
        var generator = SeededGenerator(seed: 0xBEEF)
        let seeds = [Self.plain, Self.switching, Self.stream].map { Array($0.utf8) }
        for round in 0..<1_000 {
            let bytes = generator.mutate(seeds[round % seeds.count])
            let whole = responseOutcome(bytes)
            #expect(responseOutcome(bytes, .single(bytes.count)) == whole)
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            #expect(responseOutcome(bytes, .split(bytes.count, at: cut)) == whole)
        }
    }
}
