// RFC 4632 §3.1 and RFC 4291 §2.3: blocks and what lies in them.

import Foundation
import SessionCore
import Testing

@Suite("CIDR block")
struct CIDRBlockTests {
    private func contains(_ block: String, _ address: String) throws -> Bool {
        let block = try #require(CIDRBlock(block))
        let address = try #require(IPAddress(address))
        return block.contains(address.bytes)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("192.0.2.128/25", "192.0.2.127", false), ("192.0.2.128/25", "192.0.2.128", true),
        ("192.0.2.7", "192.0.2.7", true), ("192.0.2.7", "192.0.2.6", false), ("0.0.0.0/0", "203.0.113.9", true),
        ("0.0.0.0/0", "2001:db8::1", false), ("::/0", "192.0.2.1", false), ("2001:db8::/33", "2001:db8:7fff::", true),
        ("2001:db8::/33", "2001:db8:8000::", false), ("::1", "::1", true), ("10.1.2.3/8", "10.9.9.9", true),
        ("::ffff:10.0.0.0/104", "10.200.0.1", true), ("10.0.0.0/8", "::ffff:10.0.0.1", true),
    ])
    func decides(_ block: String, _ address: String, _ expected: Bool) throws {
        #expect(try contains(block, address) == expected)
    }

    @Test(arguments: [
        "", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "10.0.0.0/ 8", "::/129", "10.0.0.0/08x",
        "::ffff:0:0/95", "example.com", "10.0.0.0/9999999999999999999999",
    ])
    func refuses(_ text: String) {
        #expect(CIDRBlock(text) == nil)
    }

    @Test func rawMappedAddressesLieInIPv4Blocks() throws {
        let block = try #require(CIDRBlock("10.0.0.0/8"))
        #expect(block.contains([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 10, 1, 1, 1]))
        #expect(!block.contains([]))
        #expect(!block.contains([10, 0, 0]))
    }

    @Test func everyPrefixLengthSplitsAtItsBit() throws {
        for length in 1...32 {
            let block = try #require(CIDRBlock("255.255.255.255/\(length)"))
            var inside: [UInt8] = [255, 255, 255, 255]
            if length < 32 { inside[length / 8] ^= 0x80 >> UInt8(length % 8) }
            #expect(block.contains(inside), "\(length)")
            var outside: [UInt8] = [255, 255, 255, 255]
            outside[(length - 1) / 8] ^= 0x80 >> UInt8((length - 1) % 8)
            #expect(!block.contains(outside), "\(length)")
        }
    }

    @Test func codesAsText() throws {
        let block = try #require(CIDRBlock("10.1.2.3/8"))
        #expect(String(decoding: try JSONEncoder().encode([block]), as: UTF8.self) == #"["10.0.0.0\/8"]"#)
        #expect(try JSONDecoder().decode([CIDRBlock].self, from: Data(#"["10.0.0.0/8"]"#.utf8)) == [block])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([CIDRBlock].self, from: Data(#"["x"]"#.utf8)) }
    }
}
