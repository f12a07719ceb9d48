// RFC 9110 §5.5, §5.6.2; RFC 3986 §2.3, §3.2; RFC 9112 §3.2.

import Testing

@testable import HTTPFraming

@Suite struct GrammarTests {
    static let alphanumerics = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    static func members(_ contains: (UInt8) -> Bool) -> Set<UInt8> { Set((0...255).filter(contains)) }

    @Test("Each class holds exactly the bytes the RFCs list")
    func holdsExactlyTheListedBytes() {
        #expect(Self.members(Grammar.isToken) == Set(Self.alphanumerics + Array("!#$%&'*+-.^_`|~".utf8)))
        #expect(Self.members(Grammar.isUnreserved) == Set(Self.alphanumerics + Array("-._~".utf8)))
        #expect(Self.members(Grammar.isFieldContent) == Set([0x09] + Array(0x20...0x7E) + Array(0x80...0xFF)))
        #expect(Self.members(Grammar.isTargetByte) == Set(0x21...0x7E).subtracting([0x23]))
        #expect(Self.members(Grammar.isBlank) == [0x20, 0x09])
        #expect(Self.members { Grammar.hexValue($0) != nil } == Set("0123456789abcdefABCDEF".utf8))
    }

    @Test func comparesWithoutCaseOfASCIILettersOnly() {
        func equal(_ one: String, _ other: String) -> Bool { Grammar.equalIgnoringCase(one.utf8.span, other.utf8.span) }
        #expect(equal("Content-LENGTH", "content-length"))
        #expect(!equal("a", "ab"))
        #expect(!equal("[", "{"))
        #expect(!equal("\u{E9}", "\u{C9}"))
        #expect(!equal("@", "`"))
    }

    @Test(
        "A10: what may stand in Host",
        arguments: [
            ("a", true), ("relay.example:8080", true), ("127.0.0.1", true), ("a_b", true), ("a:0", true),
            ("a:65535", true),
            ("[::1]", true), ("[::1]:443", true), ("[::ffff:1.2.3.4]", true), ("", false), (":80", false),
            ("a:", false),
            ("a:65536", false), ("a:123456", false), ("a:8x", false), ("a:-1", false), ("[]", false), ("[:]", false),
            ("[::1", false), ("[::1]x", false), ("[::g]", false), ("a/b", false), ("a b", false), ("a@b", false),
            ("a,b", false), ("a%41", false), ("\u{E9}", false),
        ]
    )
    func judgesAuthorities(text: String, expected: Bool) {
        #expect(Grammar.isAuthority(text.utf8.span) == expected)
    }

    @Test func boundsTheHostName() {
        #expect(Grammar.isAuthority(String(repeating: "a", count: 255).utf8.span) == true)
        #expect(Grammar.isAuthority(String(repeating: "a", count: 256).utf8.span) == false)
    }
}
