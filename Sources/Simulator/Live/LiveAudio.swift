// Sound as Gemini Live takes it: PCM16, little-endian, mono, at any rate that the MIME type names (realtime reference §14.4).

import Dialects
import Foundation

/// Reads sound.
enum LiveAudio {
    private static let nativeRate = 16_000
    private static let rates = 4_000...192_000

    /// The samples of a `{data, mimeType}` at the simulator's own rate; nil for what is no sound.
    static func pcm(_ json: JSONValue) -> [UInt8]? {
        let type = (json.proto("mimeType")?.string ?? "audio/pcm").lowercased()
        guard type.hasPrefix("audio/"), let data = Data(base64Encoded: json["data"]?.string ?? "") else { return nil }
        guard data.count <= SimulatorLimits.appendBytes else { return nil }
        return self.resampled([UInt8](data), from: self.rate(in: type))
    }

    private static func rate(in type: String) -> Int {
        guard let mark = type.range(of: "rate=") else { return self.nativeRate }
        let digits = type[mark.upperBound...].prefix { $0.isASCII && $0.isNumber }
        return Int(digits).flatMap { self.rates.contains($0) ? $0 : nil } ?? self.nativeRate
    }

    /// PCM16 at 24 kHz, by drawing lines between the samples.
    static func resampled(_ bytes: [UInt8], from rate: Int) -> [UInt8] {
        let target = SimulatedAudioFormat.pcm.sampleRate
        let count = bytes.count / 2
        guard rate != target, count > 0, self.rates.contains(rate) else { return Array(bytes.prefix(count * 2)) }
        var result: [UInt8] = []
        result.reserveCapacity(count * target / rate * 2)
        for index in 0..<(count * target / rate) {
            let position = Double(index) * Double(rate) / Double(target)
            let first = min(Int(position), count - 1)
            let second = min(first + 1, count - 1)
            let start = Double(SimulatedAudioFormat.pcm.sample(bytes, at: first * 2))
            let end = Double(SimulatedAudioFormat.pcm.sample(bytes, at: second * 2))
            let value = Int16(start + (end - start) * (position - Double(first)))
            result.append(UInt8(truncatingIfNeeded: value))
            result.append(UInt8(truncatingIfNeeded: value >> 8))
        }
        return result
    }
}
