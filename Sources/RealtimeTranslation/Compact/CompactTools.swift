// Tools as clients write them, nested as in chat completions or flat as in realtime sessions, made flat (realtime §3).

internal import Dialects

/// Reads tools.
enum CompactTools {
    /// The GA tools; throws for what is no list of functions.
    static func tools(_ value: JSONValue, at path: String) throws(CompactRefusal) -> JSONValue {
        guard !value.isNull else { return [] }
        guard value.isArray, value.elements.count <= CompactLimits.tools else {
            throw .invalid(path, "an array of at most \(CompactLimits.tools) tools")
        }
        var tools: [JSONValue] = []
        for (index, tool) in value.elements.enumerated() {
            tools.append(try self.tool(tool, at: "\(path)[\(index)]"))
        }
        return .array(tools)
    }

    private static func tool(_ tool: JSONValue, at path: String) throws(CompactRefusal) -> JSONValue {
        guard tool.isObject else { throw .invalid(path, "an object") }
        if let type = tool["type"], type != "function" { throw .invalid("\(path).type", "'function'") }
        let function = tool["function"] ?? tool
        let place = tool["function"] == nil ? path : "\(path).function"
        guard function.isObject else { throw .invalid(place, "an object") }
        guard let name = function["name"] else { throw .missing("\(place).name") }
        guard let text = name.string, !text.isEmpty else {
            throw .invalid("\(place).name", "a string that is not empty")
        }
        var result: JSONValue = ["type": "function", "name": name]
        for member in ["description", "parameters"] {
            if let value = function[member], !value.isNull { result[member] = value }
        }
        return result
    }

    /// The GA choice; what is no choice goes on, for the model's side to answer.
    static func choice(_ value: JSONValue) -> JSONValue {
        guard let name = value["function"]?["name"] else { return value }
        return ["type": "function", "name": name]
    }
}
