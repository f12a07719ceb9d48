// A walk over one JSON text that visits each byte once: whoever knows the shape of a text enters the objects and arrays
// that matter and skips all else, without a tree and without scanning anything twice.
//
// The caller holds the bytes, since a span cannot be kept. Every value that is announced, by `nextName` or `nextElement`,
// must be entered, taken or skipped before the next one is asked for. How deep values may be entered is a matter of the
// caller's code; what is skipped is bounded by `JSONLimits.depth`.

/// A place in a JSON text.
struct JSONCursor {
    /// The name of a member, between its quotation marks and as it stands there.
    struct Name {
        let range: Range<Int>
        let hasEscapes: Bool

        func isNamed(_ name: StaticString, in bytes: borrowing Span<UInt8>) -> Bool {
            if hasEscapes { return JSONString.decode(bytes, range) == name.description }
            return JSONCursor.spells(name, bytes, range)
        }
    }

    /// Whether these bytes stand there.
    static func spells(_ text: StaticString, _ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        for offset in 0..<range.count where unsafe bytes[range.lowerBound + offset] != text.utf8Start[offset] {
            return false
        }
        return true
    }

    private(set) var index: Int
    private let end: Int
    /// Whether nothing of the innermost container has been visited.
    private var isFirst = true

    init(_ range: Range<Int>) {
        index = range.lowerBound
        end = range.upperBound
    }

    /// What stands here, by its first byte; nil at the end.
    mutating func kind(_ bytes: borrowing Span<UInt8>) -> JSONMember.Kind? {
        JSONGrammar.skipBlanks(bytes, &index, end)
        guard index < end else { return nil }
        switch bytes[index] {
        case JSONGrammar.openBrace: return .object
        case JSONGrammar.openBracket: return .array
        case JSONString.quote: return .string
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: return .number
        }
    }

    mutating func enterObject(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) {
        try enter(bytes, JSONGrammar.openBrace)
    }

    mutating func enterArray(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) {
        try enter(bytes, JSONGrammar.openBracket)
    }

    private mutating func enter(_ bytes: borrowing Span<UInt8>, _ open: UInt8) throws(JSONViolation) {
        JSONGrammar.skipBlanks(bytes, &index, end)
        guard index < end, bytes[index] == open else { throw .malformed(at: index) }
        index += 1
        isFirst = true
    }

    /// The name of the next member, with the cursor at its value; nil once the object is left.
    mutating func nextName(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) -> Name? {
        guard try advance(bytes, JSONGrammar.closeBrace) else { return nil }
        let start = index
        let hasEscapes = try JSONGrammar.skipString(bytes, &index, end)
        let name = Name(range: (start + 1)..<(index - 1), hasEscapes: hasEscapes)
        try JSONGrammar.skipColon(bytes, &index, end)
        return name
    }

    /// Whether there is a next element, with the cursor at it; false once the array is left.
    mutating func nextElement(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) -> Bool {
        try advance(bytes, JSONGrammar.closeBracket)
    }

    private mutating func advance(_ bytes: borrowing Span<UInt8>, _ close: UInt8) throws(JSONViolation) -> Bool {
        JSONGrammar.skipBlanks(bytes, &index, end)
        guard index < end else { throw .malformed(at: end) }
        if bytes[index] == close {
            index += 1
            // Whatever is around has been visited: this container was in it.
            isFirst = false
            return false
        }
        if !isFirst {
            guard bytes[index] == JSONGrammar.comma else { throw .malformed(at: index) }
            index += 1
            JSONGrammar.skipBlanks(bytes, &index, end)
        }
        isFirst = false
        return true
    }

    /// Passes over a value, which is where the result says.
    mutating func skip(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) -> Range<Int> {
        JSONGrammar.skipBlanks(bytes, &index, end)
        let start = index
        _ = try JSONGrammar.skipValue(bytes, &index, end, depth: 64)
        isFirst = false
        return start..<index
    }

    /// Takes a string; nil for a value of another kind, or one that is not UTF-8.
    mutating func string(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) -> String? {
        let kind = kind(bytes)
        let range = try skip(bytes)
        guard kind == .string else { return nil }
        return JSONString.decode(bytes, (range.lowerBound + 1)..<(range.upperBound - 1))
    }

    /// Takes a plain count, also one in a string; 0 for anything else.
    mutating func count(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) -> Int {
        let kind = kind(bytes)
        var range = try skip(bytes)
        if kind == .string { range = (range.lowerBound + 1)..<(range.upperBound - 1) }
        return JSONMember(key: range, keyHasEscapes: false, value: range, kind: .number).count(in: bytes) ?? 0
    }

    /// Takes a value; whether it is `true`.
    mutating func isTrue(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) -> Bool {
        let range = try skip(bytes)
        return bytes[range.lowerBound] == UInt8(ascii: "t")
    }

    /// Holds that nothing but blanks follows.
    mutating func finish(_ bytes: borrowing Span<UInt8>) throws(JSONViolation) {
        JSONGrammar.skipBlanks(bytes, &index, end)
        guard index == end else { throw .trailingBytes(at: index) }
    }
}
