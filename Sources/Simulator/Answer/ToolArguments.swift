// Arguments that fit a tool's JSON schema, taken from the user's words where a rule can find them there.
//
// Filled are the required members, or all when none is required. Strings take an enum value the text mentions, a
// quoted passage, the words after "in", "for" or "to", the last capitalised word, or the text; numbers take the text's
// first number; other things take the simplest value the schema allows. The depth is bounded, so a schema that
// refers to itself ends.

package import Dialects

/// Makes arguments for tool calls and values for structured answers.
package enum ToolArguments {
    /// The arguments object for a schema.
    package static func object(for schema: JSONValue, text: String) -> JSONValue {
        let value = self.value(for: schema, text: String(text.prefix(SimulatorLimits.inspectedCharacters)), depth: 0)
        return value.isObject ? value : [:]
    }

    private static func value(for schema: JSONValue, text: String, depth: Int) -> JSONValue {
        guard depth < SimulatorLimits.schemaDepth else { return .null }
        if let choices = schema["enum"]?.elements, let first = choices.first {
            let lowered = text.lowercased()
            return choices.first { $0.string.map { lowered.contains($0.lowercased()) } ?? false } ?? first
        }
        if let constant = schema["const"] { return constant }
        if let option = (schema["anyOf"] ?? schema["oneOf"])?.elements.first {
            return self.value(for: option, text: text, depth: depth + 1)
        }
        let type = schema["type"]?.string ?? schema["type"]?.elements.first?.string
        switch type {
        case "string": return .string(self.passage(of: text))
        case "integer": return .integer(self.number(in: text).flatMap(Int.init(exactly:)) ?? self.minimum(schema))
        case "number": return self.number(in: text).map(self.shortest) ?? .integer(self.minimum(schema))
        case "boolean": return true
        case "array":
            guard let items = schema["items"] else { return [] }
            return [self.value(for: items, text: text, depth: depth + 1)]
        case "null": return .null
        default: return self.members(of: schema, text: text, depth: depth)
        }
    }

    private static func members(of schema: JSONValue, text: String, depth: Int) -> JSONValue {
        let required = Set((schema["required"]?.elements ?? []).compactMap(\.string))
        let properties = (schema["properties"]?.members ?? []).prefix(SimulatorLimits.schemaMembers)
        let filled = properties.filter { required.isEmpty || required.contains($0.key) }
        return .object(
            filled.map { JSONField($0.key, self.value(for: $0.value, text: text, depth: depth + 1)) }
        )
    }

    private static func minimum(_ schema: JSONValue) -> Int {
        schema["minimum"]?.integer ?? 1
    }

    private static func shortest(_ number: Double) -> JSONValue {
        Int(exactly: number).map(JSONValue.integer) ?? .number(number)
    }

    private static func number(in text: String) -> Double? {
        text.firstMatch(of: /-?\d{1,12}(\.\d{1,6})?/).flatMap { Double($0.0) }
    }

    private static func passage(of text: String) -> String {
        if let quoted = text.firstMatch(of: /["“„«']([^"”“»']{1,200})["”“»']/) {
            return String(quoted.1)
        }
        let words = text.split { $0.isWhitespace || ",.;:!?".contains($0) }
        if let index = words.firstIndex(where: { ["in", "for", "to", "at"].contains($0.lowercased()) }) {
            let place = words[(index + 1)...].prefix { $0.first?.isUppercase ?? false }.prefix(4)
            if !place.isEmpty { return place.joined(separator: " ") }
        }
        if let name = words.dropFirst().last(where: { $0.first?.isUppercase ?? false && $0.count > 1 }) {
            return String(name)
        }
        return words.prefix(12).joined(separator: " ")
    }
}
