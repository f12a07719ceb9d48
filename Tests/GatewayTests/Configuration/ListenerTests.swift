// Addresses to listen on.

import Gateway
import SessionCore
import Testing

@Suite("Listener")
struct ListenerTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "http://127.0.0.1:8080"), ("0.0.0.0:0", "http://0.0.0.0:0"),
        ("[::1]:65535", "http://[0:0:0:0:0:0:0:1]:65535"), ("localhost:80", "http://127.0.0.1:80"),
    ])
    func parses(_ text: String, _ expected: String) {
        #expect(Listener(text)?.description == expected)
    }

    @Test(arguments: [
        "", ":", "8080", ":8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
        "127.0.0.1:80x", "::1:8080", "[127.0.0.1]:80", "[::1]", "example.com:80", "*:80", "[]:80", "1.2.3.4:8 0",
        "localhost:99999999999999999999",
    ])
    func refuses(_ text: String) {
        #expect(Listener(text) == nil)
    }

    @Test func tlsShows() {
        var listener = Listener.standard
        #expect(listener.description == "http://127.0.0.1:8080")
        listener.tls = Listener.TLS(certificateFile: "c", privateKeyFile: "k")
        #expect(listener.description == "https://127.0.0.1:8080")
    }
}
