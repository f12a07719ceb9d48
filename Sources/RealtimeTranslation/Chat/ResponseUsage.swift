// Token counts of a chat completion as the realtime protocol tells them (realtime §7).
//
// Reasoning is part of the output's text. Numbers come from an upstream: sums that overflow end at the largest number.

import Dialects

/// The `usage` of a response.
struct ResponseUsage: Equatable {
    private var usage: ChatUsage
    /// Speech that was made of the answer, one token per 50 ms.
    private let speechTokens: Int

    private static let millisecondsPerToken = 50
    private static let bytesPerToken = 4

    /// `cutBytes` is what an answer had said that was cut off: the provider may have told its input and not yet its output.
    init(_ usage: ChatUsage, spokenMilliseconds: Int = 0, cutBytes: Int? = nil) {
        self.usage = usage
        if let cutBytes, !usage.isEmpty {
            let said = (cutBytes + Self.bytesPerToken - 1) / Self.bytesPerToken
            self.usage.completionTokens = max(usage.completionTokens, said)
        }
        self.speechTokens = (spokenMilliseconds + Self.millisecondsPerToken - 1) / Self.millisecondsPerToken
    }

    /// Null when the provider counted nothing: zeros would look as if the answer were for free.
    var value: JSONValue {
        guard !usage.isEmpty else { return nil }
        let input = max(0, usage.promptTokens)
        let audio = min(max(0, usage.promptAudioTokens), input)
        let image = min(max(0, usage.promptImageTokens), input - audio)
        let cached = min(max(0, usage.cachedTokens), input)
        let cachedText = min(cached, input - audio - image)
        let answer = max(0, usage.completionTokens)
        let answerAudio = min(max(0, usage.completionAudioTokens), answer)
        let output = Self.sum(answer, speechTokens)
        return [
            "total_tokens": .integer(Self.sum(input, output)), "input_tokens": .integer(input),
            "output_tokens": .integer(output),
            "input_token_details": [
                "text_tokens": .integer(input - audio - image), "audio_tokens": .integer(audio),
                "image_tokens": .integer(image), "cached_tokens": .integer(cached),
                "cached_tokens_details": [
                    "text_tokens": .integer(cachedText), "audio_tokens": .integer(min(cached - cachedText, audio)),
                    "image_tokens": .integer(max(0, cached - cachedText - audio)),
                ],
            ],
            "output_token_details": [
                "text_tokens": .integer(answer - answerAudio),
                "audio_tokens": .integer(Self.sum(answerAudio, speechTokens)),
            ],
        ]
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
