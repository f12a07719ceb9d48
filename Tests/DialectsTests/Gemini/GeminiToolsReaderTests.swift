// protocol/http §3.2, §4.4.

import Testing

@testable import Dialects

@Suite struct GeminiToolsReaderTests {
    private func request(_ members: String) throws -> GenerationRequest {
        try geminiRequest(#"{"contents":[{"parts":[{"text":"a"}]}],\#(members)}"#)
    }

    @Test("Functions of several tools; JSON Schema as it is, Gemini's own schemas translated")
    func readsFunctions() throws {
        let request = try self.request(
            #"""
            "tools":[{"functionDeclarations":[{"name":"f","description":"d","parameters":{"type":"OBJECT"}},{"name":"g"}]},
              {"function_declarations":[{"name":"h","parametersJsonSchema":{"type":"object","$defs":{}},
                "response":{"type":"STRING"},"behavior":"BLOCKING"}]}]
            """#
        )
        #expect(
            request.tools == [
                FunctionTool(name: "f", description: "d", parameters: ["type": "object"]), FunctionTool(name: "g"),
                FunctionTool(name: "h", parameters: ["type": "object", "$defs": [:]]),
            ]
        )
        #expect(
            request.untranslated == [
                "tools[1].function_declarations[0].response", "tools[1].function_declarations[0].behavior",
            ]
        )
    }

    @Test(
        "§4.4: tools that Google runs are refused",
        arguments: [
            "googleSearch", "google_search_retrieval", "codeExecution", "urlContext", "computerUse", "novelty",
        ]
    )
    func refusesServerTools(name: String) {
        let refusal = geminiRefusal(#"{"contents":[{"parts":[{"text":"a"}]}],"tools":[{"\#(name)":{}}]}"#)
        #expect(refusal?.param == "tools[0].\(name)")
        #expect(refusal?.code == "unsupported_parameter")
    }

    @Test(
        "§4.4: modes",
        arguments: [
            (#"{"mode":"AUTO"}"#, ToolChoice.auto), (#"{"mode":"NONE"}"#, ToolChoice.none),
            (#"{"mode":"ANY"}"#, .required),
            (#"{"mode":"ANY","allowedFunctionNames":["f"]}"#, .function(name: "f")),
            (#"{"mode":"ANY","allowedFunctionNames":["f","g"]}"#, .allowed(names: ["f", "g"], isRequired: true)),
            (#"{"mode":"VALIDATED"}"#, .auto),
            (#"{"mode":"VALIDATED","allowed_function_names":["f"]}"#, .allowed(names: ["f"], isRequired: false)),
        ]
    )
    func readsModes(config: String, choice: ToolChoice) throws {
        let request = try self.request(#""toolConfig":{"functionCallingConfig":\#(config)}"#)
        #expect(request.toolChoice == choice)
        #expect(request.untranslated.isEmpty != config.contains("VALIDATED"))
    }

    @Test func readsAbsence() throws {
        #expect(try self.request(#""toolConfig":{}"#).toolChoice == nil)
        #expect(try self.request(#""toolConfig":{"functionCallingConfig":{}}"#).toolChoice == nil)
        let retrieval = try self.request(#""toolConfig":{"retrievalConfig":{}}"#)
        #expect(retrieval.untranslated == ["toolConfig.retrievalConfig"])
    }

    @Test(arguments: [
        (#""toolConfig":{"functionCallingConfig":{"mode":"MAYBE"}}"#, "toolConfig.functionCallingConfig.mode"),
        (#""tools":[{"functionDeclarations":[{}]}]"#, "tools[0].functionDeclarations[0].name"),
        (#""tools":{}"#, "tools"), (#""tools":["x"]"#, "tools[0]"),
        (
            #""tools":[{"functionDeclarations":[{"name":"f","parameters":1}]}]"#,
            "tools[0].functionDeclarations[0].parameters"
        ),
    ])
    func refuses(members: String, param: String) {
        #expect(geminiRefusal(#"{"contents":[{"parts":[{"text":"a"}]}],\#(members)}"#)?.param == param)
    }
}
