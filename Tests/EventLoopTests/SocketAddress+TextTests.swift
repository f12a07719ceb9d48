import EventLoop
import Testing

@Suite("Text of socket addresses")
struct SocketAddressTextTests {
    @Test(
        "reads and writes canonical text (RFC 5952)",
        arguments: [
            "127.0.0.1:8080", "0.0.0.0:0", "255.255.255.255:65535", "[::]:80", "[::1]:80", "[1::]:1",
            "[2001:db8::1]:443", "[2001:db8:0:1:1:1:1:1]:443", "[1:2:3:4:5:6:7:8]:1", "[::ffff:1.2.3.4]:5",
            "[fe80::1%3]:80", "[2001:0:0:1::1]:1",
        ]
    )
    func roundTrip(text: String) {
        #expect(SocketAddress(text)?.description == text)
    }

    @Test(
        "reads other spellings (RFC 4291 §2.2)",
        arguments: [
            ("[2001:DB8:0:0:0:0:0:1]:1", "[2001:db8::1]:1"),
            ("[0:0:0:0:0:0:0:0]:1", "[::]:1"),
            ("[1:0:0:2:0:0:0:3]:1", "[1:0:0:2::3]:1"),
            ("[1:0:0:2:3:0:0:4]:1", "[1::2:3:0:0:4]:1"),
            ("[0001:2:3:4:5:6:7:8]:1", "[1:2:3:4:5:6:7:8]:1"),
            ("[1:2:3:4:5:6:1.2.3.4]:1", "[1:2:3:4:5:6:102:304]:1"),
            ("[64:ff9b::1.2.3.4]:1", "[64:ff9b::102:304]:1"),
            ("[1:2:3:4:5:6:7::]:1", "[1:2:3:4:5:6:7:0]:1"),
        ]
    )
    func spellings(text: String, canonical: String) {
        #expect(SocketAddress(text)?.description == canonical)
    }

    @Test(
        "refuses what is not an address and a port",
        arguments: [
            "", ":", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:+1",
            "127.0.0.1:080", "127.0.0.1: 80", "127.0.0.01:80", "256.0.0.1:80", "1.2.3:80", "1.2.3.4.5:80", "1..3.4:80",
            "0x7f.0.0.1:80", "localhost:80", "[127.0.0.1]:80", "::1:80", "[::1]", "[::1]80", "[::1:80", "::1]:80",
            "[]:80", "[:]:80", "[:::]:80", "[::1::]:80", "[1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:8:9]:80",
            "[1:2:3:4:5:6:7:8::]:80", "[12345::]:80", "[g::]:80", "[::1%]:80", "[::1%eth0]:80", "[::1.2.3.4:5]:80",
            "[1.2.3.4::]:80", "[::1.2.3]:80", "[:1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:]:80", "[::\u{661}]:80",
            "127.0.0.1:8\u{0660}", "[::1%99999999999]:80",
        ]
    )
    func refusals(text: String) {
        #expect(SocketAddress(text) == nil)
    }

    @Test("an absurdly long text is refused, not looked at")
    func long() {
        let text = "[" + String(repeating: "0:", count: 1 << 20) + ":1]:80"
        #expect(SocketAddress(text) == nil)
    }

    @Test("reads an address without a port")
    func withoutPort() {
        #expect(SocketAddress(ip: "::1", port: 7) == .loopbackV6(port: 7))
        #expect(SocketAddress(ip: "127.0.0.1", port: 7) == .loopback(port: 7))
        #expect(SocketAddress(ip: "[::1]", port: 7) == nil)
        #expect(SocketAddress(ip: "example.com", port: 7) == nil)
        #expect(SocketAddress.loopback(port: 7).ipDescription == "127.0.0.1")
    }
}
