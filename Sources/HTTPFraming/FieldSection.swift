// The field lines of a head (RFC 9112 §5), once the scanner has found them all, and what the fields that frame a
// message mean (RFC 9112 §6).
//
// The scanner has already refused control characters, bare CR and LF, folding and too many lines; what is left is the
// shape of each line. Length fields are read more strictly than the RFC allows: a repeated or listed Content-Length is
// refused even when its values agree, because two parsers in a row can disagree about it.

/// Parses field lines and the fields that frame a message.
enum FieldSection {
    /// Parses the lines between `range.lowerBound` and the final empty line, which `range` includes.
    static func parse(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>,
        count: Int,
        limits: HTTPLimits
    ) throws(HTTPViolation) -> HeaderFields {
        var fields = HeaderFields(capacity: range.count, count: count)
        let end = range.upperBound - 2
        var line = range.lowerBound
        while line < end {
            var colon = line
            var hasUnderscore = false
            while colon < end, Grammar.isToken(bytes[colon]) {
                if bytes[colon] == Grammar.underscore { hasUnderscore = true }
                colon += 1
            }
            guard colon > line, colon < end, bytes[colon] == Grammar.colon else { throw .invalidFieldName }
            var lower = colon + 1
            var upper = lower
            while upper < end, bytes[upper] != Grammar.carriageReturn { upper += 1 }
            let next = upper + 2
            while lower < upper, Grammar.isBlank(bytes[lower]) { lower += 1 }
            while lower < upper, Grammar.isBlank(bytes[upper - 1]) { upper -= 1 }
            if !hasUnderscore || limits.underscoredNames == .keep {
                fields.append(checked: bytes, name: line..<colon, value: lower..<upper)
            }
            line = next
        }
        return fields
    }

    /// What the two length fields say of a message, its start line aside.
    enum Length: Equatable {
        case unstated
        case length(Int)
        case chunked
    }

    /// RFC 9112 §6.1-6.3: the length that the fields state, every ambiguity refused.
    static func length(_ fields: HeaderFields, minorVersion: Int) throws(HTTPViolation) -> Length {
        let hasLength = fields.contains("content-length")
        if let isChunked = fields.onlyValue(of: "transfer-encoding", equals: "chunked") {
            guard !hasLength else { throw .conflictingLengths }
            guard minorVersion >= 1 else { throw .invalidTransferEncoding }
            if isChunked { return .chunked }
            // A coding of its own is well-formed but unknown; a list or a repetition of chunked is neither.
            guard fields.count(of: "transfer-encoding") == 1, !fields.containsToken("transfer-encoding", "chunked"),
                fields.withFirstValue(of: "transfer-encoding", { Grammar.isToken($0) }) == true
            else { throw .invalidTransferEncoding }
            throw .unsupportedTransferEncoding
        }
        guard hasLength else { return .unstated }
        guard fields.count(of: "content-length") == 1,
            let length = fields.withFirstValue(of: "content-length", decimal) ?? nil
        else { throw .invalidContentLength }
        return .length(length)
    }

    /// A plain decimal number; nil for a sign, a list, nothing, or more than an `Int` holds.
    private static func decimal(_ text: borrowing Span<UInt8>) -> Int? {
        guard text.count > 0, text.count <= 19 else { return nil }
        var value = 0
        for index in 0..<text.count {
            guard Grammar.isDigit(text[index]) else { return nil }
            let (product, overflow) = value.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(Int(text[index] - 0x30))
            guard !overflow, !carry else { return nil }
            value = sum
        }
        return value
    }

    /// RFC 9112 §9.3: whether the sender lets the connection persist.
    static func keepAlive(_ fields: HeaderFields, minorVersion: Int) -> Bool {
        if fields.containsToken("connection", "close") { return false }
        return minorVersion >= 1 || fields.containsToken("connection", "keep-alive")
    }
}
