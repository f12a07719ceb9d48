// What the stream filter wants to know of one chunk of a Gemini stream (protocol: http §3.3, §3.4), and no more: nothing is
// decoded or copied.

/// The members of a chunk that matter to a relay.
struct GeminiChunkLook: Equatable {
    private(set) var usage: ChatUsage?
    private(set) var hasError = false
    /// Whether the prompt was blocked.
    private(set) var isBlocked = false
    /// A bit for each candidate that is there, and for each that says why it ended.
    private(set) var candidates: UInt64 = 0
    private(set) var finished: UInt64 = 0
    /// Bytes of texts and of arguments of calls, as they stand there.
    private(set) var textBytes = 0

    /// Reads the object that a part of the bytes is; nil where it is none.
    init?(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        var cursor = JSONCursor(range)
        do throws(JSONViolation) {
            try cursor.enterObject(bytes)
            while let name = try cursor.nextName(bytes) {
                if name.isNamed("candidates", in: bytes), cursor.kind(bytes) == .array {
                    try cursor.enterArray(bytes)
                    while try cursor.nextElement(bytes) { try readCandidate(bytes, &cursor) }
                } else if name.isNamed("usageMetadata", in: bytes) {
                    let value = try cursor.skip(bytes)
                    usage = GeminiUsage.read(bytes, value) ?? usage
                } else if name.isNamed("promptFeedback", in: bytes), cursor.kind(bytes) == .object {
                    try readFeedback(bytes, &cursor)
                } else if name.isNamed("error", in: bytes) {
                    hasError = cursor.kind(bytes) != .null
                    _ = try cursor.skip(bytes)
                } else {
                    _ = try cursor.skip(bytes)
                }
            }
            try cursor.finish(bytes)
        } catch {
            return nil
        }
    }

    private mutating func readFeedback(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) {
        try cursor.enterObject(bytes)
        while let name = try cursor.nextName(bytes) {
            if name.isNamed("blockReason", in: bytes) { isBlocked = cursor.kind(bytes) == .string }
            _ = try cursor.skip(bytes)
        }
    }

    private mutating func readCandidate(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) {
        guard cursor.kind(bytes) == .object else {
            _ = try cursor.skip(bytes)
            return
        }
        var (index, isFinished) = (0, false)
        try cursor.enterObject(bytes)
        while let name = try cursor.nextName(bytes) {
            if name.isNamed("index", in: bytes) {
                index = try cursor.count(bytes)
            } else if name.isNamed("finishReason", in: bytes) {
                let reason = try cursor.string(bytes) ?? ""
                isFinished = !reason.isEmpty && reason != "FINISH_REASON_UNSPECIFIED"
            } else if name.isNamed("content", in: bytes), cursor.kind(bytes) == .object {
                try cursor.enterObject(bytes)
                while let name = try cursor.nextName(bytes) {
                    if name.isNamed("parts", in: bytes), cursor.kind(bytes) == .array {
                        try cursor.enterArray(bytes)
                        while try cursor.nextElement(bytes) { try readPart(bytes, &cursor) }
                    } else {
                        _ = try cursor.skip(bytes)
                    }
                }
            } else {
                _ = try cursor.skip(bytes)
            }
        }
        guard index < GeminiChunk.maximumCandidates else { return }
        candidates |= 1 << UInt64(index)
        if isFinished { finished |= 1 << UInt64(index) }
    }

    private mutating func readPart(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) {
        guard cursor.kind(bytes) == .object else {
            _ = try cursor.skip(bytes)
            return
        }
        try cursor.enterObject(bytes)
        while let name = try cursor.nextName(bytes) {
            let counts = name.isNamed("text", in: bytes) || name.isNamed("functionCall", in: bytes)
            let kind = cursor.kind(bytes)
            let value = try cursor.skip(bytes)
            if counts { textBytes += kind == .string ? value.count - 2 : value.count }
        }
    }
}
