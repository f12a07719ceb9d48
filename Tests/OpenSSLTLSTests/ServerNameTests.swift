// Which host names may be dialled (RFC 1035 §2.3.4, RFC 6066 §3; robustness F2, F3).

import Testing

@testable import OpenSSLTLS

struct ServerNameTests {
    @Test(arguments: [
        ("localhost", "localhost"),
        ("api.openai.com", "api.openai.com"),
        ("api.openai.com.", "api.openai.com"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("_service.example", "_service.example"),
        ("1.2.3", "1.2.3"),
        ("127.1", "127.1"),
        ("0x7f.0.0.1", "0x7f.0.0.1"),
    ])
    func takesNames(host: String, text: String) throws {
        let name = try ServerName(host)
        #expect(name.kind == .name)
        #expect(name.text == text)
    }

    @Test(arguments: [
        ("127.0.0.1", "127.0.0.1"), ("::1", "::1"), ("[::1]", "::1"), ("2001:db8::7", "2001:db8::7"),
        ("[::ffff:1.2.3.4]", "::ffff:1.2.3.4"),
    ])
    func takesAddresses(host: String, text: String) throws {
        let name = try ServerName(host)
        #expect(name.kind == .address)
        #expect(name.text == text)
    }

    @Test(arguments: [
        "", ".", "..", "a..b", ".a", "a b", "a\0b", "127.0.0.1\0.evil", "::1\0", "bücher.example", "a:80", "[]", "[",
        "[127.0.0.1]", "[name]", "fe80::1%eth0", "http://a", "a/b", "*", "a\n",
    ])
    func refusesWhatIsNeither(host: String) {
        #expect(throws: TLSError.self) { _ = try ServerName(host) }
    }

    @Test func holdsNamesToTheirLengths() throws {
        let label = String(repeating: "a", count: 63)
        let longest = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
        #expect(longest.utf8.count == TLSLimits.serverNameBytes)
        #expect(try ServerName(longest).text == longest)
        #expect(try ServerName(longest + ".").text == longest)
        #expect(throws: TLSError.self) { _ = try ServerName(longest + "a") }
        #expect(throws: TLSError.self) { _ = try ServerName(label + "a.example") }
    }

    @Test func quotesABadNameWithoutItsControlBytes() {
        #expect(throws: TLSError.invalidServerName("a?[31mb?")) { _ = try ServerName("a\u{1B}[31mb\n") }
    }
}
