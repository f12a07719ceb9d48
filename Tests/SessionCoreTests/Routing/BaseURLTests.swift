// RFC 3986 §3, narrowed to what an upstream's address may be; robustness F3.

import SessionCore
import Testing

@Suite("Base URL")
struct BaseURLTests {
    @Test(arguments: [
        ("https://api.openai.com/v1", "https", "api.openai.com", 443, "/v1", "api.openai.com"),
        ("http://127.0.0.1:9000", "http", "127.0.0.1", 9000, "", "127.0.0.1:9000"),
        ("wss://Example.COM:443/a/b/", "https", "example.com", 443, "/a/b", "example.com"),
        ("ws://h/", "http", "h", 80, "", "h"),
        ("HTTPS://[2001:DB8::1]:8443/v1", "https", "2001:db8::1", 8443, "/v1", "[2001:db8::1]:8443"),
        ("https://[::1]", "https", "::1", 443, "", "[::1]"),
        ("http://service_name:80", "http", "service_name", 80, "", "service_name"),
    ])
    func parses(
        _ text: String,
        _ scheme: String,
        _ host: String,
        _ port: Int,
        _ path: String,
        _ authority: String
    ) throws {
        let url = try BaseURL.parse(text)
        #expect(url.scheme.rawValue == scheme && url.host == host && url.port == port)
        #expect(url.pathPrefix == path && url.authority == authority)
        #expect(url.isSecure == (scheme == "https"))
        #expect(try BaseURL.parse(url.description) == url)
    }

    @Test(
        arguments: [
            ("", .scheme), ("api.openai.com", .scheme), ("ftp://h", .scheme), ("https:/h", .scheme),
            ("https://", .emptyHost), ("https:///v1", .emptyHost), ("https://:443", .emptyHost),
            ("https://user:pass@h", .userInfo), ("https://h?x=1", .queryOrFragment), ("https://h/#f", .queryOrFragment),
            ("https://h:", .port), ("https://h:0", .port), ("https://h:65536", .port), ("https://h:x", .port),
            ("https://h:+80", .port), ("https://h:99999999999999999999", .port), ("https://a b", .host),
            ("https://a..b", .host), ("https://-a", .host), ("https://h\r\n", .host), ("https://[::1", .host),
            ("https://[h]", .host), ("https://[::1]x", .host), ("https://::1", .emptyHost),
            ("https://é.example", .host),
            ("https://h/a b", .path), ("https://h/é", .path), ("https://h//a", .path), ("https://h/../a", .path),
        ] as [(String, BaseURL.Problem)]
    )
    func refuses(_ text: String, _ problem: BaseURL.Problem) {
        #expect(throws: problem) { try BaseURL.parse(text) }
    }
}
