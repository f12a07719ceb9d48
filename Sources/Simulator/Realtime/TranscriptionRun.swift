// A transcription of user audio under way: deltas word by word, then the whole with its own usage.

import Dialects

/// A transcription.
struct TranscriptionRun: Sendable {
    let itemID: String
    let model: String
    let heard: HeardAudio
    let pieces: [String]
    var next = 0
    var dueAt: Int64

    init(itemID: String, model: String, heard: HeardAudio, dueAt: Int64) {
        self.itemID = itemID
        self.model = model
        self.heard = heard
        self.pieces = AnswerPieces.cut(heard.transcript)
        self.dueAt = dueAt
    }

    /// Usage as the transcription model bills it: `whisper-1` by time, others by tokens.
    var usage: JSONValue {
        if self.model.hasPrefix("whisper") {
            let tenths = (self.heard.milliseconds + 50) / 100
            return ["type": "duration", "seconds": .number(Double(tenths) / 10)]
        }
        let input = TokenCount.heard(milliseconds: self.heard.milliseconds)
        let output = TokenCount.text(self.heard.transcript)
        return [
            "type": "tokens", "total_tokens": .integer(input + output), "input_tokens": .integer(input),
            "input_token_details": ["text_tokens": 0, "audio_tokens": .integer(input)],
            "output_tokens": .integer(output),
        ]
    }
}
