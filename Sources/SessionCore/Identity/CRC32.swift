// CRC-32 as in ISO 3309 and RFC 1952 §8 (polynomial 0xEDB88320, reflected): tells a mistyped key from an unknown one.
//
// It protects against slips of the hand only; that a key is genuine is decided by its digest in the store.

/// The 32-bit cyclic redundancy check over short texts.
package enum CRC32 {
    /// Returns the checksum of all bytes, one bit at a time: 32 bytes per key are not worth a table.
    package static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        var register: UInt32 = 0xFFFF_FFFF
        for byte in bytes {
            register ^= UInt32(byte)
            for _ in 0..<8 {
                register = (register >> 1) ^ (register & 1 == 1 ? 0xEDB8_8320 : 0)
            }
        }
        return ~register
    }
}
