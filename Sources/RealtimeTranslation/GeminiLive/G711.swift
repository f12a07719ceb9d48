// G.711 (ITU-T): telephone audio, 8 bits at 8 kHz, as 16-bit linear samples. Gemini Live takes linear samples only.

/// Decodes the two laws.
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
}
