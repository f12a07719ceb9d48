// Arguments that fit a schema.

import Dialects
import Testing

@testable import Simulator

@Suite("Tool arguments")
struct ToolArgumentsTests {
    @Test(
        "Strings take the place, the quoted passage, or the name",
        arguments: [
            ("What is the weather in New York today?", "New York"), ("tell me about \"deep blue\" now", "deep blue"),
            ("weather for Paris, please", "Paris"), ("please ask Anna", "Anna"), ("nothing here", "nothing here"),
        ]
    )
    func fillsStrings(_ text: String, _ city: String) {
        let schema: JSONValue = [
            "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
        ]
        #expect(ToolArguments.object(for: schema, text: text) == ["city": .string(city)])
    }

    @Test("Each type gets a value; only required members are filled when any is")
    func fillsTypes() {
        let schema: JSONValue = [
            "type": "object",
            "properties": [
                "unit": ["type": "string", "enum": ["celsius", "fahrenheit"]], "days": ["type": "integer"],
                "ratio": ["type": "number"], "loud": ["type": "boolean"],
                "list": ["type": "array", "items": ["type": "integer"]],
                "inner": ["type": "object", "properties": ["a": ["type": "null"], "b": ["const": 5]]],
                "either": ["anyOf": [["type": "boolean"], ["type": "null"]]], "skipped": ["type": "string"],
            ],
            "required": ["unit", "days", "ratio", "loud", "list", "inner", "either"],
        ]
        let arguments = ToolArguments.object(for: schema, text: "in Fahrenheit for 3 days")
        let expected: JSONValue = [
            "unit": "fahrenheit", "days": 3, "ratio": 3, "loud": true, "list": [3], "inner": ["a": nil, "b": 5],
            "either": true,
        ]
        #expect(arguments == expected)
    }

    @Test("A schema that never ends does, and what is no schema gives an empty object")
    func isBounded() {
        var schema: JSONValue = ["type": "string"]
        for _ in 0..<50 {
            schema = ["type": "object", "properties": ["next": schema]]
        }
        #expect(ToolArguments.object(for: schema, text: "x").text.count < 200)
        #expect(ToolArguments.object(for: .null, text: "x") == [:])
        #expect(ToolArguments.object(for: ["type": "string"], text: "x") == [:])
    }
}
