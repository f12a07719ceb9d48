// Words and marks of code whose comments and literals are already blanked.

/// A word (letters, digits, underscore) or one single mark, with the line it stands on, counted from 1.
package struct Token: Equatable {
    package let text: String
    package let line: Int

    package var isWord: Bool { self.text.utf8.first.map(Self.isWordByte) ?? false }

    /// The tokens of blanked code, line by line.
    package static func all(in code: [String]) -> [Token] {
        var tokens: [Token] = []
        for (index, line) in code.enumerated() {
            var word: [UInt8] = []
            func endWord() {
                guard !word.isEmpty else { return }
                tokens.append(Token(text: String(decoding: word, as: UTF8.self), line: index + 1))
                word.removeAll(keepingCapacity: true)
            }
            for byte in line.utf8 {
                if Self.isWordByte(byte) {
                    word.append(byte)
                } else {
                    endWord()
                    if byte > 0x20 { tokens.append(Token(text: String(UnicodeScalar(byte)), line: index + 1)) }
                }
            }
            endWord()
        }
        return tokens
    }

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
