// Whether a stream is asked to tell its usage (protocol: http §1.4), and how the question is put where it is not.

/// Where and whether `stream_options.include_usage` stands in a body.
enum UsageOption: Equatable, Sendable {
    case asked
    /// There are no stream options.
    case absent
    /// The whole value of `stream_options` is null.
    case nullOptions(Range<Int>)
    /// The options have no such member; it can be put at this index.
    case insertable(at: Int, isOnly: Bool)
    /// The member says false or null.
    case declined(Range<Int>)

    /// Reads the member `stream_options`.
    init(_ options: JSONMember, _ bytes: borrowing Span<UInt8>, _ limits: JSONLimits) throws(ChatRequestViolation) {
        if options.kind == .null {
            self = .nullOptions(options.value)
            return
        }
        guard options.kind == .object else { throw .wrongType(param: "stream_options", expected: "an object") }
        let members = try CheckedBody.members(bytes, options.value, limits, prefix: "stream_options.")
        for member in members where member.isNamed("include_usage", in: bytes) {
            let isAsked = try CheckedBody.flag(member, bytes, param: "stream_options.include_usage")
            self = isAsked ? .asked : .declined(member.value)
            return
        }
        self = .insertable(at: options.value.lowerBound + 1, isOnly: members.isEmpty)
    }

    /// What makes the body ask; the option goes behind the byte before `index` where there are no options yet.
    func edits(at index: Int) -> [CheckedBody.Edit] {
        func edit(_ range: Range<Int>, _ text: String) -> [CheckedBody.Edit] {
            [CheckedBody.Edit(range: range, text: Array(text.utf8))]
        }
        switch self {
        case .asked: return []
        case .absent: return edit(index..<index, #","stream_options":{"include_usage":true}"#)
        case .nullOptions(let value): return edit(value, #"{"include_usage":true}"#)
        case .insertable(let index, let isOnly):
            return edit(index..<index, isOnly ? #""include_usage":true"# : #""include_usage":true,"#)
        case .declined(let value): return edit(value, "true")
        }
    }
}
