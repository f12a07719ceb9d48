// What a chat completion cost in tokens (protocol §1.3 and §1.4).
//
// Numbers come from an upstream: what is no plain count is taken for absent, never for a trap or a negative price.

/// Token counts of one chat completion.
package struct ChatUsage: Equatable, Sendable {
    /// Tokens of the prompt, cached ones included.
    package var promptTokens = 0
    /// Tokens of the answer, reasoning included.
    package var completionTokens = 0
    package var totalTokens = 0
    /// Tokens of the prompt that the upstream had cached.
    package var cachedTokens = 0
    /// Tokens of the prompt that are audio.
    package var promptAudioTokens = 0
    /// Tokens of the prompt that are images, where an upstream counts them apart.
    package var promptImageTokens = 0
    /// Tokens of the prompt that the upstream put into its cache, where it counts them apart.
    package var cacheWriteTokens = 0
    /// Tokens of the answer that are audio.
    package var completionAudioTokens = 0
    /// Tokens of the answer that the model thought.
    package var reasoningTokens = 0

    package init(promptTokens: Int = 0, completionTokens: Int = 0, totalTokens: Int = 0, cachedTokens: Int = 0) {
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.totalTokens = totalTokens
        self.cachedTokens = cachedTokens
    }

    /// Whether nothing was counted: some upstreams send zeros for want of numbers.
    package var isEmpty: Bool { promptTokens == 0 && completionTokens == 0 }

    /// The top-level `usage` of a response that is not a stream; nil if it has none.
    package static func inResponse(_ body: borrowing Span<UInt8>) -> ChatUsage? {
        var usage: ChatUsage?
        var members = MemberCursor(0..<body.count)
        while let member = members.next(body) {
            if member.isNamed("usage", in: body) { usage = ChatUsage(body, member) ?? usage }
        }
        return usage
    }

    /// Reads the value of a `usage` member; nil if it is no object.
    init?(_ bytes: borrowing Span<UInt8>, _ usage: JSONMember) {
        guard usage.kind == .object else { return nil }
        var total: Int?
        var members = MemberCursor(usage.value)
        while let member = members.next(bytes) {
            if member.isNamed("prompt_tokens", in: bytes) {
                promptTokens = member.count(in: bytes) ?? 0
            } else if member.isNamed("completion_tokens", in: bytes) {
                completionTokens = member.count(in: bytes) ?? 0
            } else if member.isNamed("total_tokens", in: bytes) {
                total = member.count(in: bytes)
            } else if member.isNamed("prompt_tokens_details", in: bytes), member.kind == .object {
                cachedTokens = Self.count("cached_tokens", bytes, member.value)
                promptAudioTokens = Self.count("audio_tokens", bytes, member.value)
                promptImageTokens = Self.count("image_tokens", bytes, member.value)
                cacheWriteTokens = Self.count("cache_write_tokens", bytes, member.value)
            } else if member.isNamed("completion_tokens_details", in: bytes), member.kind == .object {
                completionAudioTokens = Self.count("audio_tokens", bytes, member.value)
                reasoningTokens = Self.count("reasoning_tokens", bytes, member.value)
            }
        }
        totalTokens = total ?? promptTokens + completionTokens
    }

    private static func count(_ name: StaticString, _ bytes: borrowing Span<UInt8>, _ details: Range<Int>) -> Int {
        var members = MemberCursor(details)
        while let member = members.next(bytes) {
            if member.isNamed(name, in: bytes) { return member.count(in: bytes) ?? 0 }
        }
        return 0
    }
}
