// Steps over objects and arrays of a peer's without closures or arrays of members. Like `Members`, they end where the text
// breaks: what was read until then counts.

/// Steps over the members of an object.
struct MemberCursor {
    private let range: Range<Int>
    private var index: Int
    private var isFirst = true

    /// `range` is the object, braces included.
    init(_ range: Range<Int>) {
        self.range = range
        self.index = range.lowerBound
    }

    /// The next member; nil at the end.
    mutating func next(_ bytes: borrowing Span<UInt8>) -> JSONMember? {
        do throws(JSONViolation) {
            let member = try TopLevelScanner.next(bytes, &index, range, isFirst: isFirst)
            isFirst = false
            return member
        } catch {
            return nil
        }
    }
}

/// Steps over the elements of an array.
struct ElementCursor {
    /// An element: where it is and what it is.
    struct Element: Equatable {
        var value: Range<Int>
        var kind: JSONMember.Kind
    }

    private let end: Int
    private var index: Int
    private var isFirst = true

    /// `range` is the array, brackets included.
    init(_ range: Range<Int>) {
        self.index = range.lowerBound
        self.end = range.upperBound
    }

    /// The next element; nil at the end.
    mutating func next(_ bytes: borrowing Span<UInt8>) -> Element? {
        let end = min(self.end, bytes.count)
        let mark = isFirst ? JSONGrammar.openBracket : JSONGrammar.comma
        JSONGrammar.skipBlanks(bytes, &index, end)
        guard index < end, bytes[index] == mark else { return nil }
        index += 1
        JSONGrammar.skipBlanks(bytes, &index, end)
        guard index < end else { return nil }
        if isFirst, bytes[index] == JSONGrammar.closeBracket { return nil }
        isFirst = false
        let start = index
        do throws(JSONViolation) {
            let kind = try JSONGrammar.skipValue(bytes, &index, end, depth: JSONLimits().depth)
            return Element(value: start..<index, kind: kind)
        } catch {
            return nil
        }
    }
}
