// Eight hexadecimal digits made in a dozen instructions: each message carries a fresh number, and writing it must cost
// less than anything that is measured.

/// A 32-bit number as text.
package enum HexDigits {
    /// Digits of one number.
    package static let count = 8

    /// The digits of `value`, lower case, as the word whose bytes in memory are the text.
    package static func word(_ value: UInt32) -> UInt64 {
        // One nibble to each byte, the most significant one in the top byte.
        var spread = UInt64(value)
        spread = (spread & 0x0000_0000_0000_FFFF) | (spread & 0x0000_0000_FFFF_0000) << 16
        spread = (spread & 0x0000_00FF_0000_00FF) | (spread & 0x0000_FF00_0000_FF00) << 8
        spread = (spread & 0x000F_000F_000F_000F) | (spread & 0x00F0_00F0_00F0_00F0) << 4
        // 1 in each byte whose nibble is a letter.
        let letters = (spread &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (spread &+ 0x3030_3030_3030_3030 &+ letters &* 0x27).bigEndian
    }

    /// The number that eight digits stand for; nil for anything else.
    package static func value(_ digits: some Collection<UInt8>) -> UInt32? {
        guard digits.count == Self.count else { return nil }
        var value: UInt32 = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt32(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt32(digit - UInt8(ascii: "a") + 10)
            default: return nil
            }
        }
        return value
    }
}
