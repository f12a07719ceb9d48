// The little of HTTP's field grammar that the handshakes need: RFC 9110 §5.3 (a list may be spread over several fields),
// §5.6.1 (lists), §5.6.2 (tokens).
//
// All of it is linear in the bytes given and works on UTF-8, never on characters.

/// Takes apart the values of a handshake's fields.
package enum FieldList {
    /// Whether one of the list elements is that word, in any case.
    package static func contains(_ word: String, in values: [String]) -> Bool {
        values.contains { self.holds(word.utf8.span, $0.utf8.span) }
    }

    /// Whether two texts are equal but for the case of ASCII letters.
    package static func equals(_ one: String, _ other: String) -> Bool {
        self.equals(one.utf8.span, other.utf8.span)
    }

    private static func holds(_ word: Span<UInt8>, _ list: Span<UInt8>) -> Bool {
        var start = 0
        while start < list.count {
            var end = start
            while end < list.count, list[end] != UInt8(ascii: ",") { end += 1 }
            var upper = end
            while start < upper, self.isBlank(list[start]) { start += 1 }
            while start < upper, self.isBlank(list[upper - 1]) { upper -= 1 }
            if self.equals(list.extracting(start..<upper), word) { return true }
            start = end + 1
        }
        return false
    }

    private static func equals(_ one: Span<UInt8>, _ other: Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where self.lowercased(one[index]) != self.lowercased(other[index]) { return false }
        return true
    }

    /// Without the optional whitespace around a value or element (spaces and tabs).
    package static func trim(_ text: Substring) -> Substring {
        let bytes = text.utf8
        guard let first = bytes.firstIndex(where: { !Self.isBlank($0) }),
            let last = bytes.lastIndex(where: { !Self.isBlank($0) })
        else { return text[text.startIndex..<text.startIndex] }
        return text[first...last]
    }

    package static func isToken(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy(Self.isTokenByte)
    }

    package static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
            UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "|"), UInt8(ascii: "~"):
            true
        default:
            false
        }
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z") ? byte | 0x20 : byte
    }
}
