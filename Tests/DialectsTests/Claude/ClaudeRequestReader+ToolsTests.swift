// protocol/http §2.2, §4.3 and §4.4: tools, tool choice, thinking and the shape of the answer.

import Testing

@testable import Dialects

@Suite struct ClaudeRequestReaderToolsTests {
    private typealias Reader = ClaudeRequestReaderTests

    private func read(_ members: String) throws -> GenerationRequest { try Reader.read(Reader.hi + "," + members) }

    @Test("§4.4: functions, with what only Claude knows left out by name")
    func functions() throws {
        let request = try read(
            #""tools":[{"name":"f","description":"d","input_schema":{"type":"object"},"strict":true,"cache_control":{}},"#
                + #"{"type":"custom","name":"g","input_schema":{},"eager_input_streaming":true}]"#
        )
        #expect(
            request.tools == [
                FunctionTool(name: "f", description: "d", parameters: ["type": "object"], isStrict: true),
                FunctionTool(name: "g", parameters: .object([])),
            ]
        )
        #expect(request.untranslated == ["cache_control", "eager_input_streaming"])
    }

    @Test(
        "§4.4: tool choice",
        arguments: [
            (#"{"type":"auto"}"#, ToolChoice.auto), (#"{"type":"any"}"#, .required), (#"{"type":"none"}"#, .none),
            (#"{"type":"tool","name":"f"}"#, .function(name: "f")),
        ]
    )
    func choice(text: String, expected: ToolChoice) throws {
        let request = try read(#""tool_choice":\#(text)"#)
        #expect(request.toolChoice == expected)
        #expect(request.allowsParallelToolCalls == nil)
    }

    @Test("§4.3: one call at a time", arguments: [true, false])
    func parallel(disables: Bool) throws {
        let request = try read(#""tool_choice":{"type":"auto","disable_parallel_tool_use":\#(disables)}"#)
        #expect(request.allowsParallelToolCalls == !disables)
    }

    @Test("§4.3: thinking and effort")
    func reasoning() throws {
        func reasoning(_ members: String) throws -> Reasoning? { try read(members).reasoning }
        var enabled = Reasoning(budgetTokens: 2_000)
        enabled.includesThoughts = true
        #expect(try reasoning(#""thinking":{"type":"enabled","budget_tokens":2000}"#) == enabled)
        var adaptive = Reasoning(effort: .max, isAdaptive: true)
        adaptive.includesThoughts = false
        let both = #""thinking":{"type":"adaptive","display":"omitted"},"output_config":{"effort":"max"}"#
        #expect(try reasoning(both) == adaptive)
        let off = #""thinking":{"type":"disabled"},"output_config":{"effort":"high"}"#
        #expect(try reasoning(off) == Reasoning(effort: Reasoning.Effort.none))
        #expect(try reasoning(#""output_config":{"effort":"low"}"#) == Reasoning(effort: .low))
        #expect(try reasoning(#""output_config":{}"#) == nil)
        #expect(try read(#""thinking":{"type":"between_tools"}"#).reasoning?.isAdaptive == true)
    }

    @Test(
        "§4.3: structured output, also under its former name",
        arguments: [
            #""output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}"#,
            #""output_format":{"type":"json_schema","schema":{"type":"object"}}"#,
        ]
    )
    func format(members: String) throws {
        let expected = OutputFormat.jsonSchema(name: nil, description: nil, schema: ["type": "object"], isStrict: true)
        #expect(try read(members).outputFormat == expected)
    }

    @Test(
        "What the dialect does not know is refused with its place",
        arguments: [
            (#""tools":[{"name":"f"}]"#, "tools[0].input_schema"),
            (#""tools":[{"name":"","input_schema":{}}]"#, "tools[0].name"),
            (#""tool_choice":{"type":"some"}"#, "tool_choice.type"),
            (#""tool_choice":{"type":"tool"}"#, "tool_choice.name"),
            (#""thinking":{"type":"enabled"}"#, "thinking.budget_tokens"),
            (#""thinking":{"type":"enabled","budget_tokens":0}"#, "thinking.budget_tokens"),
            (#""thinking":{"type":"maybe"}"#, "thinking.type"),
            (#""output_config":{"effort":"none"}"#, "output_config.effort"),
            (#""output_config":{"format":{"type":"xml"}}"#, "output_config.format.type"),
            (#""temperature":1.5"#, "temperature"), (#""top_p":-1"#, "top_p"), (#""top_k":-1"#, "top_k"),
            (#""service_tier":"flex""#, "service_tier"), (#""stop_sequences":"x""#, "stop_sequences"),
        ]
    )
    func invalid(members: String, param: String) {
        #expect(Reader.refusal(Reader.hi + "," + members)?.param == param)
    }
}
