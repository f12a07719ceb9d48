// The voice: as long as announced, audible, the same each time, loud in the vowels and quiet between words.

import Testing

@testable import Simulator

@Suite("Speech")
struct SpeechSynthesizerTests {
    private func level(_ bytes: [UInt8], _ format: SimulatedAudioFormat) -> Double {
        let samples = stride(from: 0, to: bytes.count, by: format.bytesPerSample).map { format.sample(bytes, at: $0) }
        let power = samples.map { Double($0) * Double($0) }.reduce(0, +) / Double(max(samples.count, 1))
        return power.squareRoot()
    }

    @Test(
        "A word sounds: loud enough for speech detection, without clipping",
        arguments: [
            SimulatedAudioFormat.pcm, .muLaw, .aLaw,
        ]
    )
    func sounds(_ format: SimulatedAudioFormat) {
        let speech = SpeechSynthesizer(format: format, voice: "marin", speed: 1)
        for word in ["hello", " simulator", " you", "é", " 42.", "你好", " piece"] {
            let bytes = speech.audio(of: word)
            #expect(bytes.count / format.bytesPerMillisecond == speech.milliseconds(of: word))
            let level = self.level(bytes, format)
            #expect(level > 800, "\(word) \(level)")
            #expect(level < 16_000, "\(word) \(level)")
        }
    }

    @Test("Same input, same samples; another voice, other samples")
    func isDeterministic() {
        let first = SpeechSynthesizer(format: .pcm, voice: "marin", speed: 1)
        #expect(first.audio(of: "hello") == first.audio(of: "hello"))
        #expect(
            first.audio(of: "hello") != SpeechSynthesizer(format: .pcm, voice: "cedar", speed: 1).audio(of: "hello")
        )
    }

    @Test("Punctuation pauses, speed scales, nothing is silent forever")
    func lasts() {
        let speech = SpeechSynthesizer(format: .pcm, voice: "marin", speed: 1)
        #expect(speech.milliseconds(of: "hello.") > speech.milliseconds(of: "hello"))
        let fast = SpeechSynthesizer(format: .pcm, voice: "marin", speed: 1.5)
        #expect(fast.milliseconds(of: "hello") < speech.milliseconds(of: "hello"))
        #expect(SpeechSynthesizer(format: .pcm, voice: "x", speed: 0).milliseconds(of: "a") < 10_000)
        #expect(speech.milliseconds(of: String(repeating: "la ", count: 100_000)) < 10_000)
    }

    @Test("A syllable is a run of vowels, or a dense character")
    func countsSyllables() {
        #expect(SpeechSynthesizer.vowels(of: "hello").count == 2)
        #expect(SpeechSynthesizer.vowels(of: "queue").count == 1)
        #expect(SpeechSynthesizer.vowels(of: "你好").count == 2)
        #expect(SpeechSynthesizer.vowels(of: "42").count == 1)
        #expect(SpeechSynthesizer.vowels(of: " …").isEmpty)
    }
}
