// A WAV file of PCM16 mono: what transcription endpoints take.

/// Makes WAV files.
enum WAVFile {
    /// Bytes in front of the samples.
    static let headerBytes = 44

    /// A whole file of audio in a session's format.
    static func make(_ audio: [UInt8], format: AudioFormat) -> [UInt8] {
        let sampleBytes = audio.count / format.bytesPerSample * 2
        let rate = UInt32(truncatingIfNeeded: format.samplesPerSecond)
        var file: [UInt8] = []
        file.reserveCapacity(headerBytes + sampleBytes)
        file += "RIFF".utf8
        file += bytes(UInt32(truncatingIfNeeded: headerBytes - 8 + sampleBytes))
        file += "WAVEfmt ".utf8
        // PCM, one channel, and what both make of a second and of a sample.
        file += bytes(UInt32(16)) + bytes(UInt16(1)) + bytes(UInt16(1))
        file += bytes(rate) + bytes(rate * 2) + bytes(UInt16(2)) + bytes(UInt16(16))
        file += "data".utf8
        file += bytes(UInt32(truncatingIfNeeded: sampleBytes))
        switch format {
        case .pcm: file += audio.prefix(sampleBytes)
        case .mulaw: file += G711.decoded(audio, isMuLaw: true)
        case .alaw: file += G711.decoded(audio, isMuLaw: false)
        }
        return file
    }

    /// Little-endian.
    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
