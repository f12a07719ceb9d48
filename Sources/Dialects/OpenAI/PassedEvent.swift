// What the filter of a passed stream wants to know of one event: `{"type":"response.completed","response":{…}}` and the like.

/// The members of an event that matter to a relay.
struct PassedEvent: Equatable {
    var usage: PassedUsage?
    /// Bytes of the text that the event adds to the answer.
    var textBytes = 0
    /// Whether it is the last event of an answer.
    var isEnd = false
    /// Whether it says that the upstream failed.
    var isError = false

    /// Reads the data of an event; nil if it is no JSON object.
    init?(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        var type: JSONMember?
        var index = range.lowerBound
        var isFirst = true
        do throws(JSONViolation) {
            while let member = try TopLevelScanner.next(bytes, &index, range, isFirst: isFirst) {
                isFirst = false
                if member.isNamed("type", in: bytes) {
                    type = member
                } else if member.isNamed("delta", in: bytes) {
                    if member.kind == .string { textBytes = member.value.count - 2 }
                } else if member.isNamed("usage", in: bytes) {
                    usage = PassedUsage(bytes, member) ?? usage
                } else if member.isNamed("response", in: bytes), member.kind == .object {
                    var inner = MemberCursor(member.value)
                    while let member = inner.next(bytes) {
                        if member.isNamed("usage", in: bytes) { usage = PassedUsage(bytes, member) ?? usage }
                    }
                } else if member.isNamed("error", in: bytes) {
                    isError = member.kind != .null && member.bool(in: bytes) != false
                }
            }
        } catch {
            return nil
        }
        if let type, type.kind == .string {
            let name = EventType((type.value.lowerBound + 1)..<(type.value.upperBound - 1), of: bytes)
            isEnd = name.map(Self.ends) ?? false
            if let name, name.matches("error") || name.matches("response.failed") { isError = true }
        }
    }

    /// Whether events of this type are the last ones of their answers.
    private static func ends(_ type: EventType) -> Bool {
        type.matches("response.completed") || type.matches("response.incomplete") || type.matches("response.failed")
            || type.matches("transcript.text.done") || type.matches("speech.audio.done")
            || type.matches("image_generation.completed") || type.matches("image_edit.completed")
    }
}
