// A JSON body of a client that passes on with single values replaced: looked at, checked where two parsers could disagree, and
// otherwise left as it is, unknown fields and blanks included.

/// A JSON body and its members.
struct CheckedBody: Sendable {
    /// A replacement of bytes by others; an empty range inserts.
    struct Edit {
        var range: Range<Int>
        var text: [UInt8]
    }

    let bytes: [UInt8]
    let members: [JSONMember]

    init(_ bytes: [UInt8], limits: JSONLimits) throws(ChatRequestViolation) {
        let span = bytes.span
        guard Self.isUTF8(span) else { throw .invalidJSON(.notUTF8) }
        self.members = try Self.members(span, 0..<span.count, limits)
        self.bytes = bytes
    }

    /// The body with these edits, which do not overlap.
    func applying(_ edits: [Edit]) -> [UInt8] {
        guard !edits.isEmpty else { return bytes }
        let edits = edits.sorted {
            ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
        }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + edits.reduce(0) { $0 + $1.text.count })
        var index = 0
        for edit in edits {
            output.append(contentsOf: bytes[index..<edit.range.lowerBound])
            output.append(contentsOf: edit.text)
            index = edit.range.upperBound
        }
        output.append(contentsOf: bytes[index...])
        return output
    }

    /// A boolean; null stands for false.
    static func flag(
        _ member: JSONMember,
        _ bytes: borrowing Span<UInt8>,
        param: String
    ) throws(ChatRequestViolation) -> Bool {
        if member.kind == .null { return false }
        guard let value = member.bool(in: bytes) else { throw .wrongType(param: param, expected: "a boolean") }
        return value
    }

    static func members(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ limits: JSONLimits,
        prefix: String = ""
    ) throws(ChatRequestViolation) -> [JSONMember] {
        do throws(JSONViolation) {
            return try TopLevelScanner.members(of: bytes, in: range, limits: limits)
        } catch {
            guard case .duplicateMember(let name) = error else { throw .invalidJSON(error) }
            throw .duplicateParameter(prefix + name)
        }
    }

    private static func isUTF8(_ bytes: borrowing Span<UInt8>) -> Bool {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: copy bytes)
            return true
        } catch {
            return false
        }
    }
}
