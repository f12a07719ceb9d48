// What an answer of OpenAI's other endpoints cost (protocol: http §1.3 for completions and embeddings). Responses, images and
// transcriptions count the same things under other names: `input_tokens`, `output_tokens`, and details of each, with and
// without an "s" in the middle. Some transcriptions are billed by the time that they last.

/// What an answer cost that is passed on.
package struct PassedUsage: Equatable, Sendable {
    package var tokens = ChatUsage()
    /// Length of the audio, where that is what is billed.
    package var audioMilliseconds = 0

    package init() {}

    /// Reads the value of a `usage` member; nil if it is no object.
    init?(_ bytes: borrowing Span<UInt8>, _ usage: JSONMember) {
        guard usage.kind == .object, let tokens = ChatUsage(bytes, usage) else { return nil }
        self.tokens = tokens
        var (input, output, total): (Int?, Int?, Int?)
        var members = MemberCursor(usage.value)
        while let member = members.next(bytes) {
            if member.isNamed("input_tokens", in: bytes) {
                input = member.count(in: bytes)
            } else if member.isNamed("output_tokens", in: bytes) {
                output = member.count(in: bytes)
            } else if member.isNamed("total_tokens", in: bytes) {
                total = member.count(in: bytes)
            } else if member.isNamed("seconds", in: bytes) {
                audioMilliseconds = RealtimeUsage.milliseconds(bytes, member.value)
            } else if member.kind == .object {
                readDetails(bytes, member)
            }
        }
        if let input { self.tokens.promptTokens = input }
        if let output { self.tokens.completionTokens = output }
        self.tokens.totalTokens = total ?? self.tokens.promptTokens + self.tokens.completionTokens
    }

    private mutating func readDetails(_ bytes: borrowing Span<UInt8>, _ details: JSONMember) {
        let isInput =
            details.isNamed("input_tokens_details", in: bytes) || details.isNamed("input_token_details", in: bytes)
        let isOutput =
            details.isNamed("output_tokens_details", in: bytes) || details.isNamed("output_token_details", in: bytes)
        guard isInput || isOutput else { return }
        var members = MemberCursor(details.value)
        while let member = members.next(bytes) {
            let count = member.count(in: bytes) ?? 0
            if member.isNamed("audio_tokens", in: bytes) {
                if isInput { tokens.promptAudioTokens = count } else { tokens.completionAudioTokens = count }
            } else if isInput, member.isNamed("cached_tokens", in: bytes) {
                tokens.cachedTokens = count
            } else if isInput, member.isNamed("image_tokens", in: bytes) {
                tokens.promptImageTokens = count
            } else if isInput, member.isNamed("cache_write_tokens", in: bytes) {
                tokens.cacheWriteTokens = count
            } else if isOutput, member.isNamed("reasoning_tokens", in: bytes) {
                tokens.reasoningTokens = count
            }
        }
    }
}
