// RFC 9112 §6.3, §7.1, §8.

import HTTPFraming
import Testing

@Suite struct BodyDecoderTests {
    static let chunked = "5\r\nhello\r\n1;a=\"b\"\r\n,\r\n00A\r\n 0123\r\n678\r\n0\r\nX-Sum: 1\r\nY:\r\n\r\n"

    @Test func findsABodyOfKnownLength() {
        let outcome = bodyOutcome(.length(5), "hellonext")
        #expect(outcome == BodyOutcome(content: Array("hello".utf8), ended: true, consumed: 5))
    }

    @Test(arguments: [BodyFraming.none, .length(0)])
    func endsAtOnceWithoutABody(framing: BodyFraming) {
        #expect(bodyOutcome(framing, "next") == BodyOutcome(ended: true))
        #expect(BodyDecoder(framing, limits: HTTPLimits()).isComplete)
    }

    @Test func readsUntilTheConnectionEnds() throws {
        #expect(bodyOutcome(.untilClose, "all of it") == BodyOutcome(content: Array("all of it".utf8), consumed: 9))
        var decoder = BodyDecoder(.untilClose, limits: .response)
        try decoder.endOfStream()
        #expect(decoder.isComplete)
    }

    @Test("The same content however the bytes are cut")
    func isIndifferentToCuts() {
        let bytes = Array((Self.chunked + "GET /").utf8)
        let expected = BodyOutcome(
            content: Array("hello, 0123\r\n678".utf8),
            ended: true,
            consumed: Self.chunked.utf8.count
        )
        for size in 1...bytes.count {
            #expect(bodyOutcome(.chunked, bytes, size: size) == expected)
        }
    }

    @Test("Every proper beginning asks for more, and is truncated if the connection ends there")
    func knowsWhenItIsIncomplete() {
        let bytes = Array(Self.chunked.utf8)
        for count in 0..<bytes.count {
            #expect(!bodyOutcome(.chunked, Array(bytes[..<count])).ended)
            var decoder = BodyDecoder(.chunked, limits: HTTPLimits())
            var cursor = 0
            #expect(throws: HTTPViolation.truncatedBody) {
                while try decoder.next(bytes.span, from: &cursor, to: count) != .needsMore {}
                try decoder.endOfStream()
            }
        }
        var decoder = BodyDecoder(.length(2), limits: HTTPLimits())
        #expect(throws: HTTPViolation.truncatedBody) { try decoder.endOfStream() }
    }

    @Test(
        "RFC 9112 §7.1: malformed chunks",
        arguments: [
            ("-1\r\n", HTTPViolation.invalidChunk), ("0x5\r\nhello\r\n", .invalidChunk), ("+5\r\n", .invalidChunk),
            ("00000000000000005\r\n", .invalidChunk), ("FFFFFFFFFFFFFFFF\r\n", .invalidChunk),
            ("8000000000000000\r\n", .invalidChunk), ("7FFFFFFFFFFFFFFF\r\n", .bodyTooLarge),
            ("5\nhello\r\n", .invalidChunk), ("5\rhello\r\n", .invalidChunk), ("5 \r\nhello\r\n", .invalidChunk),
            (" 5\r\n", .invalidChunk), ("\r\n", .invalidChunk), (";a\r\n", .invalidChunk),
            ("5;a\nhello", .invalidChunk),
            ("5;a\0\r\n", .invalidChunk), ("5\r\nhelloX", .invalidChunk), ("5\r\nhello\n", .invalidChunk),
            ("5\r\nhello\rX", .invalidChunk), ("0\r\n A: b\r\n\r\n", .invalidTrailer),
            ("0\r\nA b\r\n\r\n", .invalidTrailer),
            ("0\r\n: b\r\n\r\n", .invalidTrailer), ("0\r\nA: b\0\r\n\r\n", .invalidTrailer),
            ("0\r\nA: b\nC: d\r\n\r\n", .invalidTrailer), ("0\r\nA: b\r\r\n", .invalidTrailer),
            ("0\r\n\rX", .invalidTrailer),
            ("0\r\n\n", .invalidTrailer),
        ]
    )
    func refuses(text: String, violation: HTTPViolation) {
        let bytes = Array(text.utf8)
        #expect(bodyOutcome(.chunked, bytes).violation == violation)
        #expect(bodyOutcome(.chunked, bytes, size: 1).violation == violation)
    }

    @Test("A7: a chunked body over the limit is refused at the size that breaks it")
    func boundsTheBody() {
        var limits = HTTPLimits()
        limits.bodyBytes = 8
        #expect(bodyOutcome(.chunked, "5\r\nhello\r\n3\r\nabc\r\n0\r\n\r\n", limits: limits).ended)
        let outcome = bodyOutcome(.chunked, "5\r\nhello\r\n4\r\n", limits: limits)
        #expect(outcome.violation == .bodyTooLarge)
        #expect(outcome.violation?.status == 413)
        #expect(bodyOutcome(.untilClose, "123456789", limits: limits).violation == .bodyTooLarge)
        #expect(bodyOutcome(.length(9), "123456789", limits: limits).violation == .bodyTooLarge)
    }

    @Test("A6: a long extension, many extensions and long trailers are bounded")
    func boundsWhatIsNoContent() {
        let long = "1;" + String(repeating: "x", count: 1_000_000)
        #expect(bodyOutcome(.chunked, long).violation == .chunkLineTooLong)
        let many = String(repeating: "1;\(String(repeating: "x", count: 200))\r\na\r\n", count: 100)
        #expect(bodyOutcome(.chunked, many).violation == .chunkLineTooLong)
        let value = "0\r\nA: " + String(repeating: "x", count: 1_000_000)
        #expect(bodyOutcome(.chunked, value).violation?.status == 431)
        let lines = "0\r\n" + String(repeating: "A: b\r\n", count: 100_000)
        #expect(bodyOutcome(.chunked, lines).violation == .trailersTooLarge)
    }

    @Test func staysEnded() throws {
        let bytes = Array("0\r\n\r\n".utf8)
        var decoder = BodyDecoder(.chunked, limits: HTTPLimits())
        var cursor = 0
        #expect(try decoder.next(bytes.span, from: &cursor, to: bytes.count) == .end)
        #expect(try decoder.next(bytes.span, from: &cursor, to: bytes.count) == .end)
        #expect(cursor == bytes.count)
        try decoder.endOfStream()
    }

    @Test("Mutated bodies come out the same whole and in pieces")
    func agreesWithItselfOnNoise() {
        var generator = SeededGenerator(seed: 0xC0DE)
        for _ in 0..<2_000 {
            let bytes = generator.mutate(Array(Self.chunked.utf8))
            let whole = bodyOutcome(.chunked, bytes)
            #expect(bodyOutcome(.chunked, bytes, size: 1) == whole)
            #expect(bodyOutcome(.chunked, bytes, size: Int.random(in: 1...20, using: &generator)) == whole)
        }
    }
}
