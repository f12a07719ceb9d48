// The audio encodings of the realtime protocol: PCM16 little-endian at 24 kHz, and G.711 (µ-law, A-law) at 8 kHz.

package import Dialects

/// An encoding of mono audio.
package enum SimulatedAudioFormat: String, Equatable, Sendable {
    case pcm = "audio/pcm"
    case muLaw = "audio/pcmu"
    case aLaw = "audio/pcma"

    /// Reads `{"type":"audio/pcm","rate":24000}`.
    package init?(_ json: JSONValue?) {
        guard let type = json?["type"]?.string else { return nil }
        self.init(rawValue: type)
    }

    package var json: JSONValue {
        switch self {
        case .pcm: ["type": "audio/pcm", "rate": 24_000]
        case .muLaw, .aLaw: ["type": .string(self.rawValue)]
        }
    }

    package var sampleRate: Int {
        switch self {
        case .pcm: 24_000
        case .muLaw, .aLaw: 8_000
        }
    }

    package var bytesPerSample: Int {
        switch self {
        case .pcm: 2
        case .muLaw, .aLaw: 1
        }
    }

    package var bytesPerMillisecond: Int {
        self.sampleRate * self.bytesPerSample / 1_000
    }

    /// Encodes samples between −1 and 1; what lies beyond is clipped.
    package func encode(_ samples: [Float]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(samples.count * self.bytesPerSample)
        for sample in samples {
            let value = Int16(max(-1, min(1, sample)) * 32_767)
            switch self {
            case .pcm:
                bytes.append(UInt8(truncatingIfNeeded: value))
                bytes.append(UInt8(truncatingIfNeeded: value >> 8))
            case .muLaw: bytes.append(Self.muLaw(value))
            case .aLaw: bytes.append(Self.aLaw(value))
            }
        }
        return bytes
    }

    /// Decodes the sample that starts at an index, which must lie inside with all its bytes.
    package func sample(_ bytes: [UInt8], at index: Int) -> Int {
        switch self {
        case .pcm: Int(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8))
        case .muLaw: Self.fromMuLaw(bytes[index])
        case .aLaw: Self.fromALaw(bytes[index])
        }
    }

    /// ITU-T G.711 µ-law: sign, three bits of exponent, four of mantissa, all inverted.
    private static func muLaw(_ value: Int16) -> UInt8 {
        let magnitude = min(Int(value.magnitude), 32_635) + 132
        var exponent = 7
        while exponent > 0, magnitude & (1 << (exponent + 7)) == 0 { exponent -= 1 }
        let mantissa = (magnitude >> (exponent + 3)) & 0x0F
        return ~UInt8((value < 0 ? 0x80 : 0) | exponent << 4 | mantissa)
    }

    private static func fromMuLaw(_ byte: UInt8) -> Int {
        let code = ~byte
        let magnitude = (Int(code & 0x0F) << 3 + 132) << Int((code >> 4) & 0x07) - 132
        return code & 0x80 == 0 ? magnitude : -magnitude
    }

    /// ITU-T G.711 A-law: as µ-law with a linear lowest segment, even bits inverted.
    private static func aLaw(_ value: Int16) -> UInt8 {
        let magnitude = min(Int(value.magnitude), 32_767) >> 3
        var exponent = 7
        while exponent > 0, magnitude & (1 << (exponent + 4)) == 0 { exponent -= 1 }
        let mantissa = exponent == 0 ? (magnitude >> 1) & 0x0F : (magnitude >> exponent) & 0x0F
        return UInt8((value < 0 ? 0 : 0x80) | exponent << 4 | mantissa) ^ 0x55
    }

    private static func fromALaw(_ byte: UInt8) -> Int {
        let code = byte ^ 0x55
        let exponent = Int((code >> 4) & 0x07)
        let mantissa = Int(code & 0x0F) << 4
        let magnitude = exponent == 0 ? mantissa + 8 : (mantissa + 264) << (exponent - 1)
        return code & 0x80 == 0 ? -magnitude : magnitude
    }
}
