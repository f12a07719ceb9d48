// A JSON array that grows while it is read (protocol: http §3.1: a Gemini stream without `alt=sse`), cut into its elements
// without losing a byte: each comes as a range of the bytes as they came, with all that stands before it, so that it can be
// passed on unchanged. A lone object, as providers send when they refuse, counts as an array of one.
//
// Only objects are elements; what else stands between the brackets is passed over, as commas and blanks are. The grammar
// within an element is for whoever reads it. After the closing bracket nothing follows but blanks.

/// An element of an array: ranges into the parser's buffer, valid until the next `append`.
struct JSONArrayBlock: Equatable, Sendable {
    /// All bytes up to the element's last one, or to the closing bracket.
    var raw: Range<Int>
    /// The element; nil at the array's end.
    var value: Range<Int>?
}

/// Cuts an array into elements.
struct JSONArrayParser: Sendable {
    private enum State: Equatable {
        /// Nothing but blanks has come.
        case before
        /// Between elements.
        case inside
        /// Within an element that started at this index, with this many brackets open.
        case element(from: Int, depth: Int, isAlone: Bool)
        case ended
    }

    private let limits: EventStreamLimits
    private(set) var buffer: [UInt8] = []
    private var state = State.before
    /// Where what was not handed out yet starts.
    private var start = 0
    /// What has been looked at.
    private var scanned = 0
    private var isInString = false
    private var isEscaped = false

    /// A buffer that grew beyond this is given back once it is empty.
    private static let keptCapacity = 64 * 1024

    init(limits: EventStreamLimits) {
        self.limits = limits
    }

    /// The bytes that have not been handed out yet.
    var pending: Range<Int> { start..<buffer.count }
    var hasEnded: Bool { state == .ended }

    /// Takes the next bytes, of any number; ranges handed out before are no longer valid.
    mutating func append(_ piece: borrowing Span<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= Self.keptCapacity)
        } else if start > 0 {
            buffer.removeSubrange(..<start)
        }
        scanned -= start
        if case .element(let from, let depth, let isAlone) = state {
            state = .element(from: from - start, depth: depth, isAlone: isAlone)
        }
        start = 0
        unsafe piece.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// The next element, or the array's end; nil if more bytes are needed, or none will count any more.
    mutating func next() throws(EventStreamViolation) -> JSONArrayBlock? {
        while scanned < buffer.count {
            if isInString {
                skipString()
                continue
            }
            let byte = buffer[scanned]
            scanned += 1
            switch state {
            case .before:
                if byte == JSONGrammar.openBracket { state = .inside }
                if byte == JSONGrammar.openBrace { state = .element(from: scanned - 1, depth: 1, isAlone: true) }
            case .inside:
                if byte == JSONGrammar.openBrace { state = .element(from: scanned - 1, depth: 1, isAlone: false) }
                if byte == JSONGrammar.closeBracket {
                    state = .ended
                    return take(nil)
                }
            case .element(let from, let depth, let isAlone):
                guard let value = step(byte, from, depth, isAlone) else { break }
                return take(value)
            case .ended:
                return nil
            }
        }
        guard buffer.count - start <= limits.eventBytes else { throw .eventTooLong }
        return nil
    }

    /// One byte of an element, outside strings; the element if it ends there.
    private mutating func step(_ byte: UInt8, _ from: Int, _ depth: Int, _ isAlone: Bool) -> Range<Int>? {
        switch byte {
        case JSONString.quote:
            isInString = true
        case JSONGrammar.openBrace, JSONGrammar.openBracket:
            state = .element(from: from, depth: depth + 1, isAlone: isAlone)
        case JSONGrammar.closeBrace, JSONGrammar.closeBracket:
            guard depth == 1 else {
                state = .element(from: from, depth: depth - 1, isAlone: isAlone)
                return nil
            }
            state = isAlone ? .ended : .inside
            return from..<scanned
        default:
            break
        }
        return nil
    }

    /// Moves to behind the string, or to the end of what is there.
    private mutating func skipString() {
        if isEscaped {
            isEscaped = false
            scanned += 1
            return
        }
        scanned = ByteSearch.stringStop(buffer.span, from: scanned, to: buffer.count)
        guard scanned < buffer.count else { return }
        if buffer[scanned] == JSONString.quote { isInString = false }
        if buffer[scanned] == JSONString.backslash { isEscaped = true }
        scanned += 1
    }

    private mutating func take(_ value: Range<Int>?) -> JSONArrayBlock {
        let block = JSONArrayBlock(raw: start..<scanned, value: value)
        start = scanned
        return block
    }
}
