// A JSON tree whose objects remember the order of their members and whose numbers remember how they were written.
//
// Translation passes tool arguments and schemas from one provider to another unchanged, and the simulator promises the
// same bytes for the same input; Foundation's coders promise neither order nor spelling. Where only a few members are
// looked for, `TopLevelScanner` finds them without a tree.

/// One JSON value.
package enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    case integer(Int)
    /// A fraction, or a whole number beyond `Int`, as it was written.
    case decimal(JSONDecimal)
    case string(String)
    case array([JSONValue])
    case object([JSONField])
}

/// A number by its text, so that it goes on as it came: `1.0` and `1e2` included.
package struct JSONDecimal: Equatable, Sendable {
    package let text: String
    package let double: Double

    /// `text` must be a number as RFC 8259 §6 has it, and `double` its value.
    init(text: String, double: Double) {
        self.text = text
        self.double = double
    }

    init(_ value: Double) {
        self.init(text: "\(value)", double: value)
    }

    /// The same value written in another way is the same number.
    package static func == (one: Self, other: Self) -> Bool { one.double == other.double }
}

/// One name and value of a JSON object.
package struct JSONField: Equatable, Sendable {
    package let key: String
    package var value: JSONValue

    package init(_ key: String, _ value: JSONValue) {
        self.key = key
        self.value = value
    }
}

extension JSONValue {
    /// The member of that name; the last one counts when a peer sent several.
    ///
    /// Setting nil removes it.
    package subscript(_ key: String) -> JSONValue? {
        get {
            guard case .object(let members) = self else { return nil }
            return members.last { $0.key == key }?.value
        }
        set {
            guard case .object(var members) = self else { return }
            self = .null
            if let newValue {
                if let index = members.lastIndex(where: { $0.key == key }) {
                    members[index].value = newValue
                } else {
                    members.append(JSONField(key, newValue))
                }
            } else {
                members.removeAll { $0.key == key }
            }
            self = .object(members)
        }
    }

    package var isNull: Bool { self == .null }

    package var isObject: Bool {
        if case .object = self { true } else { false }
    }

    package var isArray: Bool {
        if case .array = self { true } else { false }
    }

    package var string: String? {
        if case .string(let text) = self { text } else { nil }
    }

    package var bool: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// A whole number, also one that was written as `3.0`.
    package var integer: Int? {
        switch self {
        case .integer(let value): value
        case .decimal(let value): Int(exactly: value.double)
        case .null, .bool, .string, .array, .object: nil
        }
    }

    package var double: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .decimal(let value): value.double
        case .null, .bool, .string, .array, .object: nil
        }
    }

    /// The elements of an array; none for anything else.
    package var elements: [JSONValue] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The members of an object; none for anything else.
    package var members: [JSONField] {
        if case .object(let members) = self { members } else { [] }
    }

    /// A number; null for one that JSON cannot say.
    package static func number(_ value: Double) -> JSONValue {
        value.isFinite ? .decimal(JSONDecimal(value)) : .null
    }

    /// A string, or null when there is none.
    package static func optional(_ text: String?) -> JSONValue {
        text.map(JSONValue.string) ?? .null
    }

    /// Lays another object over this one: members of the other replace ours, all else stays.
    package func overlaid(with other: JSONValue) -> JSONValue {
        var result = self
        for member in other.members {
            result[member.key] = member.value
        }
        return result
    }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral,
    ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
    ExpressibleByDictionaryLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(integerLiteral value: Int) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }

    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(elements.map { JSONField($0.0, $0.1) })
    }
}
