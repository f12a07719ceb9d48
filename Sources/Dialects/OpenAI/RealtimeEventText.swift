// A realtime event under another name: nothing but the value of its `type` is touched, and nothing behind it is read, so
// that renaming a delta of audio costs one copy.

/// Rewrites the `type` of events.
package enum RealtimeEventText {
    /// The event with another type; nil when it is broken before its type, or has none.
    package static func renamed(_ event: [UInt8], to type: String) -> [UInt8]? {
        let span = event.span
        var index = 0
        var isFirst = true
        while true {
            let member: JSONMember?
            do throws(JSONViolation) {
                member = try TopLevelScanner.next(span, &index, 0..<span.count, isFirst: isFirst)
            } catch {
                return nil
            }
            guard let member else { return nil }
            isFirst = false
            guard member.isNamed("type", in: span) else { continue }
            var output: [UInt8] = []
            output.reserveCapacity(event.count + type.utf8.count + 2)
            output.append(contentsOf: event[..<member.value.lowerBound])
            JSONString.append(type, to: &output)
            output.append(contentsOf: event[member.value.upperBound...])
            return output
        }
    }
}
