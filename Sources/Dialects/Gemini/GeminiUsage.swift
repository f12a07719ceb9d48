// Gemini's token counts (protocol: http §3.3, §4.6). Thoughts stand beside the candidates' tokens there, and tokens of tool
// results beside the prompt's; OpenAI's way of counting, which is ours, has both within.

/// Reads and writes `usageMetadata`.
enum GeminiUsage {
    /// Sums stay below this, however many addends an upstream sends.
    private static let maximumCount = 1_000_000_000_000_000

    /// Reads the value of a `usageMetadata` member; nil if it is no object.
    ///
    /// What is no plain count counts nothing.
    static func read(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> ChatUsage? {
        guard !range.isEmpty, range.upperBound <= bytes.count, bytes[range.lowerBound] == JSONGrammar.openBrace else {
            return nil
        }
        var usage = ChatUsage()
        var (toolPrompt, candidates): (Int, Int) = (0, 0)
        var total: Int?
        var cursor = JSONCursor(range)
        do throws(JSONViolation) {
            try cursor.enterObject(bytes)
            while let name = try cursor.nextName(bytes) {
                if name.isNamed("promptTokenCount", in: bytes) {
                    usage.promptTokens = try cursor.count(bytes)
                } else if name.isNamed("candidatesTokenCount", in: bytes) {
                    candidates = try cursor.count(bytes)
                } else if name.isNamed("thoughtsTokenCount", in: bytes) {
                    usage.reasoningTokens = try cursor.count(bytes)
                } else if name.isNamed("toolUsePromptTokenCount", in: bytes) {
                    toolPrompt = try cursor.count(bytes)
                } else if name.isNamed("cachedContentTokenCount", in: bytes) {
                    usage.cachedTokens = try cursor.count(bytes)
                } else if name.isNamed("totalTokenCount", in: bytes) {
                    total = try cursor.count(bytes)
                } else if name.isNamed("promptTokensDetails", in: bytes) {
                    let details = try Self.details(bytes, &cursor)
                    (usage.promptAudioTokens, usage.promptImageTokens) = (details.audio, details.image)
                } else if name.isNamed("candidatesTokensDetails", in: bytes) {
                    usage.completionAudioTokens = try Self.details(bytes, &cursor).audio
                } else {
                    _ = try cursor.skip(bytes)
                }
            }
        } catch {
            // What was read until the text breaks counts.
        }
        usage.promptTokens += toolPrompt
        usage.completionTokens = candidates + usage.reasoningTokens
        let sum = usage.promptTokens + usage.completionTokens
        usage.totalTokens = total == 0 ? sum : total ?? sum
        return usage
    }

    /// The sums for the modalities that have prices of their own.
    private static func details(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) -> (audio: Int, image: Int) {
        var (audio, image): (Int, Int) = (0, 0)
        guard cursor.kind(bytes) == .array else {
            _ = try cursor.skip(bytes)
            return (0, 0)
        }
        try cursor.enterArray(bytes)
        while try cursor.nextElement(bytes) {
            guard cursor.kind(bytes) == .object else {
                _ = try cursor.skip(bytes)
                continue
            }
            var (isAudio, isImage, count) = (false, false, 0)
            try cursor.enterObject(bytes)
            while let name = try cursor.nextName(bytes) {
                if name.isNamed("modality", in: bytes) {
                    let value = try cursor.skip(bytes)
                    isAudio = JSONCursor.spells(#""AUDIO""#, bytes, value)
                    isImage = JSONCursor.spells(#""IMAGE""#, bytes, value)
                } else if name.isNamed("tokenCount", in: bytes) {
                    count = try cursor.count(bytes)
                } else {
                    _ = try cursor.skip(bytes)
                }
            }
            if isAudio { audio = min(audio + count, Self.maximumCount) }
            if isImage { image = min(image + count, Self.maximumCount) }
        }
        return (audio, image)
    }

    /// Appends the object that `usageMetadata` is.
    static func append(_ usage: ChatUsage, to output: inout [UInt8]) {
        let reasoning = min(max(usage.reasoningTokens, 0), max(usage.completionTokens, 0))
        output.append(contentsOf: #"{"promptTokenCount":\#(usage.promptTokens)"#.utf8)
        output.append(contentsOf: #","candidatesTokenCount":\#(usage.completionTokens - reasoning)"#.utf8)
        if reasoning > 0 { output.append(contentsOf: #","thoughtsTokenCount":\#(reasoning)"#.utf8) }
        if usage.cachedTokens > 0 {
            output.append(contentsOf: #","cachedContentTokenCount":\#(usage.cachedTokens)"#.utf8)
        }
        output.append(contentsOf: #","totalTokenCount":\#(usage.totalTokens)}"#.utf8)
    }
}
