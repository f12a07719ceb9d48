// Tools and choices in both shapes.

import Dialects
import Testing

@testable import Simulator

@Suite("Tool definitions")
struct ToolDefinitionTests {
    @Test("Flat and nested shapes are read, other kinds skipped")
    func reads() {
        let list: JSONValue = [
            ["type": "function", "name": "flat", "parameters": ["type": "object"]],
            ["type": "function", "function": ["name": "nested"]], ["type": "mcp", "server_label": "x"],
            ["type": "function"], "noise",
        ]
        let tools = ToolDefinition.list(list)
        #expect(tools.map(\.name) == ["flat", "nested"])
        #expect(tools.first?.parameters == ["type": "object"])
        #expect(ToolDefinition.list(nil).isEmpty)
    }

    @Test("Choices are read")
    func readsChoices() {
        #expect(ToolChoice(nil) == .automatic)
        #expect(ToolChoice("auto") == .automatic)
        #expect(ToolChoice("none") == .never)
        #expect(ToolChoice("required") == .required)
        #expect(ToolChoice(["type": "function", "name": "a"]) == .named("a"))
        #expect(ToolChoice(["type": "function", "function": ["name": "b"]]) == .named("b"))
    }
}
