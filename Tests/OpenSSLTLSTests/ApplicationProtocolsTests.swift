// The list of application protocols on the wire (RFC 7301 §3.1).

import Testing

@testable import OpenSSLTLS

struct ApplicationProtocolsTests {
    @Test func writesEachNameBehindItsLength() throws {
        #expect(try ApplicationProtocols([]).wire.isEmpty)
        #expect(try ApplicationProtocols(["http/1.1"]).wire == [8] + Array("http/1.1".utf8))
        #expect(try ApplicationProtocols(["h2", "x"]).wire == [2, 0x68, 0x32, 1, 0x78])
    }

    @Test func refusesLengthsThatDoNotFit() throws {
        let longest = String(repeating: "a", count: 255)
        #expect(try ApplicationProtocols([longest]).wire.count == 256)
        #expect(throws: TLSError.self) { _ = try ApplicationProtocols([longest + "a"]) }
        #expect(throws: TLSError.self) { _ = try ApplicationProtocols([""]) }
        #expect(try ApplicationProtocols(Array(repeating: longest, count: 255)).wire.count == 65_280)
        #expect(throws: TLSError.self) { _ = try ApplicationProtocols(Array(repeating: longest, count: 256)) }
    }
}
