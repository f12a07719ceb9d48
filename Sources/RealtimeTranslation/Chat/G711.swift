// ITU-T G.711: telephone audio, one byte per sample at 8 kHz, in its two laws. Samples are the usual 16 bits.

/// Writes and reads samples in μ-law and A-law.
enum G711 {
    /// Added to magnitudes in μ-law, and the largest magnitude that still fits.
    private static let bias: Int32 = 0x84
    private static let clip: Int32 = 32_635
    /// A-law turns every second bit around.
    private static let evenBits: UInt8 = 0x55

    static func mulawSample(_ byte: UInt8) -> Int16 {
        let byte = ~byte
        let mantissa = Int32(byte & 0x0F) << 3 + bias
        let magnitude = mantissa << Int32((byte & 0x70) >> 4) - bias
        return Int16(clamping: byte & 0x80 == 0 ? magnitude : -magnitude)
    }

    static func mulawByte(_ sample: Int16) -> UInt8 {
        let sign: UInt8 = sample < 0 ? 0x80 : 0
        let magnitude = min(abs(Int32(sample)), clip) + bias
        let segment = segment(of: magnitude >> 8)
        let mantissa = UInt8(truncatingIfNeeded: magnitude >> Int32(segment + 3) & 0x0F)
        return ~(sign | segment << 4 | mantissa)
    }

    static func alawSample(_ byte: UInt8) -> Int16 {
        let byte = byte ^ evenBits
        let segment = Int32((byte & 0x70) >> 4)
        var magnitude = Int32(byte & 0x0F) << 4 + 8
        if segment > 0 { magnitude = (magnitude + 0x100) << (segment - 1) }
        return Int16(clamping: byte & 0x80 == 0 ? -magnitude : magnitude)
    }

    static func alawByte(_ sample: Int16) -> UInt8 {
        let isNegative = sample < 0
        let magnitude = (isNegative ? -Int32(sample) - 1 : Int32(sample)) >> 3
        let segment = segment(of: magnitude >> 5)
        let mantissa = UInt8(truncatingIfNeeded: magnitude >> Int32(max(segment, 1)) & 0x0F)
        return (segment << 4 | mantissa) ^ evenBits ^ (isNegative ? 0 : 0x80)
    }

    /// How many bits a number has, at most 7: which of the eight segments it is of.
    private static func segment(of number: Int32) -> UInt8 {
        UInt8(clamping: min(7, Int32.bitWidth - number.leadingZeroBitCount))
    }
}
