// What a Gemini answer that is no stream cost, read while it passes through in pieces (protocol: http §3.3): its
// `usageMetadata`, and the bytes of text in its `candidates` for an estimate where there is none.
//
// Nothing is checked and nothing is kept but the value of `usageMetadata`, up to `usageBytes`. What is no JSON counts
// nothing.

/// Scans one answer piece by piece.
package struct GeminiAnswerScanner: Sendable {
    /// The longest `usageMetadata` that is read.
    package static let usageBytes = 8 * 1024

    private enum Member {
        case usage
        case candidates
        case other
    }

    /// Objects and arrays that are open.
    private var depth = 0
    private var isInString = false
    private var isEscaped = false
    /// Length of the string that is open or ended last.
    private var stringLength = 0
    /// The string that is open or ended last where it can be a name of the outermost object, up to `nameBytes`.
    private var name: [UInt8] = []
    /// Bytes of a string in `candidates` that has ended; a colon behind it makes it a name.
    private var pendingText = 0
    /// The member of the outermost object that is open.
    private var member = Member.other
    /// The value of `usageMetadata` as far as it has come.
    private var capture: [UInt8]?
    /// Bytes of values that have ended.
    private var endedText = 0

    /// One more than the longest name that matters.
    private static let nameBytes = 16

    /// The last `usageMetadata` that is an object.
    package private(set) var usage: ChatUsage?

    /// Bytes between quotation marks in values within `candidates`: text, arguments, and a few other words.
    package var textBytes: Int {
        endedText + pendingText + (isInString && member == .candidates ? stringLength : 0)
    }

    package init() {}

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
        guard isInString else { return takeOutside(byte) }
        if !isEscaped, byte == JSONString.quote {
            isInString = false
            if member == .candidates { pendingText = stringLength }
            return
        }
        isEscaped = !isEscaped && byte == JSONString.backslash
        if depth == 1, name.count < Self.nameBytes { name.append(byte) }
        stringLength += 1
    }

    private mutating func takeOutside(_ byte: UInt8) {
        switch byte {
        case JSONString.quote:
            isInString = true
            stringLength = 0
            name.removeAll(keepingCapacity: true)
        case JSONGrammar.openBrace, JSONGrammar.openBracket:
            depth += 1
        case JSONGrammar.colon:
            pendingText = 0
            if depth == 1 { beginMember() }
        case JSONGrammar.comma:
            countText()
            if depth == 1 { endMember() }
        case JSONGrammar.closeBrace, JSONGrammar.closeBracket:
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
        if name.elementsEqual("usageMetadata".utf8) {
            member = .usage
            capture = []
        } else {
            member = name.elementsEqual("candidates".utf8) ? .candidates : .other
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
        var start = 0
        JSONGrammar.skipBlanks(value.span, &start, value.count)
        usage = GeminiUsage.read(value.span, start..<max(start, value.count - 1)) ?? usage
    }
}
