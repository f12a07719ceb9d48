// WAV files: RIFF chunks of little-endian numbers, of which `fmt ` and `data` matter here; PCM16 only.

/// Reads and writes WAV files.
package enum WAVFile {
    private static let pcm = 1
    private static let bits = 16
    private static let headBytes = 44

    /// What a file holds.
    package struct Sound: Equatable, Sendable {
        package let sampleRate: Int
        /// PCM16, little-endian, the first channel alone.
        package let samples: [UInt8]
    }

    /// The head of a mono file with so many bytes of samples.
    package static func head(sampleRate: Int, bytes: Int) -> [UInt8] {
        var head = Array("RIFF".utf8) + self.little(self.headBytes - 8 + bytes, 4) + Array("WAVEfmt ".utf8)
        head += self.little(16, 4) + self.little(self.pcm, 2) + self.little(1, 2) + self.little(sampleRate, 4)
        head += self.little(sampleRate * 2, 4) + self.little(2, 2) + self.little(self.bits, 2)
        return head + Array("data".utf8) + self.little(bytes, 4)
    }

    /// Reads a file; nil for another format.
    ///
    /// A length that goes beyond the end, as streams write it, means to the end.
    package static func read(_ bytes: [UInt8]) -> Sound? {
        guard bytes.count >= 12, bytes.starts(with: Array("RIFF".utf8)), bytes[8..<12].elementsEqual("WAVE".utf8) else {
            return nil
        }
        var position = 12
        var format: (channels: Int, sampleRate: Int)?
        while position + 8 <= bytes.count {
            let name = bytes[position..<position + 4]
            let length = self.number(bytes, at: position + 4, 4)
            let start = position + 8
            if name.elementsEqual("fmt ".utf8), length >= 16, start + 16 <= bytes.count {
                guard self.number(bytes, at: start, 2) == self.pcm, self.number(bytes, at: start + 14, 2) == self.bits
                else { return nil }
                format = (self.number(bytes, at: start + 2, 2), self.number(bytes, at: start + 4, 4))
            } else if name.elementsEqual("data".utf8) {
                guard let format, format.channels >= 1, format.sampleRate > 0 else { return nil }
                let samples = Array(bytes[start..<min(start + length, bytes.count)])
                return Sound(sampleRate: format.sampleRate, samples: self.firstChannel(samples, of: format.channels))
            }
            position = start + length + length % 2
        }
        return nil
    }

    private static func firstChannel(_ bytes: [UInt8], of channels: Int) -> [UInt8] {
        let width = channels * 2
        guard channels > 1 else { return Array(bytes.prefix(bytes.count / 2 * 2)) }
        return stride(from: 0, to: bytes.count - width + 1, by: width).flatMap { bytes[$0..<$0 + 2] }
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func number(_ bytes: [UInt8], at start: Int, _ count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }
}
