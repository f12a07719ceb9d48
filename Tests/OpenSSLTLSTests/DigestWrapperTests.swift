// Checks the C wrappers that other targets call directly: RFC 6455 §1.3, RFC 7914 §12.

import COpenSSL
import Testing

struct DigestWrapperTests {
    @Test func hashesTheAcceptKeyOfRFC6455() {
        let input = Array("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11".utf8)
        var out = [UInt8](repeating: 0, count: 20)
        unsafe lw_sha1(input, input.count, &out)
        #expect(
            out == [
                0xb3, 0x7a, 0x4f, 0x2c, 0xc0, 0x62, 0x4f, 0x16, 0x90, 0xf6, 0x46, 0x06, 0xcf, 0x38, 0x59, 0x45,
                0xb2, 0xbe, 0xc4, 0xea,
            ]
        )
    }

    @Test func hashesNothingFromANullPointer() {
        var out = [UInt8](repeating: 0, count: 32)
        unsafe lw_sha256(nil, 0, &out)
        #expect(out.prefix(4) == [0xe3, 0xb0, 0xc4, 0x42])
    }

    @Test func comparesEveryByte() {
        let left: [UInt8] = [1, 2, 3]
        let same: [UInt8] = [1, 2, 3]
        #expect(unsafe lw_constant_time_equal(left, same, 3) == 1)
        for index in left.indices {
            var other = left
            other[index] ^= 1
            #expect(unsafe lw_constant_time_equal(left, other, 3) == 0)
        }
        #expect(lw_constant_time_equal(nil, nil, 0) == 1)
    }

    @Test func derivesTheVectorOfRFC7914() {
        let salt = Array("NaCl".utf8)
        var out = [UInt8](repeating: 0, count: 64)
        let ok = unsafe lw_scrypt("password", 8, salt, salt.count, 1024, 8, 16, 32 << 20, &out, out.count)
        #expect(ok == 1)
        #expect(out.prefix(8) == [0xfd, 0xba, 0xbe, 0x1c, 0x9d, 0x34, 0x72, 0x00])
    }

    @Test func refusesScryptBeyondItsMemoryBound() {
        var out = [UInt8](repeating: 0, count: 64)
        #expect(unsafe lw_scrypt("p", 1, [1], 1, 1 << 20, 8, 1, 1 << 20, &out, out.count) == 0)
    }
}
