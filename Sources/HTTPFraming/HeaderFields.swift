// The fields of a head (RFC 9110 §5), in the order they came.
//
// One byte array holds all fields as the lines that go over the wire, a second array says where each name and value
// lies: two allocations for a head, however many fields it has, and it is written in one go. Names keep the case they
// came in and compare without it.
//
// Invariants: every stored name is a token and no stored value contains CR, LF or another control character, whoever put
// it there; so a serializer can write any `HeaderFields` and never emit a line its author did not mean.

/// The fields of a head.
package struct HeaderFields: Sendable {
    /// Where a name and its value lie in `storage`.
    private struct Position: Sendable {
        var name: Range<Int>
        var value: Range<Int>

        /// The whole line, its end included.
        var line: Range<Int> { name.lowerBound..<value.upperBound + 2 }

        func moved(by distance: Int) -> Position {
            Position(
                name: name.lowerBound + distance..<name.upperBound + distance,
                value: value.lowerBound + distance..<value.upperBound + distance
            )
        }
    }

    private var storage: [UInt8] = []
    private var positions: [Position] = []
    /// What a head that is put together by hand has room for from the start, instead of growing field by field.
    private static let usualBytes = 512
    private static let usualCount = 14

    /// No fields.
    package init() {}

    /// Takes fields in order, leaving out those that `append` would refuse.
    package init(_ pairs: [(String, String)]) {
        for (name, value) in pairs { append(name, value) }
    }

    /// Room for the fields of a parsed head.
    init(capacity bytes: Int, count: Int) {
        storage.reserveCapacity(bytes)
        positions.reserveCapacity(count)
    }

    /// The number of fields.
    package var count: Int { positions.count }

    /// Whether there are no fields.
    package var isEmpty: Bool { positions.isEmpty }
}

// MARK: - Reading

extension HeaderFields {
    /// The value of the first field of this name; bytes that are not UTF-8 become U+FFFD.
    package subscript(name: String) -> String? {
        guard let index = firstIndex(of: name, from: 0) else { return nil }
        return text(positions[index].value)
    }

    /// The values of all fields of this name, in order.
    package func values(_ name: String) -> [String] {
        var result: [String] = []
        var start = 0
        while let index = firstIndex(of: name, from: start) {
            result.append(text(positions[index].value))
            start = index + 1
        }
        return result
    }

    /// Whether there is a field of this name.
    package func contains(_ name: String) -> Bool {
        firstIndex(of: name, from: 0) != nil
    }

    /// How many fields have this name.
    package func count(of name: String) -> Int {
        var result = 0
        var start = 0
        while let index = firstIndex(of: name, from: start) {
            result += 1
            start = index + 1
        }
        return result
    }

    /// Whether the comma-separated lists of all fields of this name hold a token, whatever its case (RFC 9110 §5.6.1).
    package func containsToken(_ name: String, _ token: String) -> Bool {
        var start = 0
        while let index = firstIndex(of: name, from: start) {
            if list(positions[index].value, holds: token.utf8.span) { return true }
            start = index + 1
        }
        return false
    }

    /// All fields in order, as text.
    package var pairs: [(name: String, value: String)] {
        positions.map { (text($0.name), text($0.value)) }
    }

    /// Visits all fields in order.
    package func forEach(_ body: (_ name: String, _ value: String) throws -> Void) rethrows {
        for position in positions {
            try body(text(position.name), text(position.value))
        }
    }

    /// Whether the value of the only field of this name equals a text, whatever its case; nil if there is none.
    func onlyValue(of name: String, equals expected: String) -> Bool? {
        guard let index = firstIndex(of: name, from: 0) else { return nil }
        guard firstIndex(of: name, from: index + 1) == nil else { return false }
        return Grammar.equalIgnoringCase(storage.span.extracting(positions[index].value), expected.utf8.span)
    }

    /// Hands out the bytes of the first value of this name; nil if there is none.
    func withFirstValue<Result>(of name: String, _ body: (borrowing Span<UInt8>) -> Result) -> Result? {
        guard let index = firstIndex(of: name, from: 0) else { return nil }
        return body(storage.span.extracting(positions[index].value))
    }

    private func text(_ range: Range<Int>) -> String {
        unsafe storage.span.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    private func firstIndex(of name: String, from start: Int) -> Int? {
        let bytes = storage.span
        let wanted = name.utf8.span
        var index = start
        while index < positions.count {
            let range = positions[index].name
            if range.count == wanted.count, Grammar.equalIgnoringCase(bytes.extracting(range), wanted) { return index }
            index += 1
        }
        return nil
    }

    private func list(_ range: Range<Int>, holds token: borrowing Span<UInt8>) -> Bool {
        var start = range.lowerBound
        while start < range.upperBound {
            var end = start
            while end < range.upperBound, storage[end] != Grammar.comma { end += 1 }
            let item = trimmed(start..<end)
            // Empty elements do not count (RFC 9110 §5.6.1.2), so no token equals them.
            if !item.isEmpty, item.count == token.count, Grammar.equalIgnoringCase(storage.span.extracting(item), token)
            {
                return true
            }
            start = end + 1
        }
        return false
    }

    private func trimmed(_ range: Range<Int>) -> Range<Int> {
        var lower = range.lowerBound
        var upper = range.upperBound
        while lower < upper, Grammar.isBlank(storage[lower]) { lower += 1 }
        while lower < upper, Grammar.isBlank(storage[upper - 1]) { upper -= 1 }
        return lower..<upper
    }
}

// MARK: - Writing

extension HeaderFields {
    /// Adds a field after the others; refuses, with false, a name that is no token or a control character.
    @discardableResult
    package mutating func append(_ name: String, _ value: String) -> Bool {
        let (nameBytes, valueBytes) = (name.utf8.span, value.utf8.span)
        guard Grammar.isToken(nameBytes), Grammar.isFieldContent(valueBytes) else { return false }
        if positions.isEmpty {
            storage.reserveCapacity(Self.usualBytes)
            positions.reserveCapacity(Self.usualCount)
        }
        appendLine(nameBytes, valueBytes)
        return true
    }

    /// Adds all fields of another set behind these.
    package mutating func append(contentsOf other: HeaderFields) {
        let distance = storage.count
        storage.append(contentsOf: other.storage)
        for position in other.positions { positions.append(position.moved(by: distance)) }
    }

    /// Adds fields in order, leaving out those that `append` would refuse.
    package mutating func append(contentsOf pairs: [(name: String, value: String)]) {
        for (name, value) in pairs { append(name, value) }
    }

    /// Puts one field in the place of all those of its name; refuses as `append` does and then changes nothing.
    @discardableResult
    package mutating func set(_ name: String, _ value: String) -> Bool {
        var replacement = self
        replacement.remove(name)
        guard replacement.append(name, value) else { return false }
        self = replacement
        return true
    }

    /// Removes all fields of this name.
    package mutating func remove(_ name: String) {
        while let index = firstIndex(of: name, from: 0) {
            let line = positions.remove(at: index).line
            storage.removeSubrange(line)
            for later in index..<positions.count {
                positions[later] = positions[later].moved(by: -line.count)
            }
        }
    }

    /// Adds a field whose name and value the parser has already checked.
    mutating func append(checked bytes: borrowing Span<UInt8>, name: Range<Int>, value: Range<Int>) {
        appendLine(bytes.extracting(name), bytes.extracting(value))
    }

    private mutating func appendLine(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        let start = storage.count
        append(name)
        let middle = storage.count
        storage.append(Grammar.colon)
        storage.append(Grammar.space)
        append(value)
        positions.append(Position(name: start..<middle, value: middle + 2..<storage.count))
        storage.append(Grammar.carriageReturn)
        storage.append(Grammar.lineFeed)
    }

    private mutating func append(_ bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBufferPointer { unsafe storage.append(contentsOf: $0) }
    }

    /// Writes all fields as lines of a head.
    func write(to output: inout [UInt8]) {
        output.append(contentsOf: storage)
    }
}

extension HeaderFields: Equatable {
    /// Equal if the same fields come in the same order; the case of names does not matter, that of values does.
    package static func == (one: HeaderFields, other: HeaderFields) -> Bool {
        guard one.positions.count == other.positions.count else { return false }
        for (mine, yours) in zip(one.positions, other.positions) {
            let sameName = Grammar.equalIgnoringCase(
                one.storage.span.extracting(mine.name),
                other.storage.span.extracting(yours.name)
            )
            guard sameName, one.storage[mine.value] == other.storage[yours.value] else { return false }
        }
        return true
    }
}

extension HeaderFields: CustomStringConvertible {
    /// The names alone: values hold credentials, and descriptions end up in logs.
    package var description: String {
        "HeaderFields(\(positions.map { text($0.name) }.joined(separator: ", ")))"
    }
}

extension HeaderFields: Sequence {
    /// Walks over the fields in order, names in the case they came in.
    package struct Iterator: IteratorProtocol {
        fileprivate let fields: HeaderFields
        fileprivate var index = 0

        package mutating func next() -> (name: String, value: String)? {
            guard index < fields.positions.count else { return nil }
            defer { index += 1 }
            let position = fields.positions[index]
            return (fields.text(position.name), fields.text(position.value))
        }
    }

    package func makeIterator() -> Iterator { Iterator(fields: self) }

    package var underestimatedCount: Int { count }
}

extension HeaderFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        self.init(elements)
    }
}
