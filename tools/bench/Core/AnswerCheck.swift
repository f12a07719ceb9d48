// What arrives of one answer: every byte compared where it must be the upstream's own, and the pieces of text counted
// wherever they are cut.

/// Checks the body of one answer as it comes.
package struct AnswerCheck: Sendable {
    private let expected: [UInt8]?
    private var matched = 0

    /// Bytes of the body so far.
    package private(set) var count = 0
    /// Pieces of text so far.
    package private(set) var pieces = 0

    /// `expected` is nil for an answer that was translated on its way.
    package init(expected: [UInt8]?) {
        self.expected = expected
    }

    /// Takes the next bytes; false when they are not what was sent.
    package mutating func take(_ piece: borrowing Span<UInt8>) -> Bool {
        if let expected {
            guard self.count + piece.count <= expected.count else { return false }
            for index in 0..<piece.count where piece[index] != expected[self.count + index] { return false }
        }
        self.count += piece.count
        for index in 0..<piece.count { self.look(piece[index]) }
        return true
    }

    /// Whether the whole answer has come.
    package func isWhole(pieces: Int) -> Bool {
        self.pieces == pieces && (self.expected.map { $0.count == self.count } ?? (self.count > 0))
    }

    /// No byte of the mark but the first equals its first, so a mismatch need not look back.
    private mutating func look(_ byte: UInt8) {
        let mark = ChatText.mark
        if unsafe byte == mark.utf8Start[self.matched] {
            self.matched += 1
            if self.matched == mark.utf8CodeUnitCount {
                self.pieces += 1
                self.matched = 0
            }
        } else {
            self.matched = unsafe byte == mark.utf8Start[0] ? 1 : 0
        }
    }
}
