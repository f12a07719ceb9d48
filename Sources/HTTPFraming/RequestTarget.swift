// The path and the query of a request target (RFC 3986 §3.3 and §6.2.2; the URL standard's urlencoded parser).
//
// A path is judged, never repaired: one that another server might resolve to a different resource is not in normal form,
// and the caller answers 404. So no check made on one spelling can be passed by with another.

/// Judges and decodes the parts of a request target.
package enum RequestTarget {
    /// Whether a path is spelled in the one way that every server reads alike.
    ///
    /// It starts with "/"; no segment is empty (so no "//" and, but for "/" itself, no "/" at the end), "." or ".."; no
    /// backslash; each "%" starts two hexadecimal digits that stand neither for a control character nor for one that
    /// need not be encoded.
    package static func isNormal(_ path: String) -> Bool {
        let bytes = path.utf8.span
        guard bytes.count > 0, bytes[0] == slash else { return false }
        guard bytes.count > 1 else { return true }
        var segmentStart = 1
        var index = 1
        while index < bytes.count {
            let byte = bytes[index]
            if byte == slash {
                guard isNormalSegment(bytes, segmentStart..<index) else { return false }
                segmentStart = index + 1
            } else if byte == Grammar.percent {
                guard let value = decodedByte(bytes, at: index), value > 0x20, value != 0x7F,
                    !Grammar.isUnreserved(value), value != backslash
                else { return false }
                index += 2
            } else if !Grammar.isTargetByte(byte) || byte == backslash {
                return false
            }
            index += 1
        }
        return isNormalSegment(bytes, segmentStart..<bytes.count)
    }

    /// Decodes one segment of a path; nil if it is malformed, not UTF-8, or holds a control character.
    package static func decodeSegment(_ segment: some StringProtocol) -> String? {
        decode(Substring(segment), plusIsBlank: false)
    }

    /// The segments of a path, still encoded, without the empty one before the first "/".
    package static func segments(_ path: String) -> [Substring] {
        path.split(separator: "/", omittingEmptySubsequences: true)
    }

    /// Decodes a query of `name=value` items joined by "&"; throws if one is malformed or there are too many.
    ///
    /// "+" stands for a blank, as HTML forms have it. An item without "=" has an empty value; empty items are skipped.
    package static func queryItems(
        _ query: String,
        limit: Int = 64
    ) throws(HTTPViolation) -> [(name: String, value: String)] {
        var items: [(name: String, value: String)] = []
        for item in query.utf8.split(separator: 0x26) {
            guard items.count < limit else { throw .invalidQuery }
            let mark = item.firstIndex(of: 0x3D)
            let name = item[..<(mark ?? item.endIndex)]
            let value = mark.map { item[item.index(after: $0)...] } ?? item[item.endIndex...]
            guard let name = decode(Substring(name), plusIsBlank: true),
                let value = decode(Substring(value), plusIsBlank: true)
            else { throw .invalidQuery }
            items.append((name, value))
        }
        return items
    }

    /// Decodes a name or a value of a query; nil if it is malformed, not UTF-8, or holds a control character.
    package static func decodeQueryComponent(_ text: some StringProtocol) -> String? {
        decode(Substring(text), plusIsBlank: true)
    }

    /// Encodes a name or a value for a query: every byte but the unreserved ones (RFC 3986 §2.3) as "%XX".
    package static func encodeQueryComponent(_ text: String) -> String {
        // Names of models and most else are all of such bytes.
        if text.utf8.allSatisfy(Grammar.isUnreserved) { return text }
        var output: [UInt8] = []
        for byte in text.utf8 {
            if Grammar.isUnreserved(byte) { output.append(byte) } else { Grammar.appendEncoded(byte, to: &output) }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static let slash: UInt8 = 0x2F
    private static let backslash: UInt8 = 0x5C

    private static func isNormalSegment(_ bytes: borrowing Span<UInt8>, _ segment: Range<Int>) -> Bool {
        switch segment.count {
        case 0: false
        case 1: bytes[segment.lowerBound] != 0x2E
        case 2: bytes[segment.lowerBound] != 0x2E || bytes[segment.lowerBound + 1] != 0x2E
        default: true
        }
    }

    /// The byte that the percent-encoding at an index stands for.
    private static func decodedByte(_ bytes: borrowing Span<UInt8>, at index: Int) -> UInt8? {
        guard index + 2 < bytes.count, let high = Grammar.hexValue(bytes[index + 1]),
            let low = Grammar.hexValue(bytes[index + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func decode(_ text: Substring, plusIsBlank: Bool) -> String? {
        // Unreserved bytes stand for themselves, and are all that most texts have.
        if text.utf8.allSatisfy(Grammar.isUnreserved) { return String(text) }
        let bytes = text.utf8.span
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            var byte = bytes[index]
            if byte == Grammar.percent {
                guard let value = decodedByte(bytes, at: index) else { return nil }
                byte = value
                index += 2
            } else if byte == 0x2B, plusIsBlank {
                byte = Grammar.space
            }
            guard byte >= 0x20, byte != 0x7F else { return nil }
            output.append(byte)
            index += 1
        }
        return String(validating: output, as: UTF8.self)
    }
}
