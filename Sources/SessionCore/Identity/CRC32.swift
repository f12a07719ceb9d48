// CRC-32 as in ISO 3309 and RFC 1952 §8 (polynomial 0xEDB88320, reflected): tells a mistyped key from an unknown one.
//
// It protects against slips of the hand only; that a key is genuine is decided by its digest in the store.

/// The 32-bit cyclic redundancy check over short texts.
package enum CRC32 {
    /// The checksums of the sixteen values of four bits: a table of all bytes is not worth its room for 44 of them.
    private static let ofNibbles: [UInt32] = (0..<16).map { nibble in
        (0..<4).reduce(nibble) { register, _ in (register >> 1) ^ (register & 1 == 1 ? 0xEDB8_8320 : 0) }
    }

    /// Returns the checksum of all bytes.
    package static func checksum(_ bytes: Span<UInt8>) -> UInt32 {
        let table = ofNibbles
        var register: UInt32 = 0xFFFF_FFFF
        for index in 0..<bytes.count {
            register ^= UInt32(bytes[index])
            for _ in 0..<2 { register = (register >> 4) ^ table[Int(register & 15)] }
        }
        return ~register
    }
}
