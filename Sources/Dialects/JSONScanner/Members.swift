// Reading an object of a peer's that may be broken somewhere: what stands before the fault is taken, the rest is not.

/// Visits the members of an object until its end or until the text breaks: what was read until then counts.
enum Members {
    static func visit(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ body: (JSONMember) -> Void) {
        var members = MemberCursor(range)
        while let member = members.next(bytes) { body(member) }
    }
}
