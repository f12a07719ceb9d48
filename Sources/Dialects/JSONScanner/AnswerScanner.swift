// What an answer that is no stream cost, read while it passes through in pieces, whichever dialect it is in: the member
// that tells its usage, and the bytes of text in the member that holds the answer, for an estimate where none is told.
//
// Nothing is checked and nothing is kept but the usage, up to `usageBytes`. What is no JSON counts nothing.

/// Scans one answer, piece by piece.
struct AnswerScanner: Sendable {
    /// The longest usage that is read.
    static let usageBytes = 8 * 1024

    private enum Member {
        case usage
        case answer
        case other
    }

    /// The member that tells the usage, and the one that holds the answer; at most 16 bytes each.
    private let usageName: StaticString
    private let answerName: StaticString
    /// Objects and arrays that are open.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Length of the string that is open or ended last, and its first 16 bytes.
    private var stringLength = 0
    private var stringStart: UInt128 = 0
    /// Bytes of a string in the answer that has ended; a colon behind it makes it a name.
    private var pendingText = 0
    /// The member of the outermost object that is open.
    private var member = Member.other
    /// The usage as far as it has come.
    private var capture: [UInt8]?

    /// Bytes of values that have ended.
    private var endedText = 0

    /// The last usage that looks like an object and was not taken yet, blanks before it included.
    private var usage: [UInt8]?

    /// Bytes between quotation marks in values within the answer: text, arguments, and a few names of roles.
    var textBytes: Int {
        endedText + pendingText + (isInString && member == .answer ? stringLength : 0)
    }

    init(usage usageName: StaticString, answer answerName: StaticString) {
        self.usageName = usageName
        self.answerName = answerName
    }

    /// The usage that has come since it was taken last: an object with that one member.
    mutating func takeUsage() -> [UInt8]? {
        defer { usage = nil }
        return usage.map { value in
            [JSONGrammar.openBrace] + JSONString.bytes(usageName.description) + [JSONGrammar.colon] + value
                + [JSONGrammar.closeBrace]
        }
    }

    /// The value of the usage that has come since it was taken last: it opens with a brace, and may break behind it.
    mutating func takeUsageValue() -> [UInt8]? {
        defer { usage = nil }
        return usage.map { Array($0.drop(while: Self.isBlank)) }
    }

    /// Takes the next piece of the answer.
    mutating func feed(_ piece: borrowing Span<UInt8>) {
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
            if member == .answer { pendingText = stringLength }
            return
        }
        isEscaped = !isEscaped && byte == UInt8(ascii: "\\")
        if stringLength < 16 { stringStart = stringStart << 8 | UInt128(byte) }
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
        if Self.spells(usageName, stringStart, stringLength) {
            member = .usage
            capture = []
        } else {
            member = Self.spells(answerName, stringStart, stringLength) ? .answer : .other
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
        guard value.first(where: { !Self.isBlank($0) }) == JSONGrammar.openBrace else { return }
        usage = value.dropLast()
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
    }

    private static func spells(_ name: StaticString, _ start: UInt128, _ length: Int) -> Bool {
        guard length == name.utf8CodeUnitCount, length <= 16 else { return false }
        var word: UInt128 = 0
        for offset in 0..<length { word = unsafe word << 8 | UInt128(name.utf8Start[offset]) }
        return word == start
    }
}
