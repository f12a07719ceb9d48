// One member of a JSON object, as ranges into the text it was found in: nothing is copied or decoded.

/// A member of a JSON object.
package struct JSONMember: Equatable, Sendable {
    /// What a value is.
    package enum Kind: Equatable, Sendable {
        case string
        case number
        case object
        case array
        case bool
        case null
    }

    /// The name, between its quotation marks and as it stands there.
    package var key: Range<Int>
    /// Whether the name contains escapes and has to be decoded before it is compared.
    package var keyHasEscapes: Bool
    /// The value; for a string with its quotation marks.
    package var value: Range<Int>
    package var kind: Kind

    package init(key: Range<Int>, keyHasEscapes: Bool, value: Range<Int>, kind: Kind) {
        self.key = key
        self.keyHasEscapes = keyHasEscapes
        self.value = value
        self.kind = kind
    }

    /// Whether the name, decoded, is this one.
    package func isNamed(_ name: StaticString, in bytes: borrowing Span<UInt8>) -> Bool {
        if keyHasEscapes { return JSONString.decode(bytes, key) == name.description }
        guard key.count == name.utf8CodeUnitCount, key.upperBound <= bytes.count else { return false }
        for offset in 0..<key.count where unsafe bytes[key.lowerBound + offset] != name.utf8Start[offset] {
            return false
        }
        return true
    }

    /// The text of a string value; nil for another kind.
    package func string(in bytes: borrowing Span<UInt8>) -> String? {
        guard kind == .string, value.count >= 2 else { return nil }
        return JSONString.decode(bytes, (value.lowerBound + 1)..<(value.upperBound - 1))
    }

    /// The value of `true` or `false`; nil for another kind.
    package func bool(in bytes: borrowing Span<UInt8>) -> Bool? {
        kind == .bool ? bytes[value.lowerBound] == 0x74 : nil
    }

    /// A number that is a plain count; nil for a sign, a fraction, an exponent, or more than 15 digits.
    package func count(in bytes: borrowing Span<UInt8>) -> Int? {
        guard kind == .number, value.count <= 15 else { return nil }
        var result = 0
        for index in value {
            guard bytes[index] >= 0x30, bytes[index] <= 0x39 else { return nil }
            result = result * 10 + Int(bytes[index] - 0x30)
        }
        return result
    }
}
