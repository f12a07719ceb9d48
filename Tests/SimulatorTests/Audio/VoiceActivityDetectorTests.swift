// Detection by energy: three loud frames start, enough quiet ends, clicks do nothing.

import Testing

@testable import Simulator

@Suite("Voice activity")
struct VoiceActivityDetectorTests {
    /// Feeds levels and returns what was found, with the number of the frame.
    private func findings(_ levels: [Double], padding: Int = 40, silence: Int = 100) -> [VoiceActivityDetector.Finding]
    {
        var detector = VoiceActivityDetector(threshold: 0.5, paddingMilliseconds: padding, silenceMilliseconds: silence)
        return levels.enumerated().compactMap { detector.feed(level: $1, endingAt: ($0 + 1) * 20) }
    }

    private let quiet = [Double](repeating: 10, count: 10)
    private let loud = [Double](repeating: 5_000, count: 10)

    @Test("Speech starts with the padding before it and stops after the silence")
    func findsSpeech() {
        #expect(
            self.findings(self.quiet + self.loud + self.quiet)
                == [.started(atMilliseconds: 160), .stopped(atMilliseconds: 500)]
        )
    }

    @Test("A click is no speech, a short pause no end")
    func ignoresClicks() {
        #expect(self.findings(self.quiet + [5_000, 5_000] + self.quiet).isEmpty)
        let pause = [Double](repeating: 10, count: 4)
        #expect(self.findings(self.loud + pause + self.loud) == [.started(atMilliseconds: 0)])
    }

    @Test("It finds one utterance after another")
    func findsSeveral() {
        let levels = self.loud + self.quiet + self.loud + self.quiet
        #expect(self.findings(levels).count == 4)
    }

    @Test("The threshold is the protocol's")
    func obeysThreshold() {
        var strict = VoiceActivityDetector(threshold: 1, paddingMilliseconds: 0, silenceMilliseconds: 20)
        var lenient = VoiceActivityDetector(threshold: 0, paddingMilliseconds: 0, silenceMilliseconds: 20)
        for frame in 1...3 {
            #expect(strict.feed(level: 1_000, endingAt: frame * 20) == nil)
            #expect((lenient.feed(level: 300, endingAt: frame * 20) != nil) == (frame == 3))
        }
    }

    @Test("Absurd settings do not trap")
    func survivesSettings() {
        var detector = VoiceActivityDetector(
            threshold: .infinity,
            paddingMilliseconds: .max,
            silenceMilliseconds: .min
        )
        for frame in 1...10 {
            _ = detector.feed(level: 32_768, endingAt: frame * 20)
        }
    }
}
