import Testing

@testable import RealtimeTranslation

/// Synthesised speech in the client's format.
@Suite struct SpeechEncoderTests {
    @Test func keepsSamplesWhole() {
        var encoder = SpeechEncoder(.pcm)
        #expect(encoder.take([1]) == [])
        #expect(encoder.take([2, 3]) == [1, 2])
        #expect(encoder.take([4]) == [3, 4])
        _ = encoder.take([9])
        encoder.endSentence()
        #expect(encoder.take([1, 2]) == [1, 2])
    }

    @Test func thinsOutForTelephones() {
        var encoder = SpeechEncoder(.mulaw)
        #expect(encoder.take([0, 0, 0, 0, 0]) == [])
        #expect(encoder.take([0, 0]) == [0xFF])
        var alaw = SpeechEncoder(.alaw)
        #expect(alaw.take([0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F]) == [0xAA])
    }
}
