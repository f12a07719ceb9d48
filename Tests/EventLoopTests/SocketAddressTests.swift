import EventLoop
import Testing

@Suite("Socket address")
struct SocketAddressTests {
    @Test("address bytes are in network order")
    func bytes() throws {
        #expect(try #require(SocketAddress("10.1.2.3:9")).ipBytes == [10, 1, 2, 3])
        let v6 = try #require(SocketAddress("[2001:db8::ff]:1"))
        #expect(v6.ipBytes == [0x20, 1, 0xD, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF])
        #expect(SocketAddress(ipBytes: v6.ipBytes, port: 1) == v6)
        #expect(SocketAddress(ipBytes: [1, 2, 3], port: 1) == nil)
    }

    @Test("an IPv4 address mapped into IPv6 counts as IPv4 (RFC 4291 §2.5.5.2)")
    func mapped() throws {
        let mapped = try #require(SocketAddress("[::ffff:192.0.2.7]:80"))
        #expect(mapped.family == .v6)
        #expect(mapped.ipBytes == [192, 0, 2, 7])
        #expect(try #require(SocketAddress("[::fffe:192.0.2.7]:80")).ipBytes.count == 16)
    }

    @Test(
        "knows the loopback",
        arguments: [
            ("127.0.0.1:1", true), ("127.255.0.3:1", true), ("[::1]:1", true), ("[::ffff:127.0.0.1]:1", true),
            ("128.0.0.1:1", false), ("[::2]:1", false), ("[1::1]:1", false), ("0.0.0.0:1", false),
        ]
    )
    func loopback(text: String, expected: Bool) throws {
        #expect(try #require(SocketAddress(text)).isLoopback == expected)
    }

    @Test("the port can be exchanged")
    func port() {
        #expect(SocketAddress.loopback(port: 1).withPort(65_535) == .loopback(port: 65_535))
        #expect(SocketAddress.loopbackV6(port: 2).description == "[::1]:2")
    }

    @Test("survives the way through the kernel", arguments: ["127.0.0.1:0", "[::1]:0"])
    func kernel(text: String) throws {
        let calls = KernelCalls()
        let address = try #require(SocketAddress(text))
        guard case .done(let opened) = calls.openSocket(for: address) else { return }
        let descriptor = CInt(opened)
        defer { calls.close(descriptor) }
        guard case .done = calls.bind(descriptor, address) else {
            // A machine without IPv6 has no ::1.
            #expect(address.family == .v6)
            return
        }
        let local = try #require(calls.localAddress(descriptor))
        #expect(local.port != 0)
        #expect(local.withPort(0) == address)
    }
}
