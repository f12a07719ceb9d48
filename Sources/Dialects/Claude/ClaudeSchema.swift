// JSON Schema as Claude takes it for structured output (protocol: http §4.3): an object schema must say that it has no
// members but its properties. OpenAI's strict schemas say so anyway; where others are silent, it is added.

/// Schemas for `output_config.format`.
enum ClaudeSchema {
    /// The schema with `additionalProperties: false` in every object schema that says nothing of them.
    ///
    /// Recursion is bounded by the nesting that the parser allows.
    static func closed(_ schema: JSONValue) -> JSONValue {
        switch schema {
        case .object(let members):
            var result = JSONValue.object(
                members.map { JSONField($0.key, Self.isData($0.key) ? $0.value : Self.closed($0.value)) }
            )
            if Self.describesObject(schema), schema["additionalProperties"] == nil {
                result["additionalProperties"] = false
            }
            return result
        case .array(let elements): return .array(elements.map(Self.closed))
        case .null, .bool, .integer, .decimal, .string: return schema
        }
    }

    /// Members whose values are data of the user's, not schemas.
    private static func isData(_ name: String) -> Bool {
        ["const", "enum", "default", "examples", "required"].contains(name)
    }

    private static func describesObject(_ schema: JSONValue) -> Bool {
        guard let type = schema["type"] else { return false }
        return type.string == "object" || type.elements.contains("object")
    }
}
