// What tokens cost. Money is counted in whole numbers: a price is read digit by digit and never passes through a
// floating-point value, so that a ledger adds up.

/// The price of one kind of token.
package struct TokenPrice: Sendable, Hashable, CustomStringConvertible {
    /// Millionths of a millionth of a dollar per token: 0.000001 USD per 1,000 tokens is 1,000 of them.
    package let picodollarsPerToken: Int64

    /// Digits after the point that a price per 1,000 tokens may have.
    private static let fractionDigits = 9

    /// Beyond a thousand dollars per 1,000 tokens a price is a slip.
    private static let maximumWholeDigits = 3

    package init(picodollarsPerToken: Int64) {
        self.picodollarsPerToken = picodollarsPerToken
    }

    /// Parses dollars per 1,000 tokens, such as `0.0004`: digits, with a point if need be, nothing else.
    package init?(usdPerThousand text: String) {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard (1...Self.maximumWholeDigits).contains(whole.utf8.count),
            (1...Self.fractionDigits).contains(fraction.utf8.count)
        else { return nil }
        var value: Int64 = 0
        for byte in (whole + fraction).utf8 {
            guard (0x30...0x39).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - 0x30)
        }
        for _ in 0..<(Self.fractionDigits - fraction.utf8.count) { value *= 10 }
        picodollarsPerToken = value
    }

    /// Dollars per 1,000 tokens as the shortest decimal, such as `0.0004`: valid as a JSON number.
    package var usdPerThousand: String {
        let billion: Int64 = 1_000_000_000
        let digits = String(picodollarsPerToken % billion)
        var fraction = Substring(String(repeating: "0", count: max(0, Self.fractionDigits - digits.count)) + digits)
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = String(picodollarsPerToken / billion)
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }

    package var description: String { "\(usdPerThousand) USD per 1,000 tokens" }
}

/// Prices of a model by kind of token.
///
/// A kind without a price of its own is not billed apart: `Metering/Pricing+Cost.swift` says as what it counts.
package struct Pricing: Sendable, Equatable {
    /// The kinds of token, under their names in the configuration and in lists of models.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case input
        case cachedInput = "cached_input"
        case output
        case audioInput = "audio_input"
        case cachedAudioInput = "cached_audio_input"
        case audioOutput = "audio_output"
        case imageInput = "image_input"
        case cachedImageInput = "cached_image_input"
        /// Dollars per minute of audio, where a transcription is billed by time; kept like a price per 1,000 tokens.
        case audioMinute = "audio_minute"
    }

    package var prices: [Kind: TokenPrice]

    package init(_ prices: [Kind: TokenPrice] = [:]) {
        self.prices = prices
    }

    /// Name and decimal text of each price, in the order of the kinds: what a list of models shows.
    ///
    /// Dollars per 1,000 tokens; `audio_minute` is dollars per minute.
    package var listing: [(name: String, usdPerThousand: String)] {
        Kind.allCases.compactMap { kind in prices[kind].map { (kind.rawValue, $0.usdPerThousand) } }
    }
}
