// Words and marks of code whose comments and literals are already blanked.

/// A word (letters, digits, underscore) or one single mark.
package struct Token: Equatable {
    package let text: String
    /// Counted from 1.
    package let line: Int
    /// Whether nothing stands between this token and the one before: `try!` is not `try !`.
    package let isGlued: Bool

    package var isWord: Bool { self.text.utf8.first.map(Self.isWordByte) ?? false }

    /// The tokens of blanked code, line by line.
    package static func all(in code: [String]) -> [Token] {
        code.enumerated().flatMap { index, line in Self.tokens(of: Array(line.utf8), line: index + 1) }
    }

    private static func tokens(of bytes: [UInt8], line: Int) -> [Token] {
        var tokens: [Token] = []
        var at = 0
        var end = -1
        while at < bytes.count {
            guard !Self.isBlank(bytes[at]) else {
                at += 1
                continue
            }
            let length = max(1, bytes[at...].prefix(while: Self.isWordByte).count)
            let text = String(decoding: bytes[at..<at + length], as: UTF8.self)
            tokens.append(Token(text: text, line: line, isGlued: at == end))
            at += length
            end = at
        }
        return tokens
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte <= 0x20 }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), 0x80...:
            true
        default:
            false
        }
    }
}
