// Functions in the words of both sides (protocol: realtime §3, §14.2): flat in a session's `tools`, within
// `functionDeclarations` upstream.

import Dialects

/// Checks and translates the tools of a session.
enum LiveTools {
    /// Tools of one session.
    static let maximum = 128

    static func checked(_ value: JSONValue, _ path: String) throws(SessionRefusal) -> [JSONValue] {
        guard value.isNull || value.isArray else { throw .type(path, "an array") }
        guard value.elements.count <= maximum else { throw .value(path, "there are more than \(maximum).") }
        for (index, tool) in value.elements.enumerated() {
            guard tool["type"] == "function" else {
                throw SessionRefusal(
                    code: "unsupported_session_update",
                    message: "'\(path)[\(index)].type': this model is given functions only.",
                    param: "\(path)[\(index)].type"
                )
            }
            guard let name = tool["name"]?.string, !name.isEmpty else { throw .missing("\(path)[\(index)].name") }
        }
        return value.elements
    }

    /// The `tools` of a setup, or of a later update.
    static func declarations(_ tools: [JSONValue]) -> JSONValue {
        guard !tools.isEmpty else { return [] }
        let functions = tools.map { tool in
            var function: JSONValue = ["name": tool["name"] ?? ""]
            if let description = tool["description"], !description.isNull { function["description"] = description }
            if let parameters = tool["parameters"], parameters.isObject {
                function["parametersJsonSchema"] = parameters
            }
            return function
        }
        return [["functionDeclarations": .array(functions)]]
    }
}
