// Sound in the form that realtime sessions take by default: PCM16 little-endian, mono, 24 kHz.

/// Mono PCM16 at 24 kHz.
package struct SpeechAudio: Equatable, Sendable {
    package static let sampleRate = 24_000
    /// Bytes of 100 ms.
    package static let pieceBytes = SpeechAudio.sampleRate / 10 * 2

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Mixes the channels and resamples linearly.
    package init(_ file: WAVFile) {
        let mono = Self.mix(file)
        let resampled = file.sampleRate == Self.sampleRate ? mono : Self.resample(mono, from: file.sampleRate)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(resampled.count * 2)
        for sample in resampled {
            let pattern = UInt16(bitPattern: sample)
            bytes.append(UInt8(truncatingIfNeeded: pattern))
            bytes.append(UInt8(truncatingIfNeeded: pattern >> 8))
        }
        self.bytes = bytes
    }

    package var milliseconds: Int { self.bytes.count / 2 * 1000 / Self.sampleRate }

    /// The piece of 100 ms that begins at `offset`; the last one may be shorter.
    package func piece(at offset: Int) -> ArraySlice<UInt8> {
        let start = min(max(offset, 0), self.bytes.count)
        return self.bytes[start..<min(start + Self.pieceBytes, self.bytes.count)]
    }

    private static func mix(_ file: WAVFile) -> [Int16] {
        guard file.channels > 1 else { return file.samples }
        return stride(from: 0, to: file.samples.count, by: file.channels).map { start in
            let sum = file.samples[start..<start + file.channels].reduce(0) { $0 + Int($1) }
            return Int16(clamping: sum / file.channels)
        }
    }

    /// Linear interpolation; sample n of the result lies at n × rate / 24000 of the source.
    private static func resample(_ samples: [Int16], from rate: Int) -> [Int16] {
        let count = samples.count * self.sampleRate / rate
        return (0..<count).map { index in
            let scaled = index * rate
            let left = scaled / self.sampleRate
            let part = scaled % self.sampleRate
            let first = Int(samples[left])
            let second = Int(samples[min(left + 1, samples.count - 1)])
            return Int16(clamping: first + (second - first) * part / self.sampleRate)
        }
    }
}
