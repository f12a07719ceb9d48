// SHA256Digest.swift: the SHA-256 of a secret, kept in its place and compared without telling how far a guess matched.
//
// FIPS 180-4. Keys are stored and looked up only as this digest. It is unsalted: a key is random in full length, so no
// table of guesses reaches it.

import COpenSSL

/// Thirty-two bytes of SHA-256 that compare in constant time.
package struct SHA256Digest: Hashable, Sendable {
    package static let byteCount = 32

    // Words rather than an array: no allocation for a lookup. Byte i sits in word i / 8, most significant byte first.
    private let first: UInt64
    private let second: UInt64
    private let third: UInt64
    private let fourth: UInt64

    /// Hashes `bytes`.
    package init(hashing bytes: [UInt8]) {
        unsafe self = bytes.withUnsafeBytes { unsafe Self(hashing: $0) }
    }

    /// Hashes the UTF-8 of `text`.
    package init(hashing text: String) {
        self.init(hashing: Array(text.utf8))
    }

    /// Hashes memory that is borrowed for the duration of the call.
    package init(hashing bytes: UnsafeRawBufferPointer) {
        unsafe self = withUnsafeTemporaryAllocation(byteCount: Self.byteCount, alignment: 8) { out in
            unsafe lw_sha256(bytes.baseAddress, bytes.count, out.baseAddress?.assumingMemoryBound(to: UInt8.self))
            return unsafe Self(exactly: UnsafeRawBufferPointer(out))
        }
    }

    /// Takes a digest that was stored; nil unless it has exactly 32 bytes.
    package init?(bytes: [UInt8]) {
        guard bytes.count == Self.byteCount else { return nil }
        unsafe self = bytes.withUnsafeBytes { unsafe Self(exactly: $0) }
    }

    /// Reads a digest written as 64 hexadecimal digits of either case.
    package init?(hex: String) {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        var high: UInt8?
        for character in hex.utf8 {
            guard bytes.count < Self.byteCount, let digit = Self.value(ofHexDigit: character) else { return nil }
            if let pending = high {
                bytes.append(pending << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
        guard high == nil else { return nil }
        self.init(bytes: bytes)
    }

    /// Callers have checked that there are 32 bytes.
    private init(exactly bytes: UnsafeRawBufferPointer) {
        self.first = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self))
        self.second = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        self.third = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self))
        self.fourth = unsafe UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    /// Whether both are the same, found out in the same time wherever they differ.
    package func constantTimeEquals(_ other: Self) -> Bool {
        let difference =
            (self.first ^ other.first) | (self.second ^ other.second) | (self.third ^ other.third)
            | (self.fourth ^ other.fourth)
        return difference == 0
    }

    // The synthesized operator would stop at the first word that differs.
    package static func == (left: Self, right: Self) -> Bool {
        left.constantTimeEquals(right)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(self.first)
        hasher.combine(self.second)
        hasher.combine(self.third)
        hasher.combine(self.fourth)
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.byteCount)
        for word in [self.first, self.second, self.third, self.fourth] {
            for shift in stride(from: 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> UInt64(shift)))
            }
        }
        return bytes
    }

    /// The digest as 64 lower-case hexadecimal digits.
    package var hex: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(2 * Self.byteCount)
        for byte in self.bytes {
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func value(ofHexDigit character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): character - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): character - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
