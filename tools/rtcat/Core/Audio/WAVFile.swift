// RIFF WAVE, the little of it that speech needs: linear PCM of 16 bits, one or more channels. Layout after "Multimedia
// Programming Interface and Data Specifications 1.0", chunk `fmt ` and chunk `data`; WAVE_FORMAT_EXTENSIBLE too.
//
// Sizes in the file are claims: every one is checked against the bytes that are there.

/// Sound read from a WAV file.
package struct WAVFile: Equatable, Sendable {
    package let sampleRate: Int
    package let channels: Int
    /// Samples of all channels in turn.
    package let samples: [Int16]

    private static let pcm = 1
    private static let extensible = 0xFFFE
    private static let rates = 1000...384_000
    private static let channelLimit = 8

    package init(_ bytes: [UInt8]) throws(WAVError) {
        guard bytes.count >= 12, bytes[0..<4].elementsEqual("RIFF".utf8), bytes[8..<12].elementsEqual("WAVE".utf8)
        else {
            throw .notWAV
        }
        var format: (rate: Int, channels: Int)?
        var cursor = 12
        while bytes.count - cursor >= 8 {
            let name = String(decoding: bytes[cursor..<cursor + 4], as: UTF8.self)
            let claimed = Self.number(bytes, at: cursor + 4, bytes: 4)
            let start = cursor + 8
            // A writer that could not seek back leaves 0 or the highest number: then the data go on to the end.
            let isOpenEnded = name == "data" && (claimed == 0 || claimed == 0xFFFF_FFFF)
            let end = isOpenEnded ? bytes.count : min(start + claimed, bytes.count)
            switch name {
            case "fmt ":
                format = try Self.format(bytes[start..<end])
            case "data":
                guard let format else { throw .noFormat }
                self.sampleRate = format.rate
                self.channels = format.channels
                self.samples = Self.samples(bytes[start..<end], channels: format.channels)
                return
            default:
                break
            }
            cursor = min(end + claimed % 2, bytes.count)
        }
        throw format == nil ? .noFormat : .noData
    }

    private static func format(_ chunk: ArraySlice<UInt8>) throws(WAVError) -> (rate: Int, channels: Int) {
        guard chunk.count >= 16 else { throw .noFormat }
        let bytes = Array(chunk)
        var code = self.number(bytes, at: 0, bytes: 2)
        if code == self.extensible, bytes.count >= 26 { code = self.number(bytes, at: 24, bytes: 2) }
        let bits = self.number(bytes, at: 14, bytes: 2)
        guard code == self.pcm, bits == 16 else { throw .notPCM16(code: code, bits: bits) }
        let channels = self.number(bytes, at: 2, bytes: 2)
        let rate = self.number(bytes, at: 4, bytes: 4)
        guard (1...self.channelLimit).contains(channels), self.rates.contains(rate) else {
            throw .unusable(rate: rate, channels: channels)
        }
        return (rate, channels)
    }

    private static func samples(_ data: ArraySlice<UInt8>, channels: Int) -> [Int16] {
        let count = data.count / (2 * channels) * channels
        return (0..<count).map { index in
            let at = data.startIndex + index * 2
            return Int16(bitPattern: UInt16(data[at]) | UInt16(data[at + 1]) << 8)
        }
    }

    private static func number(_ bytes: [UInt8], at start: Int, bytes count: Int) -> Int {
        (0..<count).reduce(0) { $0 | Int(bytes[start + $1]) << (8 * $1) }
    }

    /// The first 44 bytes of a file of mono PCM16; a size beyond the format's 4 GiB is written as open-ended.
    package static func header(dataBytes: Int, sampleRate: Int) -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] {
            (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        }
        let size = min(max(dataBytes, 0), 0xFFFF_FFFF - 36)
        return Array("RIFF".utf8) + little(size + 36, 4) + Array("WAVEfmt ".utf8) + little(16, 4) + little(self.pcm, 2)
            + little(1, 2) + little(sampleRate, 4) + little(sampleRate * 2, 4) + little(2, 2) + little(16, 2)
            + Array("data".utf8) + little(size, 4)
    }
}

/// Why a WAV file cannot be spoken.
package enum WAVError: Error, Equatable, Sendable, CustomStringConvertible {
    case notWAV
    case noFormat
    case noData
    case notPCM16(code: Int, bits: Int)
    case unusable(rate: Int, channels: Int)

    package var description: String {
        switch self {
        case .notWAV: "not a WAV file; \(Self.remedy)"
        case .noFormat: "a WAV file without a format; \(Self.remedy)"
        case .noData: "a WAV file without sound"
        case .notPCM16(let code, let bits): "WAV format \(code) with \(bits) bits, not PCM with 16; \(Self.remedy)"
        case .unusable(let rate, let channels): "\(channels) channels at \(rate) Hz; \(Self.remedy)"
        }
    }

    private static let remedy = "convert it: ffmpeg -i IN -ac 1 -ar 24000 -c:a pcm_s16le OUT.wav"
}
