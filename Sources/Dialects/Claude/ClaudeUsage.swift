// Token counts as Claude tells them, and the hub's way of counting (protocol: http §2.3, §4.6).
//
// Claude's `input_tokens` leaves out what was read from the cache and written to it; OpenAI's `prompt_tokens` holds both.
// Of a stream, what `message_start` tells is overlaid by what each `message_delta` tells (§2.4). Numbers come from an
// upstream: what is no plain count is taken for absent.

/// Token counts of one answer; nil where nothing was told.
struct ClaudeUsage: Equatable, Sendable {
    var inputTokens: Int?
    var cacheCreationTokens: Int?
    var cacheReadTokens: Int?
    var outputTokens: Int?
    /// Part of the output tokens.
    var thinkingTokens: Int?

    init() {}

    /// Reads the value of a `usage` member; nil if it is no object.
    init?(_ bytes: borrowing Span<UInt8>, _ usage: JSONMember) {
        guard usage.kind == .object else { return nil }
        self.init(bytes, usage.value)
    }

    private init(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        var members = MemberCursor(range)
        while let member = members.next(bytes) {
            if member.isNamed("input_tokens", in: bytes) {
                inputTokens = member.count(in: bytes)
            } else if member.isNamed("cache_creation_input_tokens", in: bytes) {
                cacheCreationTokens = member.count(in: bytes)
            } else if member.isNamed("cache_read_input_tokens", in: bytes) {
                cacheReadTokens = member.count(in: bytes)
            } else if member.isNamed("output_tokens", in: bytes) {
                outputTokens = member.count(in: bytes)
            } else if member.isNamed("output_tokens_details", in: bytes), member.kind == .object {
                thinkingTokens = Self.count("thinking_tokens", bytes, member.value)
            }
        }
    }

    /// The top-level `usage` of an answer that is no stream; nil if it has none.
    static func inResponse(_ body: borrowing Span<UInt8>) -> ClaudeUsage? {
        var usage: ClaudeUsage?
        var members = MemberCursor(0..<body.count)
        while let member = members.next(body) {
            if member.isNamed("usage", in: body) { usage = ClaudeUsage(body, member) ?? usage }
        }
        return usage
    }

    /// Takes over what a later event tells.
    mutating func overlay(_ later: ClaudeUsage) {
        inputTokens = later.inputTokens ?? inputTokens
        cacheCreationTokens = later.cacheCreationTokens ?? cacheCreationTokens
        cacheReadTokens = later.cacheReadTokens ?? cacheReadTokens
        outputTokens = later.outputTokens ?? outputTokens
        thinkingTokens = later.thinkingTokens ?? thinkingTokens
    }

    /// In the hub's way of counting.
    ///
    /// No sum can overflow: a count has 15 digits at most.
    var chatUsage: ChatUsage {
        let written = cacheCreationTokens ?? 0
        let read = cacheReadTokens ?? 0
        let prompt = (inputTokens ?? 0) + written + read
        let completion = outputTokens ?? 0
        var usage = ChatUsage(
            promptTokens: prompt,
            completionTokens: completion,
            totalTokens: prompt + completion,
            cachedTokens: read
        )
        usage.cacheWriteTokens = written
        usage.reasoningTokens = thinkingTokens ?? 0
        return usage
    }

    /// Appends the value of a `usage` member: all that Claude tells, from the hub's way of counting.
    static func append(_ usage: ChatUsage, to output: inout [UInt8]) {
        let (apart, overflows) = usage.cachedTokens.addingReportingOverflow(usage.cacheWriteTokens)
        let (input, isTooLow) = usage.promptTokens.subtractingReportingOverflow(apart)
        output.append(contentsOf: #"{"input_tokens":"#.utf8)
        output.append(contentsOf: String(overflows || isTooLow ? 0 : max(0, input)).utf8)
        output.append(contentsOf: #","cache_creation_input_tokens":"#.utf8)
        output.append(contentsOf: String(usage.cacheWriteTokens).utf8)
        output.append(contentsOf: #","cache_read_input_tokens":"#.utf8)
        output.append(contentsOf: String(usage.cachedTokens).utf8)
        output.append(contentsOf: #","output_tokens":"#.utf8)
        output.append(contentsOf: String(usage.completionTokens).utf8)
        if usage.reasoningTokens > 0 {
            output.append(contentsOf: #","output_tokens_details":{"thinking_tokens":"#.utf8)
            output.append(contentsOf: String(usage.reasoningTokens).utf8)
            output.append(JSONGrammar.closeBrace)
        }
        output.append(JSONGrammar.closeBrace)
    }

    private static func count(_ name: StaticString, _ bytes: borrowing Span<UInt8>, _ details: Range<Int>) -> Int? {
        var members = MemberCursor(details)
        while let member = members.next(bytes) {
            if member.isNamed(name, in: bytes) { return member.count(in: bytes) }
        }
        return nil
    }
}
