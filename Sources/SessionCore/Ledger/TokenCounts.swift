// What a turn used, by class of token. Cached tokens are a part of the input of their class, as providers count them.

/// Token counts of one turn or exchange; never negative.
package struct TokenCounts: Sendable, Equatable, Codable {
    package var inputText = 0
    package var inputAudio = 0
    package var inputImage = 0
    package var cachedText = 0
    package var cachedAudio = 0
    package var cachedImage = 0
    package var outputText = 0
    package var outputAudio = 0
    /// Milliseconds of audio, where a transcription is billed by time.
    package var audioMilliseconds = 0

    package init() {}

    package var input: Int { Self.sum([inputText, inputAudio, inputImage]) }
    package var cached: Int { Self.sum([cachedText, cachedAudio, cachedImage]) }
    package var output: Int { Self.sum([outputText, outputAudio]) }
    package var total: Int { Self.sum([input, output]) }
    package var isEmpty: Bool { self == TokenCounts() }

    /// Saturating: a provider's numbers must never trap.
    private static func sum(_ counts: [Int]) -> Int {
        counts.reduce(0) { sum, count in
            let (result, overflow) = sum.addingReportingOverflow(max(0, count))
            return overflow ? .max : result
        }
    }
}
