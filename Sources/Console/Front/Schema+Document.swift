// A schema as JSON Schema 2020-12, which is what OpenAPI 3.1 takes.

extension Schema {
    /// The schema as a document shows it; a named one is referred to and put into `components`.
    func document(_ components: inout [String: JSON]) -> JSON {
        var entries: [JSONEntry] = []
        if case .named(let name, let schema) = self.kind {
            if components[name] == nil {
                // Marked first: a schema that came back to itself must not be followed for ever.
                components[name] = .null
                components[name] = schema.document(&components)
            }
            let reference = JSON.object([JSONEntry("$ref", .string("#/components/schemas/\(name)"))])
            guard self.isNullable else { return reference }
            return ["anyOf": [reference, ["type": "null"]]]
        }
        if let summary = self.summary, !summary.isEmpty { entries.append(JSONEntry("description", .string(summary))) }
        entries += self.rules(&components)
        if let example = self.example { entries.append(JSONEntry("examples", .array([example]))) }
        return .object(entries)
    }

    private func type(_ name: String) -> JSONEntry {
        JSONEntry("type", self.isNullable ? [.string(name), "null"] : .string(name))
    }

    private func rules(_ components: inout [String: JSON]) -> [JSONEntry] {
        switch self.kind {
        case .text(let rule, let length):
            return [
                self.type("string"), JSONEntry("minLength", .count(length.lowerBound)),
                JSONEntry("maxLength", .count(length.upperBound)),
            ] + Self.entries(of: rule)
        case .anyText(let rules):
            return [
                JSONEntry("type", "string"), JSONEntry("anyOf", .array(rules.map { .object(Self.entries(of: $0)) })),
            ]
        case .choice(let choices):
            let values = choices.map(JSON.string) + (self.isNullable ? [.null] : [])
            return [self.type("string"), JSONEntry("enum", .array(values))]
        case .integer(let range):
            return [
                self.type("integer"), JSONEntry("minimum", .integer(range.lowerBound)),
                JSONEntry("maximum", .integer(range.upperBound)),
            ]
        case .dollars:
            return [
                self.type("number"), JSONEntry("minimum", 0), JSONEntry("maximum", .integer(Int64(Self.mostDollars))),
            ]
        case .number: return [self.type("number")]
        case .boolean: return [self.type("boolean")]
        case .list(let schema, let maximum):
            return [
                self.type("array"), JSONEntry("maxItems", .count(maximum)),
                JSONEntry("items", schema.document(&components)),
            ]
        case .map(let schema):
            return [self.type("object"), JSONEntry("additionalProperties", schema.document(&components))]
        case .object(let properties):
            return self.rules(of: properties, &components)
        case .named: return []
        }
    }

    private func rules(of properties: [Property], _ components: inout [String: JSON]) -> [JSONEntry] {
        let members = properties.map { JSONEntry($0.name, $0.schema.document(&components)) }
        var entries = [self.type("object"), JSONEntry("properties", .object(members))]
        let required = properties.filter(\.isRequired).map(\.name)
        if !required.isEmpty { entries.append(JSONEntry("required", .strings(required))) }
        entries.append(JSONEntry("additionalProperties", false))
        return entries
    }

    private static func entries(of rule: TextRule?) -> [JSONEntry] {
        guard let rule else { return [] }
        return [
            rule.pattern.map { JSONEntry("pattern", .string($0)) },
            rule.format.map { JSONEntry("format", .string($0)) },
        ].compactMap { $0 }
    }
}
