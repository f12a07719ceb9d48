// `session` of the compact vocabulary's `session.update`, read into a GA one (realtime §3, §4). What is absent stays absent:
// an update is a merge. Members that are not known are passed over.

internal import Dialects

/// Reads sessions.
enum CompactSettings {
    private static let temperatures = 0.0...2.0

    /// The members of the GA session that a session speaks of; throws for a value that cannot be meant.
    static func read(_ session: JSONValue) throws(CompactRefusal) -> JSONValue {
        guard session.isObject else { throw .invalid("session", "an object") }
        var result: JSONValue = [:]
        if let value = session["instructions"] {
            guard value.isNull || value.string != nil else { throw .invalid("session.instructions", "a string") }
            result["instructions"] = value.isNull ? "" : value
        }
        if let value = session["temperature"] {
            guard value.isNull || value.double.map(self.temperatures.contains) ?? false else {
                throw .invalid("session.temperature", "a number from 0 to 2")
            }
            result["temperature"] = value
        }
        if let value = session["max_tokens"] {
            result["max_output_tokens"] = try self.tokens(value)
        }
        if let value = session["tools"] {
            result["tools"] = try CompactTools.tools(value, at: "session.tools")
        }
        if let value = session["tool_choice"], !value.isNull {
            result["tool_choice"] = CompactTools.choice(value)
        }
        return result
    }

    private static func tokens(_ value: JSONValue) throws(CompactRefusal) -> JSONValue {
        if value.isNull || value == "inf" { return "inf" }
        guard let number = value.integer, number > 0 else {
            throw .invalid("session.max_tokens", "a whole number above 0")
        }
        return .integer(number)
    }

    /// The name that a session gives its model; nil when it gives none.
    static func model(_ session: JSONValue) throws(CompactRefusal) -> String? {
        guard let value = session["model"], !value.isNull else { return nil }
        guard let name = value.string, !name.isEmpty, name.utf8.count <= CompactLimits.nameBytes else {
            throw .invalid("session.model", "the name of a model")
        }
        return name
    }
}
