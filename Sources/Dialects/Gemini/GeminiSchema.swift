// Gemini's own schemas, a subset of OpenAPI 3.0 (protocol: http §3.2), as JSON Schema: types in small letters, `nullable` as
// a type of its own, numbers that came in strings as numbers. What only Gemini knows is left out.

/// Translates schemas.
enum GeminiSchema {
    /// Nesting is bounded by whoever parsed the text (`JSONParser.maximumDepth`).
    static func jsonSchema(_ schema: JSONValue) -> JSONValue {
        guard case .object(let members) = schema else { return schema }
        var output: [JSONField] = []
        var isNullable = false
        for member in members {
            let name = GeminiName.camelCase(member.key)
            if name == "nullable" {
                isNullable = member.value.bool == true
            } else if let value = Self.value(member.value, of: name) {
                output.append(JSONField(name, value))
            }
        }
        return isNullable ? Self.nullable(.object(output)) : .object(output)
    }

    /// The value of a keyword; nil when it says nothing in JSON Schema.
    private static func value(_ value: JSONValue, of name: String) -> JSONValue? {
        switch name {
        case "type":
            guard let type = value.string else { return value }
            guard type != "TYPE_UNSPECIFIED" else { return nil }
            return .string(type.lowercased())
        case "properties", "$defs", "defs":
            return .object(value.members.map { JSONField($0.key, Self.jsonSchema($0.value)) })
        case "items", "additionalProperties":
            return Self.jsonSchema(value)
        case "anyOf", "oneOf", "allOf", "prefixItems":
            return .array(value.elements.map(Self.jsonSchema))
        case "minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties":
            return value.string.flatMap { Int($0) }.map(JSONValue.integer) ?? value
        case "format":
            // Tells that there is an `enum`, which is told there.
            guard value.string != "enum" else { return nil }
            return value
        case "propertyOrdering", "example":
            return nil
        default:
            return value
        }
    }

    private static func nullable(_ schema: JSONValue) -> JSONValue {
        var schema = schema
        if let type = schema["type"] {
            schema["type"] = .array((type.isArray ? type.elements : [type]) + ["null"])
            if let values = schema["enum"]?.elements { schema["enum"] = .array(values + [.null]) }
            return schema
        }
        guard let choices = schema["anyOf"]?.elements else { return schema }
        schema["anyOf"] = .array(choices + [["type": "null"]])
        return schema
    }
}
