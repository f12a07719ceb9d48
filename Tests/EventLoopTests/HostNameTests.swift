import Testing

@testable import EventLoop

@Suite("Host name")
struct HostNameTests {
    @Test(
        "takes names and lowers their case (RFC 1123 §2.1)",
        arguments: [
            ("example.com", "example.com"), ("API.Example.COM", "api.example.com"), ("example.com.", "example.com"),
            ("a_b-c.x1", "a_b-c.x1"), ("1.example", "1.example"), ("xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
            (String(repeating: "a", count: 63), String(repeating: "a", count: 63)),
        ]
    )
    func accepted(text: String, expected: String) {
        #expect(HostName(text)?.text == expected)
    }

    @Test(
        "refuses what must not reach the C library",
        arguments: [
            "", ".", "..", "a..b", ".a", "a b", "a\u{0}b", "a/b", "a:1", "m\u{FC}nchen.de", "127.1", "0x7f.1",
            "2130706433", "0x7f000001", "1.2.3.0x4", "1.2.3.4", "::1", "[::1]",
            String(repeating: "a", count: 64), String(repeating: "a.", count: 128),
        ]
    )
    func refused(text: String) {
        #expect(HostName(text) == nil)
    }

    @Test("knows localhost (RFC 6761 §6.3)")
    func localhost() {
        #expect(HostName("LocalHost")?.isLocalhost == true)
        #expect(HostName("x.localhost.")?.isLocalhost == true)
        #expect(HostName("notlocalhost")?.isLocalhost == false)
        #expect(HostName("localhost.example")?.isLocalhost == false)
    }
}
