// Speech as it is synthesised (PCM16 little-endian mono at 24 kHz) in the format that the client asked for.
//
// Pieces may be cut anywhere: what is no whole sample yet waits for the next. Telephone formats have a third of the samples:
// each is the mean of three, which is filter enough for speech.

/// Turns synthesised speech into a session's output format.
struct SpeechEncoder: Sendable {
    /// Bytes of a millisecond of PCM16 at 24 kHz.
    static let bytesPerMillisecond = 48

    private let format: AudioFormat
    /// Bytes of an unfinished sample.
    private var rest: [UInt8] = []

    init(_ format: AudioFormat) {
        self.format = format
    }

    mutating func take(_ pcm: [UInt8]) -> [UInt8] {
        let size = format == .pcm ? 2 : 6
        let input = rest + pcm
        let whole = input.count - input.count % size
        rest = Array(input[whole...])
        guard format != .pcm else { return whole == input.count ? input : Array(input[..<whole]) }
        var output: [UInt8] = []
        output.reserveCapacity(whole / size)
        for start in stride(from: 0, to: whole, by: size) {
            var sum: Int32 = 0
            for offset in stride(from: start, to: start + size, by: 2) {
                sum += Int32(Int16(truncatingIfNeeded: Int(input[offset]) | Int(input[offset + 1]) << 8))
            }
            let sample = Int16(clamping: sum / 3)
            output.append(format == .mulaw ? G711.muLawByte(sample) : G711.aLawByte(sample))
        }
        return output
    }

    /// Forgets an unfinished sample: the next piece is of another sentence.
    mutating func endSentence() {
        rest = []
    }
}
