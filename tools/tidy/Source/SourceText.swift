// Swift text taken apart into code, comments and literals, just far enough to look for words without being fooled.
//
// Both views keep every line break, so that a line number means the same in all of them; what does not belong to a
// view is blanked with spaces. Known roughness: bare regex literals are read as code, so a lone quote within one
// blanks the rest of its line.

/// One Swift file in three views of equal line count: as written, its code alone, its comments alone.
package struct SourceText {
    /// The lines as written.
    package let lines: [String]
    /// The lines with comments and the contents of string literals blanked.
    package let code: [String]
    /// The lines with everything but comments blanked.
    package let comments: [String]

    package init(_ text: String) {
        var separation = Separation(text.utf8)
        separation.run()
        self.lines = Self.split(Array(text.utf8))
        self.code = Self.split(separation.code)
        self.comments = Self.split(separation.comments)
    }

    private static func split(_ bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: Separation.newline, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}

/// The scanner behind `SourceText`.
///
/// A context is what the bytes at hand belong to. Interpolations put code inside a string, which may hold a string
/// again, so contexts form a stack; the bottom is always code.
private struct Separation {
    static let newline = UInt8(ascii: "\n")
    private static let space = UInt8(ascii: " ")
    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let backslash = UInt8(ascii: "\\")
    private static let slash = UInt8(ascii: "/")
    private static let star = UInt8(ascii: "*")

    private enum Context {
        /// Open parentheses since an interpolation began; code at the bottom of the stack does not count them.
        case code(parentheses: Int)
        case string(hashes: Int, multiline: Bool)
        case lineComment
        case blockComment(depth: Int)
    }

    private let bytes: [UInt8]
    private var at = 0
    private var stack: [Context] = [.code(parentheses: 0)]
    private(set) var code: [UInt8]
    private(set) var comments: [UInt8]

    init(_ text: String.UTF8View) {
        self.bytes = Array(text)
        self.code = []
        self.comments = []
        self.code.reserveCapacity(self.bytes.count)
        self.comments.reserveCapacity(self.bytes.count)
    }

    mutating func run() {
        while self.at < self.bytes.count {
            switch self.stack[self.stack.count - 1] {
            case .code(let parentheses): self.stepCode(parentheses)
            case .string(let hashes, let multiline): self.stepString(hashes, multiline)
            case .lineComment: self.stepLineComment()
            case .blockComment(let depth): self.stepBlockComment(depth)
            }
        }
    }

    private mutating func stepCode(_ parentheses: Int) {
        let byte = self.bytes[self.at]
        if byte == Self.slash, self.peek(1) == Self.slash {
            self.stack.append(.lineComment)
        } else if byte == Self.slash, self.peek(1) == Self.star {
            self.stack.append(.blockComment(depth: 0))
        } else if byte == Self.quote || byte == Self.hash, let opening = self.stringOpening() {
            self.take(opening.length, asCode: true)
            self.stack.append(.string(hashes: opening.hashes, multiline: opening.multiline))
        } else if self.stack.count > 1, byte == UInt8(ascii: "(") {
            self.replaceTop(.code(parentheses: parentheses + 1))
            self.take(1, asCode: true)
        } else if self.stack.count > 1, byte == UInt8(ascii: ")") {
            if parentheses == 0 {
                self.stack.removeLast()
            } else {
                self.replaceTop(.code(parentheses: parentheses - 1))
            }
            self.take(1, asCode: true)
        } else {
            self.take(1, asCode: true)
        }
    }

    private mutating func stepString(_ hashes: Int, _ multiline: Bool) {
        let byte = self.bytes[self.at]
        if byte == Self.backslash, self.hashesFollow(hashes, from: self.at + 1) {
            if self.peek(1 + hashes) == UInt8(ascii: "(") {
                self.blank(2 + hashes)
                self.stack.append(.code(parentheses: 0))
            } else {
                // Whatever is escaped, it does not end the string. A line break keeps its own treatment.
                self.blank(1 + hashes)
                if self.peek(0) != Self.newline { self.blank(1) }
            }
        } else if byte == Self.quote, let length = self.stringClosing(hashes, multiline) {
            self.take(length, asCode: true)
            self.stack.removeLast()
        } else {
            // A single-line literal cannot go past its line: carry on as code rather than lose the file.
            if byte == Self.newline, !multiline { self.stack.removeLast() }
            self.blank(1)
        }
    }

    private mutating func stepLineComment() {
        if self.bytes[self.at] == Self.newline {
            self.stack.removeLast()
            self.blank(1)
        } else {
            self.take(1, asCode: false)
        }
    }

    /// Block comments nest in Swift.
    private mutating func stepBlockComment(_ depth: Int) {
        if self.bytes[self.at] == Self.slash, self.peek(1) == Self.star {
            self.replaceTop(.blockComment(depth: depth + 1))
            self.take(2, asCode: false)
        } else if self.bytes[self.at] == Self.star, self.peek(1) == Self.slash {
            self.take(2, asCode: false)
            if depth <= 1 {
                self.stack.removeLast()
            } else {
                self.replaceTop(.blockComment(depth: depth - 1))
            }
        } else {
            self.take(1, asCode: false)
        }
    }

    // MARK: - Looking

    private func peek(_ distance: Int) -> UInt8? {
        let index = self.at + distance
        return index < self.bytes.count ? self.bytes[index] : nil
    }

    private func hashesFollow(_ count: Int, from start: Int) -> Bool {
        start + count <= self.bytes.count && self.bytes[start..<start + count].allSatisfy { $0 == Self.hash }
    }

    private func quotesFollow(from start: Int) -> Bool {
        start + 3 <= self.bytes.count && self.bytes[start..<start + 3].allSatisfy { $0 == Self.quote }
    }

    private func stringOpening() -> (hashes: Int, multiline: Bool, length: Int)? {
        let hashes = self.bytes[self.at...].prefix { $0 == Self.hash }.count
        guard self.peek(hashes) == Self.quote else { return nil }
        let multiline = self.quotesFollow(from: self.at + hashes)
        return (hashes, multiline, hashes + (multiline ? 3 : 1))
    }

    private func stringClosing(_ hashes: Int, _ multiline: Bool) -> Int? {
        let quotes = multiline ? 3 : 1
        guard !multiline || self.quotesFollow(from: self.at) else { return nil }
        return self.hashesFollow(hashes, from: self.at + quotes) ? quotes + hashes : nil
    }

    // MARK: - Moving on

    private mutating func replaceTop(_ context: Context) {
        self.stack[self.stack.count - 1] = context
    }

    private mutating func take(_ count: Int, asCode: Bool) {
        for byte in self.bytes[self.at...].prefix(count) {
            let blank = byte == Self.newline ? Self.newline : Self.space
            self.code.append(asCode ? byte : blank)
            self.comments.append(asCode ? blank : byte)
        }
        self.at = min(self.at + count, self.bytes.count)
    }

    private mutating func blank(_ count: Int) {
        for byte in self.bytes[self.at...].prefix(count) {
            let blank = byte == Self.newline ? Self.newline : Self.space
            self.code.append(blank)
            self.comments.append(blank)
        }
        self.at = min(self.at + count, self.bytes.count)
    }
}
