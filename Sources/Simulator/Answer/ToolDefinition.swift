// Tools as realtime sessions (flat) and chat requests (nested under `function`) define them, and the choice between them.

package import Dialects

/// A function the client offers.
package struct ToolDefinition: Equatable, Sendable {
    package let name: String
    package let parameters: JSONValue

    /// Reads one definition of either shape; nil for tools of other kinds.
    package init?(_ json: JSONValue) {
        guard json["type"]?.string == "function" else { return nil }
        let body = json["function"] ?? json
        guard let name = body["name"]?.string, !name.isEmpty else { return nil }
        self.name = name
        self.parameters = body["parameters"] ?? [:]
    }

    /// Reads a list, skipping what is no function.
    package static func list(_ json: JSONValue?) -> [ToolDefinition] {
        (json?.elements ?? []).prefix(SimulatorLimits.tools).compactMap(ToolDefinition.init)
    }
}

/// What the client wants done with the tools.
package enum ToolChoice: Equatable, Sendable {
    case automatic
    case never
    case required
    case named(String)

    /// Reads `auto`, `none`, `required` and `{"type":"function",…}` of either shape; anything else is `auto`.
    package init(_ json: JSONValue?) {
        switch json?.string {
        case "none": self = .never
        case "required": self = .required
        default:
            if let name = json?["name"]?.string ?? json?["function"]?["name"]?.string {
                self = .named(name)
            } else {
                self = .automatic
            }
        }
    }
}
