// What a value may be: one description that both checks what comes in and is served in the OpenAPI document, so that what
// is documented is what is enforced. A small part of JSON Schema 2020-12.

import SessionCore

/// A text rule: a pattern for readers and the check that holds it.
struct TextRule: Sendable {
    let name: String
    /// A regular expression without look-around, anchored at both ends, that describes what `accepts` takes.
    let pattern: String?
    /// A format of JSON Schema.
    let format: String?
    let accepts: @Sendable (String) -> Bool

    init(
        _ name: String,
        pattern: String? = nil,
        format: String? = nil,
        accepts: @escaping @Sendable (String) -> Bool
    ) {
        self.name = name
        self.pattern = pattern
        self.format = format
        self.accepts = accepts
    }
}

/// A member of an object.
struct Property: Sendable {
    let name: String
    let schema: Schema
    let isRequired: Bool

    init(_ name: String, _ schema: Schema, required: Bool = false) {
        self.name = name
        self.schema = schema
        self.isRequired = required
    }
}

/// The description of a value.
struct Schema: Sendable {
    indirect enum Kind: Sendable {
        case text(TextRule?, length: ClosedRange<Int>)
        case choice([String])
        case integer(ClosedRange<Int64>)
        /// Dollars, to a millionth.
        case dollars
        case number
        case boolean
        case list(Schema, maximum: Int)
        case object([Property])
        /// An object whose members have names that are not known before.
        case map(Schema)
        /// One of several texts.
        case anyText([TextRule])
        /// An object with a name of its own in the document.
        case named(String, Schema)
    }

    var kind: Kind
    var isNullable = false
    var summary: String?
    var example: JSON?

    init(_ kind: Kind, _ summary: String? = nil, example: JSON? = nil) {
        self.kind = kind
        self.summary = summary
        self.example = example
    }

    /// The same, or null.
    var orNull: Schema {
        var schema = self
        schema.isNullable = true
        return schema
    }

    /// The most dollars that an amount may have.
    static let mostDollars = 1_000_000_000.0
}

// MARK: - Checking

extension Schema {
    /// Returns what is wrong with a value, or nil; `place` names it as a parameter.
    func flaw(in value: JSON, at place: String) -> RelayError? {
        if value.isNull, self.isNullable { return nil }
        switch (self.kind, value) {
        case (.named(_, let schema), _):
            return schema.flaw(in: value, at: place)
        case (.object(let properties), .object(let entries)):
            return Self.flaw(in: entries, of: properties, at: place)
        case (.map(let schema), .object(let entries)):
            return entries.lazy.compactMap { schema.flaw(in: $0.value, at: "\(place).\($0.name)") }.first
        case (.list(let schema, let maximum), .array(let values)):
            guard values.count <= maximum else {
                return .invalidParameter(place, reason: "may hold at most \(maximum) entries")
            }
            return values.enumerated().lazy.compactMap { schema.flaw(in: $1, at: "\(place)[\($0)]") }.first
        case (_, .array), (_, .object), (.object, _), (.map, _), (.list, _):
            return .invalidParameter(place, reason: "must be \(self.wanted)")
        default:
            return self.accepts(value) ? nil : .invalidParameter(place, reason: "must be \(self.wanted)")
        }
    }

    private static func flaw(in entries: [JSONEntry], of properties: [Property], at place: String) -> RelayError? {
        let prefix = place.isEmpty ? "" : place + "."
        for entry in entries where !properties.contains(where: { $0.name == entry.name }) {
            return .unknownParameter(prefix + entry.name, known: properties.map(\.name))
        }
        for property in properties {
            guard let entry = entries.first(where: { $0.name == property.name }) else {
                if property.isRequired { return .missingParameter(prefix + property.name) }
                continue
            }
            if let flaw = property.schema.flaw(in: entry.value, at: prefix + property.name) { return flaw }
        }
        return nil
    }

    private func accepts(_ value: JSON) -> Bool {
        switch (self.kind, value) {
        case (.text(let rule, let length), .string(let text)):
            length.contains(text.unicodeScalars.count) && (rule?.accepts(text) ?? true)
        case (.anyText(let rules), .string(let text)):
            rules.contains { $0.accepts(text) }
        case (.choice(let choices), .string(let text)):
            choices.contains(text)
        case (.integer(let range), _):
            value.whole.map(range.contains) ?? false
        case (.dollars, .integer(let dollars)):
            (0...Int64(Self.mostDollars)).contains(dollars)
        case (.dollars, .number(let dollars)):
            dollars >= 0 && dollars <= Self.mostDollars
        case (.dollars, .usd(let amount)):
            amount >= 0
        case (.number, .integer), (.number, .number), (.number, .decimal), (.number, .usd):
            true
        case (.boolean, .bool):
            true
        default:
            false
        }
    }

    /// What would be right, for a message.
    private var wanted: String {
        let what =
            switch self.kind {
            case .text(let rule, let length):
                "\(rule.map { "\($0.name) of " } ?? "a text of ")\(length.lowerBound) to \(length.upperBound) characters"
            case .anyText(let rules): rules.map(\.name).joined(separator: " or ")
            case .choice(let choices): "one of \(choices.joined(separator: ", "))"
            case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
            case .dollars: "an amount of dollars from 0 to \(Int64(Self.mostDollars))"
            case .number: "a number"
            case .boolean: "true or false"
            case .list: "a list"
            case .object, .map, .named: "an object"
            }
        return self.isNullable ? "\(what), or null" : what
    }
}

// MARK: - Reading a query

extension Schema {
    /// The value that a text in a query stands for, before it is checked.
    func value(ofText text: String) -> JSON {
        switch self.kind {
        case .integer:
            // "+5", "007" and "5.0" are other spellings of a number; a query has one.
            Int64(text).flatMap { String($0) == text ? .integer($0) : nil } ?? .string(text)
        case .boolean:
            text == "true" ? .bool(true) : text == "false" ? .bool(false) : .string(text)
        default:
            .string(text)
        }
    }
}
