// The answer of `/audio/transcriptions` (OpenAI API reference, audio: `{"text", "usage"}`).

import Dialects
import RealtimeTranslation

/// A transcription and what it cost.
struct TranscriptionAnswer {
    let text: String
    /// Nil where the provider tells none.
    let usage: TranscriptionUsage?

    /// Nil when the body is no such answer.
    init?(_ body: [UInt8]) {
        guard let answer = try? JSONParser.parse(body), let text = answer["text"]?.string else { return nil }
        self.text = text
        self.usage = answer["usage"].flatMap(Self.usage)
    }

    private static func usage(_ value: JSONValue) -> TranscriptionUsage? {
        if let seconds = value["seconds"]?.double, seconds >= 0 { return .duration(seconds: seconds) }
        guard let input = value["input_tokens"]?.integer, let output = value["output_tokens"]?.integer,
            input >= 0, output >= 0
        else { return nil }
        let details = value["input_token_details"]
        let audio = min(max(0, details?["audio_tokens"]?.integer ?? input), input)
        return .tokens(input: input, output: output, inputText: input - audio, inputAudio: audio)
    }
}
