// Cuts a text that comes in pieces into sentences, so that speaking can begin before the text is whole. Nothing is lost: all
// sentences together are the text.
//
// A sentence ends behind `.`, `!` or `?` and closing marks where white space follows, behind the full stops of Chinese and
// Japanese, and at the end of a line; short ones go on into the next, so that "Dr." or "3." is none. One that grows too long
// is cut at its last space.

/// Cuts sentences.
struct SentenceCutter: Sendable {
    private let limitBytes: Int
    private var pending: [UInt8] = []
    /// Where in `pending` the sentence under way begins.
    private var start = 0
    /// Up to where `pending` was looked at.
    private var position = 0

    /// Shorter sentences go on into the next.
    private static let shortestBytes = 12
    /// `。`, `！`, `？` in UTF-8.
    private static let wideEnds: [[UInt8]] = [[0xE3, 0x80, 0x82], [0xEF, 0xBC, 0x81], [0xEF, 0xBC, 0x9F]]

    init(limitBytes: Int) {
        self.limitBytes = max(16, limitBytes)
    }

    /// Takes the next piece and returns the sentences that it makes whole.
    mutating func take(_ text: String) -> [String] {
        pending += text.utf8
        var sentences: [String] = []
        while position < pending.count {
            position += 1
            if position - start >= Self.shortestBytes, isEnd(position) {
                sentences.append(cut(at: position))
            } else if position - start >= limitBytes {
                sentences.append(cut(at: spaceBefore(position)))
            }
        }
        pending.removeFirst(start)
        (start, position) = (0, position - start)
        return sentences
    }

    /// Returns what is left; nil when nothing is.
    mutating func finish() -> String? {
        guard !pending.isEmpty else { return nil }
        let rest = cut(at: pending.count)
        (pending, start, position) = ([], 0, 0)
        return rest
    }

    private mutating func cut(at end: Int) -> String {
        defer { (start, position) = (end, end) }
        return String(decoding: pending[start..<end], as: UTF8.self)
    }

    /// Whether a sentence ends right before that offset, the white space that ends it included.
    private func isEnd(_ end: Int) -> Bool {
        let last = pending[end - 1]
        if last == 0x0A { return true }
        if Self.wideEnds.contains(where: { pending[start..<end].suffix(3).elementsEqual($0) }) { return true }
        guard last == 0x20 || last == 0x09 || last == 0x0D else { return false }
        for byte in pending[start..<(end - 1)].reversed() {
            switch UnicodeScalar(byte) {
            case ".", "!", "?": return true
            case ")", "]", "\"", "'", "*", "_": continue
            default: return false
            }
        }
        return false
    }

    /// The offset behind the last white space before `end`, or else the start of the character there.
    private func spaceBefore(_ end: Int) -> Int {
        if let space = pending[start..<end].lastIndex(where: { $0 == 0x20 || $0 == 0x0A || $0 == 0x09 }) {
            return space + 1
        }
        var offset = end
        while offset > start + 1, offset < pending.count, pending[offset] & 0xC0 == 0x80 { offset -= 1 }
        return offset
    }
}
