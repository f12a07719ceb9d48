// Usage of a transcription (realtime reference §7).

import Dialects
import Testing

@testable import Simulator

@Suite("Transcription runs")
struct TranscriptionRunTests {
    private let heard = HeardAudio(milliseconds: 1_940, syllables: 5, decibels: -20)

    @Test("§7: whisper bills by time")
    func billsTime() {
        let run = TranscriptionRun(itemID: "i", model: "whisper-1", heard: self.heard, dueAt: 0)
        #expect(run.usage == ["type": "duration", "seconds": 1.9])
    }

    @Test("§7: others bill by tokens")
    func billsTokens() {
        let run = TranscriptionRun(itemID: "i", model: "gpt-4o-transcribe", heard: self.heard, dueAt: 0)
        #expect(run.usage["input_token_details"] == ["text_tokens": 0, "audio_tokens": 20])
        #expect(run.usage["type"] == "tokens")
        #expect(run.pieces.joined() == self.heard.transcript)
    }
}
