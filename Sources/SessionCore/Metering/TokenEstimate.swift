// Rules of thumb for tokens that nobody told (protocol: realtime §7): what is set aside before work begins, what is taken
// for the spending while it runs, and what is written down, marked as estimated, when a provider tells no usage.

/// Guesses of token counts; all round up and none can overflow.
package enum TokenEstimate {
    /// English prose has about four bytes to a token.
    package static let bytesPerTextToken = 4
    /// A token of a user's audio lasts 100 ms.
    package static let millisecondsPerInputAudioToken = 100
    /// A token of an assistant's audio lasts 50 ms.
    package static let millisecondsPerOutputAudioToken = 50
    /// 24,000 samples of two bytes: the realtime API's `audio/pcm`.
    package static let pcmBytesPerSecond = 48_000

    /// Tokens of a text in UTF-8, or of a JSON body that holds it.
    package static func text(bytes: Int) -> Int {
        quotient(bytes, bytesPerTextToken)
    }

    /// Tokens of a user's audio that came as base64.
    package static func audioIn(base64Bytes: Int, bytesPerSecond: Int = pcmBytesPerSecond) -> Int {
        audioIn(milliseconds: milliseconds(base64Bytes: base64Bytes, bytesPerSecond: bytesPerSecond))
    }

    /// Tokens of an assistant's audio that came as base64.
    package static func audioOut(base64Bytes: Int, bytesPerSecond: Int = pcmBytesPerSecond) -> Int {
        audioOut(milliseconds: milliseconds(base64Bytes: base64Bytes, bytesPerSecond: bytesPerSecond))
    }

    package static func audioIn(milliseconds: Int) -> Int {
        quotient(milliseconds, millisecondsPerInputAudioToken)
    }

    package static func audioOut(milliseconds: Int) -> Int {
        quotient(milliseconds, millisecondsPerOutputAudioToken)
    }

    /// How long audio lasts that came as base64, which is four characters for three bytes.
    package static func milliseconds(base64Bytes: Int, bytesPerSecond: Int = pcmBytesPerSecond) -> Int {
        let product = Int128(max(0, base64Bytes)) * 3 * 1_000
        let divisor = Int128(max(1, bytesPerSecond)) * 4
        return Int(clamping: (product + divisor - 1) / divisor)
    }

    private static func quotient(_ count: Int, _ size: Int) -> Int {
        let count = max(0, count)
        return count / size + (count % size > 0 ? 1 : 0)
    }
}
