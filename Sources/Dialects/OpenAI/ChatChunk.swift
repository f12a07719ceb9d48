// What the stream filter wants to know of one `chat.completion.chunk` (protocol §1.4), and no more.

/// The members of a chunk that matter to a relay.
struct ChatChunk: Equatable {
    var usage: ChatUsage?
    var hasError = false
    /// Whether `choices` is there and empty.
    var hasEmptyChoices = false
    /// Bytes between quotation marks in values within `choices`, as `ChatAnswerScanner` counts them.
    var textBytes = 0

    /// Whether this is the extra chunk that `include_usage` asks for.
    var isUsageChunk: Bool { usage != nil && hasEmptyChoices && !hasError }

    /// Reads the data of an event; nil if it is no JSON object.
    init?(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        var isFirst = true
        do throws(JSONViolation) {
            while let member = try TopLevelScanner.next(bytes, &index, range, isFirst: isFirst) {
                isFirst = false
                if member.isNamed("usage", in: bytes) {
                    usage = ChatUsage(bytes, member) ?? usage
                } else if member.isNamed("choices", in: bytes) {
                    hasEmptyChoices = member.kind == .array && Self.isEmpty(bytes, member.value)
                    if !hasEmptyChoices { textBytes += JSONString.bytesOfValues(bytes, member.value) }
                } else if member.isNamed("error", in: bytes) {
                    hasError = member.kind != .null && member.bool(in: bytes) != false
                }
            }
        } catch {
            return nil
        }
    }

    private static func isEmpty(_ bytes: borrowing Span<UInt8>, _ array: Range<Int>) -> Bool {
        var index = array.lowerBound + 1
        JSONGrammar.skipBlanks(bytes, &index, array.upperBound)
        return index == array.upperBound - 1
    }
}
