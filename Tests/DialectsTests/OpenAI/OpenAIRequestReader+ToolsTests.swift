// protocol/http §1.1, §4.4.

import Dialects
import Testing

@Suite struct OpenAIRequestReaderToolsTests {
    static func read(_ members: String) throws -> GenerationRequest { try OpenAIRequestReaderTests.read(members) }

    @Test("§4.4: functions")
    func functions() throws {
        let request = try Self.read(
            """
            "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object",
            "properties":{"b":{},"a":{}}},"strict":true}},{"type":"function","function":{"name":"g"}}],
            "parallel_tool_calls":false
            """
        )
        #expect(request.tools.map(\.name) == ["f", "g"])
        #expect(request.tools[0].parameters?.text == #"{"type":"object","properties":{"b":{},"a":{}}}"#)
        #expect(request.tools[0].isStrict == true)
        #expect(request.tools[1] == FunctionTool(name: "g"))
        #expect(request.allowsParallelToolCalls == false)
    }

    static let allowed = #"{"mode":"required","tools":[{"type":"function","function":{"name":"f"}}]}"#

    @Test(
        "§4.4: choices",
        arguments: [
            (#""auto""#, .auto), (#""none""#, ToolChoice.none), (#""required""#, .required),
            (#"{"type":"function","function":{"name":"f"}}"#, .function(name: "f")),
            (#"{"type":"allowed_tools","allowed_tools":\#(allowed)}"#, .allowed(names: ["f"], isRequired: true)),
        ]
    )
    func choices(text: String, choice: ToolChoice) throws {
        #expect(try Self.read(#""tool_choice":\#(text)"#).toolChoice == choice)
    }

    @Test("§1.1: functions as they were before tools")
    func formerFunctions() throws {
        let request = try Self.read(#""functions":[{"name":"f","parameters":{}}],"function_call":{"name":"f"}"#)
        #expect(request.tools == [FunctionTool(name: "f", parameters: .object([]))])
        #expect(request.toolChoice == .function(name: "f"))
        #expect(try Self.read(#""functions":[{"name":"f"}],"function_call":"none""#).toolChoice == ToolChoice.none)
    }

    @Test(
        "§7: what is refused, and where",
        arguments: [
            (#""tools":{}"#, "invalid_type", "tools"),
            (#""tools":[{}]"#, "missing_required_parameter", "tools[0].type"),
            (#""tools":[{"type":"custom","custom":{"name":"c"}}]"#, "unsupported_value", "tools[0].type"),
            (#""tools":[{"type":"function"}]"#, "missing_required_parameter", "tools[0].function"),
            (#""tools":[{"type":"function","function":{}}]"#, "missing_required_parameter", "tools[0].function.name"),
            (
                #""tools":[{"type":"function","function":{"name":"f","parameters":"x"}}]"#, "invalid_type",
                "tools[0].function.parameters"
            ),
            (#""tool_choice":"any""#, "invalid_value", "tool_choice"),
            (#""tool_choice":5"#, "invalid_type", "tool_choice"),
            (#""tool_choice":{"type":"custom","custom":{"name":"c"}}"#, "unsupported_value", "tool_choice.type"),
            (
                #""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"x","tools":[]}}"#, "invalid_value",
                "tool_choice.allowed_tools.mode"
            ),
            (
                #""tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":"custom"}]}}"#,
                "unsupported_value", "tool_choice.allowed_tools.tools[0].type"
            ),
            (#""tools":[],"functions":[]"#, "invalid_value", "functions"),
            (#""function_call":"required""#, "invalid_value", "function_call"),
        ]
    )
    func refusals(members: String, code: String, param: String) {
        let refusal = OpenAIRequestReaderTests.refusal(of: members)
        #expect(refusal?.code == code)
        #expect(refusal?.param == param)
    }
}
