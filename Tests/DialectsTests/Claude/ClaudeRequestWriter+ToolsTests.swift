// protocol/http §4.3 and §4.4: tools and tool choice as Claude wants them.

import Testing

@testable import Dialects

@Suite struct ClaudeRequestWriterToolsTests {
    private typealias Writer = ClaudeRequestWriterTests

    private static let tools = [
        FunctionTool(name: "f", description: "d", parameters: ["type": "object", "required": ["a"]], isStrict: true),
        FunctionTool(name: "g"), FunctionTool(name: "h", parameters: ["properties": .object([])]),
    ]

    @Test("§4.4: functions; a schema always says that it describes an object")
    func functions() throws {
        let (body, dropped) = try Writer.write { $0.tools = Self.tools }
        let empty: JSONValue = ["type": "object", "properties": .object([])]
        #expect(
            body["tools"] == [
                ["name": "f", "description": "d", "input_schema": ["type": "object", "required": ["a"]]],
                ["name": "g", "input_schema": empty], ["name": "h", "input_schema": empty],
            ]
        )
        #expect(body["tool_choice"] == nil)
        #expect(dropped == ["strict"])
    }

    @Test(
        "§4.4: tool choice",
        arguments: [
            (ToolChoice.auto, #"{"type":"auto"}"#), (.none, #"{"type":"none"}"#), (.required, #"{"type":"any"}"#),
            (.function(name: "f"), #"{"type":"tool","name":"f"}"#),
            (.allowed(names: ["f"], isRequired: true), #"{"type":"any"}"#),
            (.allowed(names: ["f", "x"], isRequired: false), #"{"type":"auto"}"#),
        ]
    )
    func choice(choice: ToolChoice, expected: String) throws {
        let (body, _) = try Writer.write {
            $0.tools = Self.tools
            $0.toolChoice = choice
        }
        #expect(body["tool_choice"]?.text == expected)
        let names = body["tools"]?.elements.compactMap { $0["name"]?.string }
        if case .allowed = choice { #expect(names == ["f"]) } else { #expect(names == ["f", "g", "h"]) }
    }

    @Test("§4.3: one call at a time is a part of tool choice, which is added")
    func parallel() throws {
        let alone = try Writer.write {
            $0.tools = Self.tools
            $0.allowsParallelToolCalls = false
        }
        #expect(alone.body["tool_choice"] == ["type": "auto", "disable_parallel_tool_use": true])
        let named = try Writer.write {
            $0.tools = Self.tools
            $0.toolChoice = .function(name: "f")
            $0.allowsParallelToolCalls = false
        }
        #expect(named.body["tool_choice"] == ["type": "tool", "name": "f", "disable_parallel_tool_use": true])
        let none = try Writer.write {
            $0.tools = Self.tools
            $0.toolChoice = ToolChoice.none
            $0.allowsParallelToolCalls = false
        }
        #expect(none.body["tool_choice"] == ["type": "none"])
        let allowed = try Writer.write {
            $0.tools = Self.tools
            $0.allowsParallelToolCalls = true
        }
        #expect(allowed.body["tool_choice"] == nil)
    }

    @Test("What cannot be called is refused")
    func refused() {
        #expect(Writer.refusal { $0.toolChoice = .required }?.param == "tool_choice")
        #expect(Writer.refusal { $0.toolChoice = .function(name: "f") }?.param == "tool_choice")
        #expect(
            Writer.refusal {
                $0.tools = Self.tools
                $0.toolChoice = .allowed(names: ["x"], isRequired: false)
            }?.param == "tool_choice"
        )
        #expect(Writer.refusal { $0.tools = [FunctionTool(name: "a.b")] }?.param == "tools")
        #expect(Writer.refusal { $0.tools = [FunctionTool(name: "")] }?.param == "tools")
        #expect(Writer.refusal { $0.toolChoice = .auto } == nil)
    }

    @Test("A history with calls keeps its functions, which may not be called")
    func formerTools() throws {
        let (body, _) = try Writer.write {
            let call = ToolCall(id: "a", name: "f", arguments: .object([]))
            $0.messages += [
                GenerationMessage(.assistant, [.toolCall(call), .toolCall(call)]),
                GenerationMessage(.user, [.toolResult(ToolResult(callID: "a", content: []))]),
            ]
        }
        #expect(body["tools"]?.elements.map { $0["name"]?.string } == ["f"])
        #expect(body["tool_choice"] == ["type": "none"])
    }
}
