// Content of a delta in parts, as some compatibles have it: texts, and thoughts made of texts.

/// Reads the parts of a delta's `content`.
enum OpenAIContentParts {
    static func read(
        _ bytes: borrowing Span<UInt8>,
        _ parts: Range<Int>,
        candidate: Int,
        into events: inout [GenerationEvent]
    ) {
        var elements = ElementCursor(parts)
        while let element = elements.next(bytes) {
            guard element.kind == .object else { continue }
            var members = MemberCursor(element.value)
            while let member = members.next(bytes) {
                if member.isNamed("text", in: bytes) {
                    if let text = member.string(in: bytes), !text.isEmpty {
                        events.append(.text(text, candidate: candidate))
                    }
                } else if member.isNamed("thinking", in: bytes) {
                    let text = thought(bytes, member)
                    if !text.isEmpty { events.append(.thought(text, candidate: candidate)) }
                }
            }
        }
    }

    private static func thought(_ bytes: borrowing Span<UInt8>, _ member: JSONMember) -> String {
        if let text = member.string(in: bytes) { return text }
        guard member.kind == .array else { return "" }
        var text = ""
        var elements = ElementCursor(member.value)
        while let element = elements.next(bytes) {
            guard element.kind == .object else { continue }
            var members = MemberCursor(element.value)
            while let member = members.next(bytes) {
                if member.isNamed("text", in: bytes) { text += member.string(in: bytes) ?? "" }
            }
        }
        return text
    }
}
