// The members of one JSON object, found without building a tree (RFC 8259 §4). The whole text is checked on the way.

/// Finds the members of a JSON object.
package enum TopLevelScanner {
    /// The members of the object that the bytes are, blanks around it aside; throws if a name appears twice.
    package static func members(
        of bytes: borrowing Span<UInt8>,
        limits: JSONLimits = JSONLimits()
    ) throws(JSONViolation) -> [JSONMember] {
        try members(of: bytes, in: 0..<bytes.count, limits: limits)
    }

    /// The members of the object that a part of the bytes is, with ranges that count from the first byte of all.
    package static func members(
        of bytes: borrowing Span<UInt8>,
        in range: Range<Int>,
        limits: JSONLimits = JSONLimits()
    ) throws(JSONViolation) -> [JSONMember] {
        var members: [JSONMember] = []
        var index = range.lowerBound
        var isFirst = true
        while let member = try next(bytes, &index, range, isFirst: isFirst, limits: limits) {
            isFirst = false
            guard members.count < limits.members else { throw .tooManyMembers }
            for other in members where sameName(member, other, bytes) {
                throw .duplicateMember(JSONString.decode(bytes, member.key) ?? "")
            }
            members.append(member)
        }
        return members
    }

    /// One step over the object in `range`: the next member, or nil once the object has ended with nothing behind it.
    ///
    /// For readers that want no array: start with `index` at the range's lower bound and `isFirst` true, then pass the
    /// index on as it was left. Names that appear twice are not noticed.
    package static func next(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ range: Range<Int>,
        isFirst: Bool,
        limits: JSONLimits = JSONLimits()
    ) throws(JSONViolation) -> JSONMember? {
        let end = min(range.upperBound, bytes.count)
        JSONGrammar.skipBlanks(bytes, &index, end)
        if isFirst {
            guard index < end, bytes[index] == JSONGrammar.openBrace else { throw .notAnObject }
            guard limits.depth >= 1 else { throw .tooDeep }
            index += 1
            JSONGrammar.skipBlanks(bytes, &index, end)
        }
        guard index < end else { throw .malformed(at: end) }
        if bytes[index] == JSONGrammar.closeBrace {
            index += 1
            JSONGrammar.skipBlanks(bytes, &index, end)
            guard index == end else { throw .trailingBytes(at: index) }
            return nil
        }
        if !isFirst {
            guard bytes[index] == JSONGrammar.comma else { throw .malformed(at: index) }
            index += 1
            JSONGrammar.skipBlanks(bytes, &index, end)
        }
        let keyStart = index
        let keyHasEscapes = try JSONGrammar.skipString(bytes, &index, end)
        let key = (keyStart + 1)..<(index - 1)
        try JSONGrammar.skipColon(bytes, &index, end)
        let valueStart = index
        let kind = try JSONGrammar.skipValue(bytes, &index, end, depth: min(limits.depth, 64) - 1)
        return JSONMember(key: key, keyHasEscapes: keyHasEscapes, value: valueStart..<index, kind: kind)
    }

    private static func sameName(_ one: JSONMember, _ other: JSONMember, _ bytes: borrowing Span<UInt8>) -> Bool {
        if one.keyHasEscapes || other.keyHasEscapes {
            guard let name = JSONString.decode(bytes, one.key) else { return false }
            return name == JSONString.decode(bytes, other.key)
        }
        guard one.key.count == other.key.count else { return false }
        for offset in 0..<one.key.count where bytes[one.key.lowerBound + offset] != bytes[other.key.lowerBound + offset]
        {
            return false
        }
        return true
    }
}
