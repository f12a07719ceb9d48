// Reading an object or an array of a peer's that may be broken somewhere: what stands before the fault is taken, the rest
// is not.

/// Visits what stands in a container until its end or until the text breaks: what was read until then counts.
package enum Members {
    package static func visit(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ body: (JSONMember) -> Void) {
        var members = MemberCursor(range)
        while let member = members.next(bytes) { body(member) }
    }

    /// Visits the elements of an array, as members with an empty name.
    package static func visitElements(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ body: (JSONMember) -> Void
    ) {
        var cursor = JSONCursor(range.clamped(to: 0..<bytes.count))
        do throws(JSONViolation) {
            try cursor.enterArray(bytes)
            while try cursor.nextElement(bytes), let kind = cursor.kind(bytes) {
                let value = try cursor.skip(bytes)
                let name = value.lowerBound..<value.lowerBound
                body(JSONMember(key: name, keyHasEscapes: false, value: value, kind: kind))
            }
        } catch {
            // What was read until the text breaks counts.
        }
    }
}
