// Checks SHA256Digest against the vectors of FIPS 180-4, and that equality looks at every byte.

import OpenSSLTLS
import Testing

struct SHA256DigestTests {
    private static let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", Self.abc),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func matchesTheStandardsVectors(text: String, expected: String) {
        #expect(SHA256Digest(hashing: text).hex == expected)
        #expect(SHA256Digest(hashing: Array(text.utf8)).hex == expected)
    }

    @Test func survivesStorageAsBytesAndAsHex() throws {
        let digest = SHA256Digest(hashing: "abc")
        #expect(digest.bytes.count == SHA256Digest.byteCount)
        #expect(try #require(SHA256Digest(bytes: digest.bytes)) == digest)
        #expect(try #require(SHA256Digest(hex: Self.abc)) == digest)
        #expect(try #require(SHA256Digest(hex: Self.abc.uppercased())) == digest)
    }

    @Test func refusesWhatIsNotThirtyTwoBytes() {
        #expect(SHA256Digest(bytes: []) == nil)
        #expect(SHA256Digest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(SHA256Digest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(SHA256Digest(hex: "") == nil)
        #expect(SHA256Digest(hex: String(Self.abc.dropLast())) == nil)
        #expect(SHA256Digest(hex: Self.abc + "0") == nil)
        #expect(SHA256Digest(hex: Self.abc + "00") == nil)
        #expect(SHA256Digest(hex: "g" + Self.abc.dropFirst()) == nil)
    }

    @Test func tellsApartDigestsThatDifferInOneBitOfAnyByte() throws {
        let digest = SHA256Digest(hashing: "abc")
        for index in 0..<SHA256Digest.byteCount {
            var bytes = digest.bytes
            bytes[index] ^= 0x80
            let other = try #require(SHA256Digest(bytes: bytes))
            #expect(!digest.constantTimeEquals(other))
            #expect(digest != other)
        }
    }

    @Test func worksAsAKeyOfADictionary() {
        let table = [SHA256Digest(hashing: "a"): 1, SHA256Digest(hashing: "b"): 2]
        #expect(table[SHA256Digest(hashing: "b")] == 2)
        #expect(table[SHA256Digest(hashing: "c")] == nil)
    }
}
