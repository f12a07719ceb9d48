// Passwords: the vectors of RFC 7914 §12, and what is written down.

import Testing

@testable import OpenSSLTLS

@Suite("Password hash")
struct PasswordHashTests {
    private static let cheap = ScryptParameters(cost: 16, blockSize: 1, parallelization: 1)

    struct Vector: Sendable {
        let password: String
        let salt: String
        let cost: (UInt64, UInt64, UInt64)
        let hash: String
    }

    /// RFC 7914 §12; its fourth takes 1 GiB, which is beyond our bounds.
    static let vectors = [
        Vector(
            password: "",
            salt: "",
            cost: (16, 1, 1),
            hash: "77d6576238657b203b19ca42c18a0497f16b4844e3074ae8dfdffa3fede21442"
                + "fcd0069ded0948f8326a753a0fc81f17e8d3e0fb2e0d3628cf35e20c38d18906"
        ),
        Vector(
            password: "password",
            salt: "NaCl",
            cost: (1024, 8, 16),
            hash: "fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b373162"
                + "2eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640"
        ),
        Vector(
            password: "pleaseletmein",
            salt: "SodiumChloride",
            cost: (16384, 8, 1),
            hash: "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
                + "d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887"
        ),
    ]

    @Test(arguments: vectors)
    func derivesTheVectors(_ vector: Vector) throws {
        let (cost, blockSize, parallelization) = vector.cost
        let parameters = try #require(
            ScryptParameters(cost: cost, blockSize: blockSize, parallelization: parallelization)
        )
        let hash = try PasswordHash.derive(
            vector.password,
            salt: Array(vector.salt.utf8),
            parameters: parameters,
            count: 64
        )
        #expect(hash.map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined() == vector.hash)
    }

    @Test func thePasswordMatchesAndOthersDoNot() throws {
        let parameters = try #require(Self.cheap)
        for password in ["correct horse", "", "пароль \u{1F511}", String(repeating: "x", count: 10_000)] {
            let hash = try PasswordHash(of: password, parameters: parameters)
            let read = try #require(PasswordHash(text: hash.text))
            #expect(read == hash)
            #expect(try read.matches(password))
            #expect(try !read.matches(password + "x"))
            #expect(try read.matches("") == password.isEmpty)
        }
    }

    @Test func twoHashesOfOnePasswordDiffer() throws {
        let parameters = try #require(Self.cheap)
        #expect(
            try PasswordHash(of: "same", parameters: parameters) != PasswordHash(of: "same", parameters: parameters)
        )
    }

    @Test(arguments: [
        "", "scrypt", "scrypt$16$1$1$AAAAAAAAAAA=", "bcrypt$16$1$1$AAAAAAAAAAA=$AAAAAAAAAAAAAAAAAAAAAA==",
        "scrypt$15$1$1$AAAAAAAAAAA=$AAAAAAAAAAAAAAAAAAAAAA==", "scrypt$16$0$1$AAAAAAAAAAA=$AAAAAAAAAAAAAAAAAAAAAA==",
        "scrypt$16$1$1$AAAA$AAAAAAAAAAAAAAAAAAAAAA==", "scrypt$16$1$1$AAAAAAAAAAA=$AAAA",
        "scrypt$16$1$1$AAAAAAAAAAA=$AAAAAAAAAAAAAAAAAAAAAA==$", "scrypt$-16$1$1$AAAAAAAAAAA=$AAAAAAAAAAAAAAAAAAAAAA==",
        "scrypt$18446744073709551616$1$1$AAAAAAAAAAA=$AAAAAAAAAAAAAAAAAAAAAA==",
    ])
    func anythingElseIsNoHash(_ text: String) {
        #expect(PasswordHash(text: text) == nil)
    }

    @Test func aHashIsTakenAsItStands() throws {
        let hash = try #require(PasswordHash(text: "scrypt$16$1$1$AAAAAAAAAAA=$AAAAAAAAAAAAAAAAAAAAAA=="))
        #expect(try !hash.matches(""))
    }
}
