// RFC 791 and RFC 4291 §2.2 text forms.

import SessionCore
import Testing

@Suite("IP address")
struct IPAddressTests {
    @Test(
        arguments: [
            ("192.0.2.1", [192, 0, 2, 1]), ("0.0.0.0", [0, 0, 0, 0]), ("255.255.255.255", [255, 255, 255, 255]),
            ("::", [UInt8](repeating: 0, count: 16)), ("::1", [UInt8](repeating: 0, count: 15) + [1]),
            ("2001:db8::8:800", [0x20, 0x01, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 0]),
            ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
            ("1::", [0, 1] + [UInt8](repeating: 0, count: 14)),
            ("64:ff9b::192.0.2.33", [0, 0x64, 0xFF, 0x9B, 0, 0, 0, 0, 0, 0, 0, 0, 192, 0, 2, 33]),
            ("ABCD::ef01", [0xAB, 0xCD] + [UInt8](repeating: 0, count: 12) + [0xEF, 0x01]),
        ] as [(String, [UInt8])]
    )
    func parses(_ text: String, _ bytes: [UInt8]) {
        #expect(IPAddress(text)?.bytes == bytes)
    }

    /// RFC 4291 §2.5.5.2: the mapped form is the same client.
    @Test func mappedAddressesAreIPv4() {
        #expect(IPAddress("::ffff:192.0.2.1") == IPAddress("192.0.2.1"))
        #expect(IPAddress(bytes: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 0, 0, 1])?.bytes == [10, 0, 0, 1])
    }

    @Test(arguments: [
        "", ".", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1..2.3", "1.2.3.4 ", "+1.2.3.4", "0x1.2.3.4", ":",
        ":::", "1:2", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g", "1:2:3:4:5:6:7::8:9", "fe80::1%eth0",
        "::1.2.3.4.5", "1.2.3.4::", "::1.2.3.4:5", "[::1]", "١.2.3.4", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7",
    ])
    func refuses(_ text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test func refusesOtherLengths() {
        for count in 0...20 where count != 4 && count != 16 {
            #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
        }
    }

    @Test(arguments: [
        ("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("128.0.0.1", false), ("::2", false), ("::", false),
    ])
    func knowsLoopback(_ text: String, _ expected: Bool) {
        #expect(IPAddress(text)?.isLoopback == expected)
    }

    @Test(arguments: ["192.0.2.1", "2001:db8:0:0:0:0:0:1"])
    func printsWhatItParses(_ text: String) {
        #expect(IPAddress(text)?.description == text)
    }
}
