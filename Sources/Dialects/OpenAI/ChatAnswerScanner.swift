// What a chat completion that is no stream cost, read while it passes through in pieces (protocol §1.3): its `usage`, and
// the bytes of text in its `choices` for an estimate where there is none.
//
// Nothing is checked and nothing is kept but the value of `usage`, up to `usageBytes`. What is no JSON counts nothing.

/// Scans one answer, or one chunk of a stream, piece by piece.
package struct ChatAnswerScanner: Sendable {
    /// The longest `usage` that is read.
    package static let usageBytes = 8 * 1024

    private enum Member {
        case usage
        case choices
        case other
    }

    private let readsUsage: Bool
    /// Objects and arrays that are open.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Length of the string that is open or ended last, and its first eight bytes.
    private var stringLength = 0
    private var stringStart: UInt64 = 0
    /// Bytes of a string in `choices` that has ended; a colon behind it makes it a name.
    private var pendingText = 0
    /// The member of the outermost object that is open.
    private var member = Member.other
    /// The value of `usage` as far as it has come.
    private var capture: [UInt8]?

    /// Bytes of values that have ended.
    private var endedText = 0

    /// The last `usage` that is an object.
    package private(set) var usage: ChatUsage?

    /// Bytes between quotation marks in values within `choices`: text, arguments, and a few names of roles.
    package var textBytes: Int {
        endedText + pendingText + (isInString && member == .choices ? stringLength : 0)
    }

    package init(readsUsage: Bool = true) {
        self.readsUsage = readsUsage
    }

    /// Takes the next piece of the answer.
    package mutating func feed(_ piece: borrowing Span<UInt8>) {
        var index = 0
        while index < piece.count {
            if isInString, !isEscaped, depth > 1, capture == nil {
                // Long texts are passed over at once; names that matter are less deep.
                let stop = ByteSearch.stringStop(piece, from: index, to: piece.count)
                stringLength += stop - index
                index = stop
                guard index < piece.count else { return }
            }
            take(piece[index])
            index += 1
        }
    }

    private mutating func take(_ byte: UInt8) {
        if capture != nil { keep(byte) }
        guard isInString else {
            takeOutside(byte)
            return
        }
        if !isEscaped, byte == UInt8(ascii: "\"") {
            isInString = false
            if member == .choices { pendingText = stringLength }
            return
        }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        if stringLength < 8 { stringStart = stringStart << 8 | UInt64(byte) }
        stringLength += 1
    }

    private mutating func takeOutside(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""):
            isInString = true
            (stringLength, stringStart) = (0, 0)
        case UInt8(ascii: "{"), UInt8(ascii: "["):
            depth += 1
        case UInt8(ascii: ":"):
            pendingText = 0
            if depth == 1 { beginMember() }
        case UInt8(ascii: ","):
            countText()
            if depth == 1 { endMember() }
        case UInt8(ascii: "}"), UInt8(ascii: "]"):
            countText()
            depth -= 1
            if depth == 0 { endMember() }
        default:
            break
        }
    }

    private mutating func countText() {
        endedText += pendingText
        pendingText = 0
    }

    private mutating func beginMember() {
        if Self.spells("usage", stringStart, stringLength) {
            member = .usage
            capture = readsUsage ? [] : nil
        } else {
            member = Self.spells("choices", stringStart, stringLength) ? .choices : .other
        }
    }

    private mutating func keep(_ byte: UInt8) {
        guard let count = capture?.count, count < Self.usageBytes else {
            capture = nil
            return
        }
        capture?.append(byte)
    }

    /// The captured text ends with the comma or brace behind the value.
    private mutating func endMember() {
        member = .other
        guard let value = capture else { return }
        capture = nil
        let whole = Array(#"{"usage":"#.utf8) + value.dropLast() + [UInt8(ascii: "}")]
        usage = ChatUsage.inResponse(whole.span) ?? usage
    }

    private static func spells(_ name: StaticString, _ start: UInt64, _ length: Int) -> Bool {
        guard length == name.utf8CodeUnitCount, length <= 8 else { return false }
        var word: UInt64 = 0
        for offset in 0..<length { word = unsafe word << 8 | UInt64(name.utf8Start[offset]) }
        return word == start
    }
}
