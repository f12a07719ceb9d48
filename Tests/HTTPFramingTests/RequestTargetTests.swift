// RFC 3986 §2, §3.3, §6.2.2; the URL standard's application/x-www-form-urlencoded parser.

import HTTPFraming
import Testing

@Suite struct RequestTargetTests {
    @Test(arguments: [
        "/", "/v1/realtime", "/v1/models/a%2Fb", "/v1beta/models/m:generateContent", "/a/.b/c..", "/...", "/%E2%82%AC",
        "/a%3Ab",
    ])
    func acceptsNormalPaths(path: String) {
        #expect(RequestTarget.isNormal(path))
    }

    @Test(
        "A18, G15: another spelling is another path",
        arguments: [
            "", "*", "v1", "//v1/realtime", "/v1//realtime", "/v1/realtime/", "/v1/./realtime", "/v1/../realtime",
            "/..", "/.",
            "/v1/%2e%2e/realtime", "/v1/%2E/realtime", "/v1/re%61ltime", "/v1/%00", "/v1/%0d%0a", "/v1/%7F", "/v1/%20",
            "/v1/%5c", "/v1\\realtime", "/v1/%", "/v1/%4", "/v1/%zz", "/v1/a b", "/v1/\u{E9}", "/v1#a", "/v1/a/..",
        ]
    )
    func refusesOtherSpellings(path: String) {
        #expect(!RequestTarget.isNormal(path))
    }

    @Test func splitsSegments() {
        #expect(RequestTarget.segments("/v1/models/a%2Fb") == ["v1", "models", "a%2Fb"])
        #expect(RequestTarget.segments("/") == [])
    }

    @Test(arguments: [
        ("a%2Fb", "a/b"), ("%E2%82%ac", "\u{20AC}"), ("a+b", "a+b"), ("", ""), ("%41", "A"), ("a%20b", "a b"),
    ])
    func decodesSegments(segment: String, expected: String) {
        #expect(RequestTarget.decodeSegment(segment) == expected)
    }

    @Test("A18", arguments: ["%00", "%0d%0a", "%", "%4", "a%4", "%g0", "%FF", "%C0%AF", "%ED%A0%80", "%7f"])
    func refusesBadSegments(segment: String) {
        #expect(RequestTarget.decodeSegment(segment) == nil)
    }

    @Test func decodesQueries() throws {
        let items = try RequestTarget.queryItems("model=gpt%2Drealtime&a+b=c+d&flag&=x&&e=1=2")
        #expect(items.map(\.name) == ["model", "a b", "flag", "", "e"])
        #expect(items.map(\.value) == ["gpt-realtime", "c d", "", "x", "1=2"])
        #expect(try RequestTarget.queryItems("").isEmpty)
    }

    @Test(arguments: ["a=%", "%zz=1", "a=%0d%0a", "a=%00", "a=%FF"])
    func refusesBadQueries(query: String) {
        #expect(throws: HTTPViolation.invalidQuery) { try RequestTarget.queryItems(query) }
    }

    @Test(
        "What is encoded decodes to what it was",
        arguments: ["", "gpt-4o_x.y~z", "a b+c&d=e%#", "\u{20AC}/\u{1F600}"]
    )
    func encodesComponents(text: String) {
        let encoded = RequestTarget.encodeQueryComponent(text)
        #expect(RequestTarget.decodeQueryComponent(encoded) == text)
        #expect(encoded.utf8.allSatisfy { $0 == 0x25 || $0 == 0x7E || (0x2D...0x7A).contains($0) })
        #expect(RequestTarget.encodeQueryComponent("a b\r\n") == "a%20b%0D%0A")
        #expect(RequestTarget.decodeQueryComponent("a+b%0D") == nil)
    }

    @Test func boundsTheNumberOfItems() throws {
        let query = String(repeating: "a=b&", count: 64)
        #expect(try RequestTarget.queryItems(query).count == 64)
        #expect(throws: HTTPViolation.invalidQuery) { try RequestTarget.queryItems(query + "c") }
    }

    @Test("No bytes make the functions trap")
    func survivesNoise() {
        var generator = SeededGenerator(seed: 7)
        let alphabet = Array("/.%2eE0a\\#?&=+".utf8) + [0x00, 0x80, 0xC3, 0xA9]
        for _ in 0..<3_000 {
            let count = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            let text = String(decoding: bytes, as: UTF8.self)
            if RequestTarget.isNormal(text) {
                for segment in RequestTarget.segments(text) { #expect(segment != ".." && segment != ".") }
            }
            _ = RequestTarget.decodeSegment(text)
            _ = try? RequestTarget.queryItems(text)
        }
    }
}
