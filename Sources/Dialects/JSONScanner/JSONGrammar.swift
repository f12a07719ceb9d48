// The grammar of RFC 8259, as functions that move an index over one construct or throw where it breaks.
//
// No function recurses: the kinds of the open containers are the bits of one word, which is why no text may be nested
// deeper than 64. Strings are checked for escapes, surrogate pairs and control characters, not for UTF-8.

/// Moves over JSON constructs.
enum JSONGrammar {
    static let openBrace: UInt8 = 0x7B
    static let closeBrace: UInt8 = 0x7D
    static let openBracket: UInt8 = 0x5B
    static let closeBracket: UInt8 = 0x5D
    static let comma: UInt8 = 0x2C
    static let colon: UInt8 = 0x3A

    /// RFC 8259 §2.
    static func skipBlanks(_ bytes: borrowing Span<UInt8>, _ index: inout Int, _ end: Int) {
        while index < end {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    /// RFC 8259 §7, from the opening quotation mark to behind the closing one; whether there are escapes in it.
    static func skipString(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONViolation) -> Bool {
        guard index < end, bytes[index] == JSONString.quote else { throw .malformed(at: index) }
        var hasEscapes = false
        index += 1
        while true {
            index = ByteSearch.stringStop(bytes, from: index, to: end)
            guard index < end else { throw .malformed(at: end) }
            switch bytes[index] {
            case JSONString.quote:
                index += 1
                return hasEscapes
            case JSONString.backslash:
                hasEscapes = true
                try skipEscape(bytes, &index, end)
            default:
                throw .malformed(at: index)
            }
        }
    }

    private static func skipEscape(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONViolation) {
        let start = index
        guard end - index >= 2 else { throw .malformed(at: end) }
        let letter = bytes[index + 1]
        index += 2
        if letter == 0x75 {
            guard JSONString.scalar(bytes, at: &index, before: end) != nil else { throw .malformed(at: start) }
        } else {
            guard JSONString.unescaped(letter) != nil else { throw .malformed(at: start) }
        }
    }

    /// RFC 8259 §6.
    static func skipNumber(_ bytes: borrowing Span<UInt8>, _ index: inout Int, _ end: Int) throws(JSONViolation) {
        if index < end, bytes[index] == 0x2D { index += 1 }
        if index < end, bytes[index] == 0x30 { index += 1 } else { try skipDigits(bytes, &index, end) }
        if index < end, bytes[index] == 0x2E {
            index += 1
            try skipDigits(bytes, &index, end)
        }
        if index < end, bytes[index] | 0x20 == 0x65 {
            index += 1
            if index < end, bytes[index] == 0x2B || bytes[index] == 0x2D { index += 1 }
            try skipDigits(bytes, &index, end)
        }
    }

    private static func skipDigits(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONViolation) {
        let start = index
        while index < end, bytes[index] >= 0x30, bytes[index] <= 0x39 { index += 1 }
        guard index > start else { throw .malformed(at: index) }
    }

    private static func skipLiteral(
        _ literal: StaticString,
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONViolation) {
        for offset in 0..<literal.utf8CodeUnitCount {
            guard index < end, unsafe bytes[index] == literal.utf8Start[offset] else { throw .malformed(at: index) }
            index += 1
        }
    }

    /// A value that is neither object nor array.
    private static func skipScalar(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONViolation) -> JSONMember.Kind {
        guard index < end else { throw .malformed(at: end) }
        switch bytes[index] {
        case JSONString.quote:
            _ = try skipString(bytes, &index, end)
            return .string
        case 0x74:
            try skipLiteral("true", bytes, &index, end)
            return .bool
        case 0x66:
            try skipLiteral("false", bytes, &index, end)
            return .bool
        case 0x6E:
            try skipLiteral("null", bytes, &index, end)
            return .null
        default:
            try skipNumber(bytes, &index, end)
            return .number
        }
    }

    /// The kinds of the containers that are open, the innermost in the lowest bit: 1 for an object.
    private struct OpenContainers {
        private var kinds: UInt64 = 0
        private(set) var depth = 0

        var innermostIsObject: Bool { kinds & 1 == 1 }

        mutating func open(object: Bool, limit: Int) throws(JSONViolation) {
            guard depth < limit else { throw .tooDeep }
            kinds = kinds << 1 | (object ? 1 : 0)
            depth += 1
        }

        mutating func close() {
            kinds >>= 1
            depth -= 1
        }
    }

    /// RFC 8259 §3: any value, in which at most `depth` containers may be nested.
    static func skipValue(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int,
        depth: Int
    ) throws(JSONViolation) -> JSONMember.Kind {
        guard index < end else { throw .malformed(at: end) }
        let kind: JSONMember.Kind
        switch bytes[index] {
        case openBrace: kind = .object
        case openBracket: kind = .array
        default: return try skipScalar(bytes, &index, end)
        }
        var open = OpenContainers()
        repeat {
            // Here a value starts, in the innermost container if there is one.
            guard index < end else { throw .malformed(at: end) }
            let byte = bytes[index]
            if byte == openBrace || byte == openBracket {
                try open.open(object: byte == openBrace, limit: min(depth, 64))
                index += 1
                skipBlanks(bytes, &index, end)
                let close = byte == openBrace ? closeBrace : closeBracket
                if index < end, bytes[index] == close {
                    open.close()
                    index += 1
                } else {
                    if byte == openBrace { try skipName(bytes, &index, end) }
                    continue
                }
            } else {
                _ = try skipScalar(bytes, &index, end)
            }
            try closeOrContinue(bytes, &index, end, &open)
        } while open.depth > 0
        return kind
    }

    /// Behind a value: closes what closes here, until another value starts or nothing is open.
    private static func closeOrContinue(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int,
        _ open: inout OpenContainers
    ) throws(JSONViolation) {
        while open.depth > 0 {
            skipBlanks(bytes, &index, end)
            guard index < end else { throw .malformed(at: end) }
            let close = open.innermostIsObject ? closeBrace : closeBracket
            switch bytes[index] {
            case comma:
                index += 1
                skipBlanks(bytes, &index, end)
                if open.innermostIsObject { try skipName(bytes, &index, end) }
                return
            case close:
                open.close()
                index += 1
            default:
                throw .malformed(at: index)
            }
        }
    }

    /// A member's name, its colon and the blanks around that.
    private static func skipName(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ end: Int
    ) throws(JSONViolation) {
        _ = try skipString(bytes, &index, end)
        try skipColon(bytes, &index, end)
    }

    /// The colon behind a name and the blanks around it.
    static func skipColon(_ bytes: borrowing Span<UInt8>, _ index: inout Int, _ end: Int) throws(JSONViolation) {
        skipBlanks(bytes, &index, end)
        guard index < end, bytes[index] == colon else { throw .malformed(at: index) }
        index += 1
        skipBlanks(bytes, &index, end)
    }
}
