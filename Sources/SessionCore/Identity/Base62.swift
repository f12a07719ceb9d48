// Base 62: digits and letters only, so that a key or an id is one word wherever it is pasted.
//
// The alphabet is a subset of RFC 9110 §5.6.2 `token` characters, which lets a key travel as a WebSocket subprotocol.

import OpenSSLTLS

/// Where randomness comes from: a count of bytes in, that many bytes out.
package typealias RandomSource = (Int) throws -> [UInt8]

/// Random and encoded text over `0-9A-Za-z`.
package enum Base62 {
    /// The random source was asked this often and gave nothing usable.
    package struct RandomnessExhausted: Error, Sendable {}

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    /// Largest multiple of 62 in a byte; values from here on would favour the first digits and are refused.
    private static let unbiasedLimit: UInt8 = 248

    /// A source that never yields a usable byte is broken; asking for ever would hang a start.
    private static let maximumRounds = 64

    /// Returns `count` digits, each equally likely.
    package static func random(count: Int, from random: RandomSource) throws -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(count)
        for _ in 0..<maximumRounds where digits.count < count {
            for byte in try random(count + count / 8 + 4) where digits.count < count {
                guard byte < unbiasedLimit else { continue }
                digits.append(alphabet[Int(byte % 62)])
            }
        }
        guard digits.count == count else { throw RandomnessExhausted() }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Returns `value` as exactly `width` digits, most significant first; what does not fit is cut off.
    package static func encode(_ value: UInt32, width: Int) -> String {
        var digits = [UInt8](repeating: alphabet[0], count: width)
        var rest = value
        for index in digits.indices.reversed() {
            digits[index] = alphabet[Int(rest % 62)]
            rest /= 62
        }
        return String(decoding: digits, as: UTF8.self)
    }

    /// Tells whether a byte is one of the 62 digits.
    package static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }
}

/// Ids that say what they name: a prefix and twenty random digits.
package enum Identifier {
    private static let digitCount = 20

    /// Returns the id of a new key.
    package static func key(random: RandomSource = SecureRandom.bytes) throws -> String {
        try make("key_", random: random)
    }

    /// Returns the id of a new account.
    package static func account(random: RandomSource = SecureRandom.bytes) throws -> String {
        try make("acct_", random: random)
    }

    /// Returns the id of a new member.
    package static func member(random: RandomSource = SecureRandom.bytes) throws -> String {
        try make("mem_", random: random)
    }

    /// Returns the id of a new session.
    package static func session(random: RandomSource = SecureRandom.bytes) throws -> String {
        try make("sess_", random: random)
    }

    /// Returns the id of a new file.
    package static func file(random: RandomSource = SecureRandom.bytes) throws -> String {
        try make("file-", random: random)
    }

    /// Returns the id of a new batch.
    package static func batch(random: RandomSource = SecureRandom.bytes) throws -> String {
        try make("batch_", random: random)
    }

    /// Returns the id of a request whose client named none.
    package static func request(random: RandomSource = SecureRandom.bytes) throws -> String {
        try make("req_", random: random)
    }

    private static func make(_ prefix: String, random: RandomSource) throws -> String {
        prefix + (try Base62.random(count: digitCount, from: random))
    }
}
