import Testing

@testable import RealtimeTranslation

/// WAV files for transcription.
@Suite struct WAVFileTests {
    @Test func hasTheHeaderOfPCM() {
        let file = WAVFile.make([1, 2, 3, 4, 5], format: .pcm)
        #expect(
            file == Array("RIFF".utf8) + [40, 0, 0, 0] + Array("WAVEfmt ".utf8) + [16, 0, 0, 0, 1, 0, 1, 0]
                + [0xC0, 0x5D, 0, 0] + [0x80, 0xBB, 0, 0] + [2, 0, 16, 0] + Array("data".utf8) + [4, 0, 0, 0]
                + [1, 2, 3, 4]
        )
    }

    @Test func telephoneAudioIsDecoded() {
        let file = WAVFile.make([0xFF, 0x80], format: .mulaw)
        #expect(Array(file[24..<28]) == [0x40, 0x1F, 0, 0])
        #expect(Array(file[44...]) == [0, 0, 0x7C, 0x7D])
        #expect(Array(WAVFile.make([0xD5], format: .alaw)[44...]) == [8, 0])
    }
}
