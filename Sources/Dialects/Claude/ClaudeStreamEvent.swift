// What one event of a Claude stream says, as ranges into its data (protocol: http §2.4): nothing is copied or decoded, as
// there is one of these per few characters of an answer.
//
// The `type` of the data tells the event; the name before it says the same, and is missing from some compatible streams.

/// The members of an event's data that matter.
struct ClaudeStreamEvent: Equatable {
    enum Kind: Equatable {
        case messageStart
        case blockStart
        case blockDelta
        case blockStop
        case messageDelta
        case messageStop
        case error
        /// `ping`, and what is not known yet.
        case other
    }

    private(set) var kind = Kind.other
    /// Which block, of `content_block_…`.
    private(set) var index: Int?
    /// The object that the event is about: `message`, `content_block` or `delta`.
    private(set) var subject: JSONMember?
    private(set) var usage: JSONMember?

    /// Reads the data of an event; nil if it is no JSON object.
    init?(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        var position = range.lowerBound
        var isFirst = true
        do throws(JSONViolation) {
            while let member = try TopLevelScanner.next(bytes, &position, range, isFirst: isFirst) {
                isFirst = false
                if member.isNamed("type", in: bytes) {
                    kind = Self.kind(member, bytes)
                } else if member.isNamed("delta", in: bytes) || member.isNamed("content_block", in: bytes)
                    || member.isNamed("message", in: bytes)
                {
                    if member.kind == .object { subject = member }
                } else if member.isNamed("index", in: bytes) {
                    index = member.count(in: bytes)
                } else if member.isNamed("usage", in: bytes) {
                    usage = member
                }
            }
        } catch {
            return nil
        }
    }

    /// Bytes of text, thought or arguments that a delta brings, as they are spelled.
    func textBytes(in bytes: borrowing Span<UInt8>) -> Int {
        guard kind == .blockDelta, let subject else { return 0 }
        var count = 0
        Members.visit(bytes, subject.value) { member in
            guard member.kind == .string,
                member.isNamed("text", in: bytes) || member.isNamed("partial_json", in: bytes)
                    || member.isNamed("thinking", in: bytes)
            else { return }
            count += member.value.count - 2
        }
        return count
    }

    /// What the event tells of the usage: in the message that starts, or beside the delta of the message.
    func usage(in bytes: borrowing Span<UInt8>) -> ClaudeUsage? {
        switch kind {
        case .messageStart:
            guard let subject else { return nil }
            var usage: ClaudeUsage?
            Members.visit(bytes, subject.value) { member in
                if member.isNamed("usage", in: bytes) { usage = ClaudeUsage(bytes, member) ?? usage }
            }
            return usage
        case .messageDelta: return usage.flatMap { ClaudeUsage(bytes, $0) }
        case .blockStart, .blockDelta, .blockStop, .messageStop, .error, .other: return nil
        }
    }

    private static func kind(_ type: JSONMember, _ bytes: borrowing Span<UInt8>) -> Kind {
        if type.isText("content_block_delta", in: bytes) { return .blockDelta }
        if type.isText("content_block_start", in: bytes) { return .blockStart }
        if type.isText("content_block_stop", in: bytes) { return .blockStop }
        if type.isText("message_start", in: bytes) { return .messageStart }
        if type.isText("message_delta", in: bytes) { return .messageDelta }
        if type.isText("message_stop", in: bytes) { return .messageStop }
        if type.isText("error", in: bytes) { return .error }
        return .other
    }
}

extension JSONMember {
    /// Whether the value is this string, spelled without escapes.
    func isText(_ text: StaticString, in bytes: borrowing Span<UInt8>) -> Bool {
        guard kind == .string, value.count == text.utf8CodeUnitCount + 2, value.upperBound <= bytes.count else {
            return false
        }
        let start = value.lowerBound + 1
        for offset in 0..<text.utf8CodeUnitCount where unsafe bytes[start + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }
}
