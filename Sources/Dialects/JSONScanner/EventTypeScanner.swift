// Finds the top-level "type" of one JSON message in pieces of any size, without an allocation and without checking the
// grammar: the bytes go on to the peer whatever they are, so all that matters here is not to be misled about nesting.
//
// Steps: start → beforeKey → key → afterKey → beforeValue → one of typeValue, string, container ⇄ containerString, scalar →
// afterValue → beforeKey …, until the type was found or the object ends. Every step may be left at any byte.
//
// The first "type" counts. Whoever must not be misled by a second one reads the message with `TopLevelScanner`.

/// Finds the type of one message.
package struct EventTypeScanner: Sendable {
    /// How far the search has come.
    package enum State: Equatable, Sendable {
        case searching
        case found
        /// An object without a type that is a string of at most `EventType.capacity` bytes.
        case absent
        case notAnObject
    }

    private enum Step: Sendable {
        case start
        case beforeKey
        case key
        case afterKey
        case beforeValue
        case typeValue
        case string
        case container
        case containerString
        case scalar
        case afterValue
    }

    private enum Escape: Sendable {
        case none
        case begun
        case unicode(digits: Int, value: UInt16)
    }

    package private(set) var state = State.searching
    private var step = Step.start
    private var escape = Escape.none
    /// How much of the name "type" the key has matched so far; nil once it differs.
    private var matched: Int? = 0
    private var keyIsType = false
    private var depth = 0
    private var value = EventType()
    private var valueIsUsable = true
    /// Bytes of the last piece that were looked at.
    package private(set) var consumed = 0
    private var seeksAnother = false

    package init() {}

    /// The type, once it was found.
    package var type: EventType? { state == .found ? value : nil }

    /// Looks at the next piece of the message.
    @discardableResult
    package mutating func feed(_ piece: borrowing Span<UInt8>) -> State {
        var index = 0
        while index < piece.count, state == .searching {
            switch step {
            case .string, .containerString: skipString(piece, &index)
            case .container: skipContainer(piece, &index)
            case .key, .typeValue: readString(piece, &index)
            case .start, .beforeKey, .afterKey, .beforeValue, .scalar, .afterValue:
                judge(piece[index])
                index += 1
            }
        }
        consumed = index
        return state
    }

    /// Goes on behind the type that was found: from here `found` says that the object has another member of that name.
    ///
    /// Feed what the last piece holds from `consumed` on, then the rest of the message.
    package mutating func seekAnother() {
        guard state == .found else { return }
        state = .searching
        step = .afterValue
        seeksAnother = true
    }

    /// Tells that the message has ended.
    @discardableResult
    package mutating func finish() -> State {
        if state == .searching { state = step == .start ? .notAnObject : .absent }
        return state
    }

    /// Makes ready for the next message.
    package mutating func reset() { self = EventTypeScanner() }

    /// The type of a whole message; nil if it has none or is no object.
    package static func type(of message: borrowing Span<UInt8>) -> EventType? {
        if let leading = leadingType(of: message) { return leading.type }
        var scanner = EventTypeScanner()
        scanner.feed(message)
        return scanner.type
    }

    /// `{"type":`, as a little-endian word.
    private static let opening: UInt64 = 0x3A22_6570_7974_227B

    /// The type of a message that begins with it, as nearly all do, and the number of bytes that the message's beginning
    /// takes, the type's closing quotation mark included; nil says nothing.
    package static func leadingType(of message: borrowing Span<UInt8>) -> (type: EventType, length: Int)? {
        guard message.count >= 12 else { return nil }
        // In bounds: there are twelve bytes.
        let first = unsafe message.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: UInt64.self)
        guard UInt64(littleEndian: first) == opening else { return nil }
        // Python's encoder puts a space behind the colon.
        let quote = message[8] == 0x20 ? 9 : 8
        guard message[quote] == JSONString.quote else { return nil }
        let start = quote + 1
        let stop = ByteSearch.stringStop(message, from: start, to: start + EventType.capacity + 1)
        guard stop < message.count, message[stop] == JSONString.quote else { return nil }
        return EventType(start..<stop, of: message).map { ($0, stop + 1) }
    }

    // MARK: Between strings

    private mutating func judge(_ byte: UInt8) {
        let isBlank = byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
        switch step {
        case .start:
            guard !isBlank else { return }
            if byte == JSONGrammar.openBrace { step = .beforeKey } else { state = .notAnObject }
        case .beforeKey:
            guard !isBlank else { return }
            guard byte == JSONString.quote else {
                state = .absent
                return
            }
            matched = 0
            step = .key
        case .afterKey:
            guard !isBlank else { return }
            if byte == JSONGrammar.colon { step = .beforeValue } else { state = .absent }
        case .beforeValue:
            guard !isBlank else { return }
            beginValue(byte)
        case .scalar, .afterValue:
            if byte == JSONGrammar.comma { step = .beforeKey }
            if byte == JSONGrammar.closeBrace { state = .absent }
        case .key, .typeValue, .string, .container, .containerString:
            break
        }
    }

    private mutating func beginValue(_ byte: UInt8) {
        if keyIsType {
            if byte == JSONString.quote { step = .typeValue } else { state = .absent }
            return
        }
        switch byte {
        case JSONString.quote: step = .string
        case JSONGrammar.openBrace, JSONGrammar.openBracket:
            depth = 1
            step = .container
        default: step = .scalar
        }
    }

    // MARK: Values of no interest

    private mutating func skipString(_ piece: borrowing Span<UInt8>, _ index: inout Int) {
        if case .begun = escape {
            escape = .none
            index += 1
        }
        index = ByteSearch.stringStop(piece, from: index, to: piece.count)
        guard index < piece.count else { return }
        switch piece[index] {
        case JSONString.quote: step = step == .string ? .afterValue : .container
        case JSONString.backslash: escape = .begun
        default: break
        }
        index += 1
    }

    private mutating func skipContainer(_ piece: borrowing Span<UInt8>, _ index: inout Int) {
        while index < piece.count {
            let byte = piece[index]
            index += 1
            switch byte {
            case JSONString.quote:
                step = .containerString
                return
            case JSONGrammar.openBrace, JSONGrammar.openBracket:
                depth += 1
            case JSONGrammar.closeBrace, JSONGrammar.closeBracket:
                depth -= 1
                guard depth > 0 else {
                    step = .afterValue
                    return
                }
            default:
                break
            }
        }
    }

    // MARK: Names, and the value of "type"

    private mutating func readString(_ piece: borrowing Span<UInt8>, _ index: inout Int) {
        while index < piece.count {
            let byte = piece[index]
            index += 1
            switch escape {
            case .begun:
                escape = .none
                if byte == 0x75 {
                    escape = .unicode(digits: 0, value: 0)
                } else if let plain = JSONString.unescaped(byte) {
                    take(plain)
                } else {
                    takeUnusable()
                }
            case .unicode(let digits, let unit):
                readDigit(byte, digits: digits, unit: unit)
            case .none:
                switch byte {
                case JSONString.quote: return endString()
                case JSONString.backslash: escape = .begun
                default: take(byte)
                }
            }
        }
    }

    private mutating func readDigit(_ byte: UInt8, digits: Int, unit: UInt16) {
        guard let digit = JSONString.hexValue(byte) else {
            escape = .none
            return takeUnusable()
        }
        let unit = unit << 4 | digit
        if digits < 3 {
            escape = .unicode(digits: digits + 1, value: unit)
        } else {
            escape = .none
            // Neither the name "type" nor any type is outside ASCII.
            if unit < 0x80 { take(UInt8(unit)) } else { takeUnusable() }
        }
    }

    private mutating func take(_ byte: UInt8) {
        switch step {
        case .typeValue:
            if !value.append(byte) { valueIsUsable = false }
        case .key:
            let name: StaticString = "type"
            guard let count = matched, count < 4, unsafe name.utf8Start[count] == byte else {
                matched = nil
                return
            }
            matched = count + 1
        case .start, .beforeKey, .afterKey, .beforeValue, .string, .container, .containerString, .scalar, .afterValue:
            break
        }
    }

    private mutating func takeUnusable() {
        matched = nil
        valueIsUsable = false
    }

    private mutating func endString() {
        if step == .key {
            keyIsType = matched == 4
            valueIsUsable = true
            step = .afterKey
            if keyIsType, seeksAnother { state = .found }
        } else {
            state = valueIsUsable ? .found : .absent
        }
    }
}
