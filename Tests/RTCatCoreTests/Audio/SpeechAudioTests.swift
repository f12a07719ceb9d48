import RTCatCore
import Testing

@Suite struct SpeechAudioTests {
    private static func wav(_ samples: [Int16], rate: Int, channels: Int = 1) throws -> WAVFile {
        let bytes = samples.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8(truncatingIfNeeded: $0 >> 8)] }
        var header = WAVFile.header(dataBytes: bytes.count, sampleRate: rate)
        header[22] = UInt8(channels)
        return try WAVFile(header + bytes)
    }

    private static func samples(_ audio: SpeechAudio) -> [Int16] {
        stride(from: 0, to: audio.bytes.count, by: 2).map {
            Int16(bitPattern: UInt16(audio.bytes[$0]) | UInt16(audio.bytes[$0 + 1]) << 8)
        }
    }

    @Test func keepsTheRightRateAsItIs() throws {
        let audio = SpeechAudio(try Self.wav([0, 1, -1, 32_767, -32_768], rate: 24_000))
        #expect(Self.samples(audio) == [0, 1, -1, 32_767, -32_768])
    }

    @Test func mixesChannels() throws {
        let audio = SpeechAudio(try Self.wav([100, 200, -100, -300, 32_767, 32_767], rate: 24_000, channels: 2))
        #expect(Self.samples(audio) == [150, -200, 32_767])
    }

    @Test func interpolatesUpwards() throws {
        let audio = SpeechAudio(try Self.wav([0, 300, 600], rate: 8000))
        #expect(Self.samples(audio) == [0, 100, 200, 300, 400, 500, 600, 600, 600])
    }

    @Test func interpolatesDownwards() throws {
        let audio = SpeechAudio(try Self.wav([0, 10, 20, 30, 40, 50], rate: 48_000))
        #expect(Self.samples(audio) == [0, 20, 40])
    }

    @Test(arguments: [8000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000])
    func keepsTheLength(_ rate: Int) throws {
        let audio = SpeechAudio(try Self.wav([Int16](repeating: 1000, count: rate), rate: rate))
        #expect(audio.milliseconds == 1000)
        #expect(Self.samples(audio).allSatisfy { $0 == 1000 })
    }

    @Test func cutsPiecesOf100Milliseconds() {
        let audio = SpeechAudio(bytes: [UInt8](repeating: 7, count: SpeechAudio.pieceBytes + 10))
        #expect(audio.piece(at: 0).count == SpeechAudio.pieceBytes)
        #expect(audio.piece(at: SpeechAudio.pieceBytes).count == 10)
        #expect(audio.piece(at: 1_000_000).isEmpty)
        #expect(audio.piece(at: -5).count == SpeechAudio.pieceBytes)
        #expect(SpeechAudio(bytes: []).milliseconds == 0)
    }
}
