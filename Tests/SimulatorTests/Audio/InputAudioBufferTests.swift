// The input buffer: findings do not depend on how audio was cut, silence takes no memory.

import Testing

@testable import Simulator

@Suite("Input audio buffer")
struct InputAudioBufferTests {
    private let silence = [UInt8](repeating: 0, count: 48 * 600)
    private var speech: [UInt8] {
        let voice = SpeechSynthesizer(format: .pcm, voice: "marin", speed: 1)
        return ["hello", " and", " good", " morning"].flatMap(voice.audio)
    }

    private func buffer() -> InputAudioBuffer {
        var buffer = InputAudioBuffer(format: .pcm)
        let detector = VoiceActivityDetector(threshold: 0.5, paddingMilliseconds: 300, silenceMilliseconds: 400)
        buffer.configure(format: .pcm, detector: detector, paddingMilliseconds: 300)
        return buffer
    }

    private func findings(_ audio: [UInt8], cutEvery length: Int) -> [VoiceActivityDetector.Finding] {
        var buffer = self.buffer()
        var findings: [VoiceActivityDetector.Finding] = []
        for start in stride(from: 0, to: audio.count, by: length) {
            buffer.append(Array(audio[start..<min(start + length, audio.count)]))
            while let finding = buffer.nextFinding() { findings.append(finding) }
        }
        return findings
    }

    @Test("Spoken words are one utterance, however they are cut", arguments: [1, 7, 959, 960, 961, 4_800, 1_000_000])
    func findsUtterance(_ length: Int) {
        let audio = self.silence + self.speech + self.silence
        let findings = self.findings(audio, cutEvery: length)
        #expect(findings.count == 2)
        #expect(findings == self.findings(audio, cutEvery: 960))
    }

    @Test("Silence is not kept, speech with its padding is")
    func dropsSilence() {
        var buffer = self.buffer()
        for _ in 0..<100 {
            buffer.append(self.silence)
            #expect(buffer.nextFinding() == nil)
        }
        #expect(buffer.byteCount < 200_000)
        buffer.append(self.speech + self.silence)
        #expect(buffer.nextFinding() != nil)
        #expect(buffer.nextFinding() != nil)
        let committed = buffer.commit()
        #expect(committed.bytes.count > self.speech.count)
        #expect(committed.heard.syllables >= 3)
    }

    @Test("Without a detector everything is kept to the last byte")
    func keepsAll() {
        var buffer = InputAudioBuffer(format: .pcm)
        buffer.append(self.speech)
        #expect(buffer.nextFinding() == nil)
        buffer.append([1, 2, 3])
        #expect(buffer.milliseconds == (self.speech.count + 3) / 48)
        let committed = buffer.commit()
        #expect(committed.bytes == self.speech + [1, 2, 3])
        #expect(buffer.byteCount == 0)
    }

    @Test("Clearing and another format drop what was collected")
    func clears() {
        var buffer = InputAudioBuffer(format: .pcm)
        buffer.append(self.speech)
        buffer.clear()
        #expect(buffer.byteCount == 0)
        buffer.append(self.speech)
        buffer.configure(format: .muLaw, detector: nil, paddingMilliseconds: 0)
        #expect(buffer.byteCount == 0)
    }

    @Test("Audio is described by length and loudness")
    func describes() {
        let buffer = InputAudioBuffer(format: .pcm)
        #expect(buffer.describe([]).milliseconds == 0)
        #expect(buffer.describe(self.silence).decibels == -90)
        #expect(buffer.describe(self.silence).milliseconds == 600)
        #expect(buffer.describe(self.speech).decibels > -30)
        #expect(HeardAudio(milliseconds: 1_960).secondsText == "2.0")
    }
}
