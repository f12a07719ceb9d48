// What a chat session asks of whoever runs it. Actions are to be done in their order.

package import Dialects

/// One thing to do.
package enum ChatAction: Sendable, Equatable {
    /// Send the client this event: one JSON object (realtime §5).
    case say([UInt8])
    /// Ask the chat model. `isStream` is set and `model` empty: that is the runner's to fill in.
    ///
    /// Answered by `generated` for every event of the stream, the last one being `.ended` or `.failed`, or by `failed`.
    case generate(ChatWork, GenerationRequest)
    /// Have audio transcribed: a whole WAV file, PCM16 mono. Answered by `transcribed` or `failed`.
    case transcribe(ChatWork, audio: [UInt8], language: String?, prompt: String?)
    /// Have a text spoken. Answered by `spoke` for every piece of PCM16 little-endian mono at 24 kHz, then `spoken`, or by
    /// `failed`.
    case speak(ChatWork, text: String, voice: String, speed: Double)
    /// Stop that work; what it still reports is ignored.
    case cancel(ChatWork)
    /// Send the client `rate_limits.updated` (realtime §5): a response has just ended.
    case tellRates
}

/// The name of one piece of work that somebody else does for the session: an answer, a transcription, a spoken sentence.
package struct ChatWork: Hashable, Sendable {
    /// Counts the work of a session from 0.
    package let number: Int

    package init(number: Int) {
        self.number = number
    }
}

/// What a transcription cost, where the provider tells (realtime §7).
package enum TranscriptionUsage: Sendable, Equatable {
    case tokens(input: Int, output: Int, inputText: Int, inputAudio: Int)
    case duration(seconds: Double)
}
