// RFC 9112 §2-§3, §6, §9; RFC 9110 §7.2, §10.1.1.

import HTTPFraming
import Testing

@Suite struct RequestParserTests {
    static let plain = "GET /v1/models?limit=3&x=%20 HTTP/1.1\r\nHost: relay.example:8080\r\nAccept: */*\r\n\r\n"
    static let posted =
        "POST /v1/chat/completions HTTP/1.1\r\nhost: [::1]:80\r\nContent-Type: application/json\r\n"
        + "CONTENT-LENGTH: 12\r\nExpect: 100-Continue\r\nConnection: close\r\n\r\n"
    static let upgrade =
        "GET http://relay.example/v1/realtime HTTP/1.1\r\nHost: Relay.Example\r\nConnection: keep-alive, Upgrade\r\n"
        + "Upgrade: websocket\r\nSec-WebSocket-Version:13\r\n\r\n"

    @Test func readsARequestLineAndItsFields() throws {
        let head = try #require(requestOutcome(Self.plain).head)
        #expect(head.method == .get)
        #expect(head.target == "/v1/models?limit=3&x=%20")
        #expect(head.path == "/v1/models")
        #expect(head.query == "limit=3&x=%20")
        #expect(head.minorVersion == 1)
        #expect(head.fields == HeaderFields([("Host", "relay.example:8080"), ("Accept", "*/*")]))
        #expect(head.body == .none)
        #expect(head.keepAlive)
        #expect(!head.expectsContinue)
        #expect(!head.isUpgrade)
    }

    @Test func readsWhatTheFieldsSayOfTheMessage() throws {
        let head = try #require(requestOutcome(Self.posted).head)
        #expect(head.method == .post)
        #expect(head.query == nil)
        #expect(head.body == .length(12))
        #expect(head.expectsContinue)
        #expect(!head.keepAlive)
    }

    @Test("RFC 9112 §3.2.2: an absolute target names the same host as Host, whatever the case")
    func readsAnAbsoluteTarget() throws {
        let head = try #require(requestOutcome(Self.upgrade).head)
        #expect(head.path == "/v1/realtime")
        #expect(head.isUpgrade)
        let bare = try #require(requestOutcome("GET http://a?k=v HTTP/1.1\r\nHost: a\r\n\r\n").head)
        #expect(bare.path == "/")
        #expect(bare.query == "k=v")
    }

    @Test func readsTheAsteriskForm() throws {
        let head = try #require(requestOutcome("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").head)
        #expect(head.path == "*")
    }

    @Test(
        "RFC 9112 §9.3",
        arguments: [
            ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
            ("HTTP/1.1", "Connection: x\r\nConnection: foo , CLOSE\r\n", false),
            ("HTTP/1.0", "", false), ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
            ("HTTP/1.0", "Connection: keep-alive, close\r\n", false),
        ]
    )
    func decidesOnPersistence(version: String, fields: String, expected: Bool) throws {
        let head = try #require(requestOutcome("GET / \(version)\r\nHost: a\r\n\(fields)\r\n").head)
        #expect(head.keepAlive == expected)
    }

    @Test("The same head however the bytes are cut", arguments: [plain, posted, upgrade, "\r\n\r\n" + plain])
    func isIndifferentToCuts(text: String) {
        let bytes = Array(text.utf8)
        let expected = requestOutcome(bytes)
        #expect(expected.head != nil)
        #expect(requestOutcome(bytes, .single(bytes.count)) == expected)
        for index in 0...bytes.count {
            #expect(requestOutcome(bytes, .split(bytes.count, at: index)) == expected)
            if index < bytes.count { #expect(requestOutcome(Array(bytes[..<index])) == .needsMore) }
        }
    }

    @Test("A15: pipelined requests come out in order, and consumed stops before the body")
    func parsesOneRequestAfterAnother() throws {
        let first = Array(Self.plain.utf8)
        let second = Array(Self.posted.utf8)
        let bytes = first + second + Array("{}".utf8)
        var parser = RequestParser(limits: HTTPLimits())
        let one = try #require(try parser.parse(bytes.span))
        #expect(one.consumed == first.count)
        let two = try #require(try parser.parse(bytes.span.extracting(one.consumed..<bytes.count)))
        #expect(two.head.path == "/v1/chat/completions")
        #expect(one.consumed + two.consumed == bytes.count - 2)
    }

    // MARK: Refusals

    struct Refusal: Sendable, CustomTestStringConvertible {
        var row: String
        var text: String
        var violation: HTTPViolation
        var testDescription: String { "\(row) \(text.debugDescription.prefix(70))" }

        init(_ row: String, _ text: String, _ violation: HTTPViolation) {
            self.row = row
            self.text = text
            self.violation = violation
        }

        /// A POST with these field lines.
        init(_ row: String, fields: String, _ violation: HTTPViolation, version: String = "HTTP/1.1") {
            self.init(row, "POST / \(version)\r\nHost: a\r\n\(fields)\r\n\r\n", violation)
        }
    }

    static let lengths: [Refusal] = [
        Refusal("A1", fields: "Content-Length: 3\r\nTransfer-Encoding: chunked", .conflictingLengths),
        Refusal("A1", fields: "Transfer-Encoding: chunked\r\nContent-Length: 0", .conflictingLengths),
        Refusal("A2", fields: "Content-Length: 3\r\nContent-Length: 3", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: 3, 3", .invalidContentLength),
        Refusal("A2", fields: "Content-Length:", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: +5", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: -5", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: 0x5", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: 5 5", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: 9223372036854775808", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: 99999999999999999999", .invalidContentLength),
        Refusal("A2", fields: "Content-Length: 00000000000000000003", .invalidContentLength),
        Refusal("A3", fields: "Transfer-Encoding: xchunked", .unsupportedTransferEncoding),
        Refusal("A3", fields: "Transfer-Encoding: gzip", .unsupportedTransferEncoding),
        Refusal("A3", fields: "Transfer-Encoding: \u{0B}chunked", .controlByte),
        Refusal("A3", fields: "Transfer-Encoding: chunked, chunked", .invalidTransferEncoding),
        Refusal("A3", fields: "Transfer-Encoding: gzip, chunked", .invalidTransferEncoding),
        Refusal("A3", fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", .invalidTransferEncoding),
        Refusal("A3", fields: "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", .invalidTransferEncoding),
        Refusal("A3", fields: "Transfer-Encoding:", .invalidTransferEncoding),
        Refusal("A3", fields: "Transfer-Encoding: chunked;q=1", .invalidTransferEncoding),
        Refusal("A4", fields: "Transfer-Encoding: chunked", .invalidTransferEncoding, version: "HTTP/1.0"),
        Refusal("A4", fields: "Accept: */*", .lengthRequired, version: "HTTP/1.0"),
        Refusal("A7", fields: "Content-Length: 33554433", .bodyTooLarge),
        Refusal("A17", fields: "Expect: 200-ok\r\nContent-Length: 1", .unknownExpectation),
    ]

    static let fields: [Refusal] = [
        Refusal("A8", fields: "A: b\r\n folded", .obsoleteFolding),
        Refusal("A8", fields: "A: b\r\n\tfolded", .obsoleteFolding),
        Refusal("A8", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", .obsoleteFolding),
        Refusal("A8", fields: "A : b", .invalidFieldName),
        Refusal("A8", fields: ": b", .invalidFieldName),
        Refusal("A8", fields: "A", .invalidFieldName),
        Refusal("A8", fields: "A\u{E9}: b", .invalidFieldName),
        Refusal("A8", fields: "A(: b", .invalidFieldName),
        Refusal("A8", fields: "A: b\0c", .controlByte),
        Refusal("A8", fields: "A\0: b", .controlByte),
        Refusal("A8", fields: "A: b\u{7F}", .controlByte),
        Refusal("A8", fields: "A: b\rc", .bareCarriageReturn),
        Refusal("A8", fields: "A: b\r\r\n", .bareCarriageReturn),
        Refusal("A9", "GET / HTTP/1.1\nHost: a\n\n", .bareLineFeed),
        Refusal("A9", fields: "A: b\nC: d", .bareLineFeed),
        Refusal("A9", "GET / HTTP/1.1\r\nHost: a\r\n\n", .bareLineFeed),
        Refusal("A10", "GET / HTTP/1.1\r\nAccept: */*\r\n\r\n", .missingHost),
        Refusal("A10", "GET / HTTP/1.1\r\n\r\n", .missingHost),
        Refusal("A10", fields: "HOST: a", .duplicateHost),
        Refusal("A10", "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", .invalidHost),
        Refusal("A10", "GET / HTTP/1.1\r\nHost:\r\n\r\n", .invalidHost),
        Refusal("A10", "GET / HTTP/1.1\r\nHost: a,b\r\n\r\n", .invalidHost),
        Refusal("A10", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", .invalidHost),
        Refusal("A10", "GET / HTTP/1.1\r\nHost: a:65536\r\n\r\n", .invalidHost),
        Refusal("A10", "GET / HTTP/1.1\r\nHost: [::1\r\n\r\n", .invalidHost),
        Refusal("A10", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n", .hostMismatch),
        Refusal("A10", "GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", .duplicateHost),
    ]

    static let startLines: [Refusal] = [
        Refusal("A13", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A13", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("A13", "GET /a\u{01} HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A13", "GET /a\tb HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A13", "GET /\u{E9} HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A13", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("A13", "GET /  HTTP/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("A13", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("A13", "GET v1/models HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A13", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A13", "GET http:/// HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A13", "GET http://u:p@a/ HTTP/1.1\r\nHost: a\r\n\r\n", .invalidTarget),
        Refusal("A14", "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", .unsupportedMethod),
        Refusal("A14", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .invalidTarget),
        Refusal("A14", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", .unsupportedVersion),
        Refusal("A14", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", .unsupportedVersion),
        Refusal("A14", "GET / http/1.1\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("A14", "GET /\r\nHost: a\r\n\r\n", .malformedRequestLine),
        Refusal("A14", "GET\r\n", .malformedRequestLine),
        Refusal("A14", " / HTTP/1.1\r\n", .malformedRequestLine),
        Refusal("A14", "\u{16}\u{03}\u{01}", .malformedRequestLine),
        Refusal("A14", "GE(T / HTTP/1.1\r\n", .malformedRequestLine),
        Refusal("A14", String(repeating: "A", count: 33), .malformedRequestLine),
        Refusal("A14", "\r\n\r\n\r\n", .malformedRequestLine),
        Refusal("A14", "\n", .bareLineFeed),
        Refusal("A14", "\rG", .bareCarriageReturn),
    ]

    @Test("Refused alike whole and byte by byte", arguments: lengths + fields + startLines)
    func refuses(_ refusal: Refusal) {
        let bytes = Array(refusal.text.utf8)
        #expect(requestOutcome(bytes) == .violation(refusal.violation))
        #expect(requestOutcome(bytes, .single(bytes.count)) == .violation(refusal.violation))
    }

    @Test("A14: other methods are the caller's to refuse")
    func passesOnUnknownMethods() throws {
        #expect(try #require(requestOutcome("TRACE / HTTP/1.1\r\nHost: a\r\n\r\n").head).method == .trace)
        #expect(try #require(requestOutcome("get / HTTP/1.1\r\nHost: a\r\n\r\n").head).method == .other("get"))
    }

    // MARK: Limits

    static func head(fields: String, target: String = "/") -> [UInt8] {
        Array("GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n".utf8)
    }

    @Test("A11: 100 fields pass, the 101st is refused at its first byte")
    func boundsTheNumberOfFields() {
        let fields = String(repeating: "a: b\r\n", count: 99)
        #expect(requestOutcome(Self.head(fields: fields)).head?.fields.count == 100)
        let bytes = Array("GET / HTTP/1.1\r\nHost: a\r\n\(fields)x".utf8)
        #expect(requestOutcome(bytes) == .violation(.tooManyFields))
        #expect(requestOutcome(Array(bytes.dropLast())) == .needsMore)
    }

    @Test("A11: a head of exactly 16 KiB passes, one byte more is refused before its end is seen")
    func boundsTheHead() {
        let overhead = Self.head(fields: "x: \r\n").count
        let largest = Self.head(fields: "x: \(String(repeating: "v", count: 16_384 - overhead))\r\n")
        #expect(largest.count == 16_384)
        #expect(requestOutcome(largest).head != nil)
        let larger = Self.head(fields: "x: \(String(repeating: "v", count: 16_385 - overhead))\r\n")
        #expect(requestOutcome(larger) == .violation(.headTooLarge))
        #expect(
            requestOutcome(Self.head(fields: "x: \(String(repeating: "v", count: 65_536))")).violation?.status == 431
        )
    }

    @Test("A13: a target of exactly 8 KiB passes, one byte more is 414, however long it goes on")
    func boundsTheTarget() {
        let longest = "/" + String(repeating: "t", count: 8_191)
        #expect(requestOutcome(Self.head(fields: "", target: longest)).head?.target == longest)
        let longer = requestOutcome(Self.head(fields: "", target: longest + "t"))
        #expect(longer == .violation(.targetTooLong))
        #expect(longer.violation?.status == 414)
        let endless = Array("GET /\(String(repeating: "t", count: 9_000))".utf8)
        #expect(requestOutcome(endless) == .violation(.targetTooLong))
    }

    @Test("A12: an endless head in small writes is refused at the limit")
    func refusesADrippedHeadAtTheLimit() {
        var bytes = Array("GET / HTTP/1.1\r\nHost: a\r\nx: ".utf8)
        var parser = RequestParser(limits: HTTPLimits())
        var refusedAt: Int?
        while refusedAt == nil, bytes.count < 20_000 {
            bytes += [0x76, 0x76, 0x76]
            do throws(HTTPViolation) {
                #expect(try parser.parse(bytes.span) == nil)
            } catch {
                #expect(error == .headTooLarge)
                refusedAt = bytes.count
            }
        }
        #expect(refusedAt.map { $0 >= 16_384 && $0 < 16_384 + 3 } == true)
    }

    @Test("A7: the limit on bodies is checked on what is declared")
    func boundsTheDeclaredBody() {
        var limits = HTTPLimits()
        limits.bodyBytes = 10
        let fields = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: "
        #expect(requestOutcome(fields + "10\r\n\r\n", limits: limits).head?.body == .length(10))
        #expect(requestOutcome(fields + "11\r\n\r\n", limits: limits).violation?.status == 413)
    }

    @Test("A24: underscored names are never the hyphenated ones, and dropped unless asked for")
    func keepsUnderscoredNamesApart() throws {
        let text = "POST / HTTP/1.1\r\nHost: a\r\nContent_Length: 5\r\nx_api_key: k\r\nTransfer_Encoding: gzip\r\n\r\n"
        let dropped = try #require(requestOutcome(text).head)
        #expect(dropped.fields == ["host": "a"])
        #expect(dropped.body == .none)
        var limits = HTTPLimits()
        limits.underscoredNames = .keep
        let kept = try #require(requestOutcome(text, limits: limits).head)
        #expect(kept.body == .none)
        #expect(kept.fields["x_api_key"] == "k")
        #expect(kept.fields["x-api-key"] == nil)
    }

    @Test("Mutated heads come out the same whole, byte by byte and split")
    func agreesWithItselfOnNoise() {
        var generator = SeededGenerator(seed: 0x5EED)
        let seeds = [Self.plain, Self.posted, Self.upgrade].map { Array($0.utf8) }
        for round in 0..<1_500 {
            let bytes = generator.mutate(seeds[round % seeds.count])
            let whole = requestOutcome(bytes)
            #expect(requestOutcome(bytes, .single(bytes.count)) == whole)
            let cut = Int.random(in: 0...bytes.count, using: &generator)
            #expect(requestOutcome(bytes, .split(bytes.count, at: cut)) == whole)
        }
    }
}
