// From tokens to money: exact until the end, then rounded up to a whole millionth of a dollar, once per turn or exchange.
//
// | Class | Price | without it |
// |---|---|---|
// | text in, text out | `input`, `output` | 0 |
// | audio in, image in | `audio_input`, `image_input` | as text in |
// | audio out | `audio_output` | as text out |
// | cached text in | `cached_input` | as text in: a budget is never told less than a provider may bill |
// | cached audio, cached image in | `cached_audio_input`, `cached_image_input` | as its class uncached, if that has a price of its own; else as cached text |
// | time of audio | `audio_minute` | 0: a transcription billed by tokens tells no time |

extension Pricing {
    /// What these tokens cost, in millionths of a dollar, rounded up; never negative, at most `Int64.max`.
    package func costMicroUSD(_ tokens: TokenCounts) -> Int64 {
        let cachedText = price(.cachedInput) ?? price(.input)
        // 128 bits hold any number of classes of 63 bits times 63 bits.
        var picodollars = input(tokens.inputText, cached: tokens.cachedText, price(.input), cachedText)
        picodollars += input(
            tokens.inputAudio,
            cached: tokens.cachedAudio,
            price(.audioInput) ?? price(.input),
            price(.cachedAudioInput) ?? price(.audioInput) ?? cachedText
        )
        picodollars += input(
            tokens.inputImage,
            cached: tokens.cachedImage,
            price(.imageInput) ?? price(.input),
            price(.cachedImageInput) ?? price(.imageInput) ?? cachedText
        )
        picodollars += cost(tokens.outputText, price(.output))
        picodollars += cost(tokens.outputAudio, price(.audioOutput) ?? price(.output))
        // A price per minute is kept per thousandth of a minute, which is 60 milliseconds.
        picodollars += (cost(tokens.audioMilliseconds, price(.audioMinute)) + 59) / 60
        let picodollarsPerMicrodollar: Int128 = 1_000_000
        return Int64(clamping: (picodollars + picodollarsPerMicrodollar - 1) / picodollarsPerMicrodollar)
    }

    private func price(_ kind: Kind) -> TokenPrice? { prices[kind] }

    /// One class of input, of which the cached ones are a part.
    private func input(_ count: Int, cached: Int, _ price: TokenPrice?, _ cachedPrice: TokenPrice?) -> Int128 {
        let count = max(0, count)
        let cached = min(max(0, cached), count)
        return cost(count - cached, price) + cost(cached, cachedPrice)
    }

    private func cost(_ count: Int, _ price: TokenPrice?) -> Int128 {
        Int128(max(0, count)) * Int128(max(0, price?.picodollarsPerToken ?? 0))
    }
}
