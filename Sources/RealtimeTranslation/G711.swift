// G.711 (ITU-T): telephone audio, 8 bits at 8 kHz, from and to 16-bit linear samples: Gemini Live and endpoints of speech take and
// give linear samples only.

/// Reads and writes the two laws.
enum G711 {
    static let rate = 8_000

    /// PCM16, little-endian.
    static func decoded(_ bytes: [UInt8], isMuLaw: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            let sample = UInt16(bitPattern: isMuLaw ? muLaw(byte) : aLaw(byte))
            output.append(UInt8(truncatingIfNeeded: sample))
            output.append(UInt8(truncatingIfNeeded: sample >> 8))
        }
        return output
    }

    /// One sample of the μ-law: all bits inverted, sign, three bits of segment, four of step.
    static func muLaw(_ byte: UInt8) -> Int16 {
        let code = ~byte
        let magnitude = (Int16(code & 0x0F) << 3 + 0x84) << Int16(code >> 4 & 0x07) - 0x84
        return code & 0x80 == 0 ? magnitude : -magnitude
    }

    /// One sample of the A-law: every other bit inverted, sign (set for positive), segment, step.
    static func aLaw(_ byte: UInt8) -> Int16 {
        let code = byte ^ 0x55
        let segment = Int16(code >> 4 & 0x07)
        let step = Int16(code & 0x0F) << 4
        let magnitude = segment == 0 ? step + 8 : (step + 0x108) << (segment - 1)
        return code & 0x80 == 0 ? -magnitude : magnitude
    }

    /// Added to magnitudes in the μ-law, and the largest magnitude that still fits.
    private static let bias: Int32 = 0x84
    private static let clip: Int32 = 32_635

    /// The nearest byte of the μ-law.
    static func muLawByte(_ sample: Int16) -> UInt8 {
        let sign: UInt8 = sample < 0 ? 0x80 : 0
        let magnitude = min(abs(Int32(sample)), clip) + bias
        let segment = segment(of: magnitude >> 8)
        let step = UInt8(truncatingIfNeeded: magnitude >> Int32(segment + 3) & 0x0F)
        return ~(sign | segment << 4 | step)
    }

    /// The nearest byte of the A-law.
    static func aLawByte(_ sample: Int16) -> UInt8 {
        let isNegative = sample < 0
        let magnitude = (isNegative ? -Int32(sample) - 1 : Int32(sample)) >> 3
        let segment = segment(of: magnitude >> 5)
        let step = UInt8(truncatingIfNeeded: magnitude >> Int32(max(segment, 1)) & 0x0F)
        return (segment << 4 | step) ^ 0x55 ^ (isNegative ? 0 : 0x80)
    }

    /// How many bits a number has, at most 7: which of the eight segments it is of.
    private static func segment(of number: Int32) -> UInt8 {
        UInt8(clamping: min(7, Int32.bitWidth - number.leadingZeroBitCount))
    }
}
