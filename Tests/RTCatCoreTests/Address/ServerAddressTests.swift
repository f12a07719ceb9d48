// RFC 6455 §3: the ws and wss URI.

import RTCatCore
import Testing

@Suite struct ServerAddressTests {
    @Test func readsAllParts() throws {
        let address = try ServerAddress("wss://example.com:8443/v1/realtime?model=a&b=c")
        #expect(address.isSecure)
        #expect(address.host == "example.com")
        #expect(address.port == 8443)
        #expect(address.target == "/v1/realtime?model=a&b=c")
        #expect(address.origin == "https://example.com:8443")
    }

    @Test(arguments: [
        ("ws://h", false, 80, "/"), ("wss://h", true, 443, "/"), ("WS://h/", false, 80, "/"),
        ("http://h/x", false, 80, "/x"), ("https://h", true, 443, "/"), ("h:9000/p", false, 9000, "/p"),
        ("ws://h?q=1", false, 80, "/?q=1"), ("localhost", false, 80, "/"),
    ])
    func fillsInWhatIsLeftOut(_ text: String, _ isSecure: Bool, _ port: Int, _ target: String) throws {
        let address = try ServerAddress(text)
        #expect(address.isSecure == isSecure)
        #expect(address.port == port)
        #expect(address.target == target)
    }

    @Test func takesIPv6InBrackets() throws {
        let address = try ServerAddress("ws://[::1]:8080/x")
        #expect(address.host == "::1")
        #expect(address.port == 8080)
        #expect(address.origin == "http://[::1]:8080")
        #expect(try ServerAddress("wss://[2001:db8::1]").origin == "https://[2001:db8::1]")
    }

    @Test(arguments: [
        ("ftp://h/", AddressError.unknownScheme("ftp")), ("ws://user:pass@h/", .userInfo), ("ws://h/#top", .fragment),
        ("ws://h/a b", .unescapedTarget), ("ws://h/ü", .unescapedTarget), ("ws:///x", .badHost("")),
        ("ws://h:0/", .badPort("0")), ("ws://h:65536/", .badPort("65536")), ("ws://h:/", .badPort("")),
        ("ws://::1/", .bareIPv6("::1")), ("ws://[::1/", .badHost("[::1")), ("ws://[::1]x/", .badHost("[::1]x")),
        ("ws://h\r\nX: y/", .badHost("h\r\nX: y")), ("ws://h/\r\nX:y", .unescapedTarget),
    ])
    func explainsMistakes(_ text: String, _ error: AddressError) {
        #expect(throws: error) { try ServerAddress(text) }
        #expect(!error.description.isEmpty)
    }

    @Test func goesToAnotherTarget() throws {
        let address = try ServerAddress("ws://h:9001").with(target: "/runCase?case=1")
        #expect(address.target == "/runCase?case=1")
        #expect(address.port == 9001)
    }
}
