// The little of HTTP's field grammar that the handshakes need: RFC 9110 §5.3 (a list may be spread over several fields),
// §5.6.1 (lists), §5.6.2 (tokens).
//
// All of it is linear in the bytes given and works on UTF-8, never on characters.

/// Takes apart the values of a handshake's fields.
package enum FieldList {
    /// Whether one of the list elements is that word, in any case.
    package static func contains(_ word: String, in values: [String]) -> Bool {
        values.contains { value in
            value.utf8.split(separator: UInt8(ascii: ",")).contains { self.equals(self.trim(Substring($0)), word) }
        }
    }

    /// Whether two texts are equal but for the case of ASCII letters.
    package static func equals(_ one: some StringProtocol, _ other: some StringProtocol) -> Bool {
        one.utf8.elementsEqual(other.utf8) { self.lowercased($0) == self.lowercased($1) }
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
