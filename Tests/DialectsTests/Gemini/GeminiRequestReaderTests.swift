// protocol/http §3.1, §3.2, §4.1, §7.

import Testing

@testable import Dialects

@Suite struct GeminiRequestReaderTests {
    @Test("§3.2: everything of a request that has a place elsewhere")
    func readsAWholeRequest() throws {
        let body = #"""
            {"contents":[{"role":"user","parts":[{"text":"hi"}]},{"role":"model","parts":[{"text":"yo"}]},
              {"parts":[{"text":"go"}]}],
             "systemInstruction":{"role":"user","parts":[{"text":"Be brief."},{"text":""},{"text":"Be kind."}]},
             "tools":[{"functionDeclarations":[{"name":"f","description":"d","parametersJsonSchema":{"type":"object"}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY"}},
             "generationConfig":{"temperature":0.2,"maxOutputTokens":"64"},
             "safetySettings":[{"category":"X","threshold":"Y"}],"labels":{"a":"b"},"serviceTier":"flex"}
            """#
        let request = try GeminiRequestReader.read(Array(body.utf8), model: "gemini-3-pro", isStream: true)
        var expected = GenerationRequest(model: "gemini-3-pro")
        expected.isStream = true
        expected.messages = [
            GenerationMessage(.user, [.text("hi")]), GenerationMessage(.assistant, [.text("yo")]),
            GenerationMessage(.user, [.text("go")]),
        ]
        expected.system = ["Be brief.", "Be kind."]
        expected.tools = [FunctionTool(name: "f", description: "d", parameters: ["type": "object"])]
        expected.toolChoice = .required
        expected.sampling.temperature = 0.2
        expected.maximumTokens = 64
        expected.serviceTier = "flex"
        expected.untranslated = ["safetySettings", "labels"]
        #expect(request == expected)
    }

    @Test("§3.1: snake_case at every level means the same")
    func readsSnakeCase() throws {
        let snake = #"""
            {"contents":[{"role":"model","parts":[{"function_call":{"name":"f"},"thought_signature":"c2ln"}]},
              {"role":"function","parts":[{"function_response":{"name":"f","response":{"output":"1"}}},
                {"inline_data":{"mime_type":"image/png","data":"_-8"}}]}],
             "system_instruction":{"parts":[{"text":"s"}]},
             "tools":[{"function_declarations":[{"name":"f","parameters_json_schema":{"type":"object"}}]}],
             "tool_config":{"function_calling_config":{"mode":"ANY","allowed_function_names":["f"]}},
             "generation_config":{"top_p":0.5,"max_output_tokens":3,"stop_sequences":["a"],
               "response_mime_type":"application/json","response_json_schema":{"type":"object"},
               "thinking_config":{"thinking_budget":9,"include_thoughts":true}}}
            """#
        let camel = #"""
            {"contents":[{"role":"model","parts":[{"functionCall":{"name":"f"},"thoughtSignature":"c2ln"}]},
              {"role":"user","parts":[{"functionResponse":{"name":"f","response":{"output":"1"}}},
                {"inlineData":{"mimeType":"image/png","data":"/+8="}}]}],
             "systemInstruction":{"parts":[{"text":"s"}]},
             "tools":[{"functionDeclarations":[{"name":"f","parametersJsonSchema":{"type":"object"}}]}],
             "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["f"]}},
             "generationConfig":{"topP":0.5,"maxOutputTokens":3,"stopSequences":["a"],
               "responseMimeType":"application/json","responseJsonSchema":{"type":"object"},
               "thinkingConfig":{"thinkingBudget":9,"includeThoughts":true}}}
            """#
        let request = try geminiRequest(snake)
        #expect(try geminiRequest(camel) == request)
        #expect(request.untranslated.isEmpty)
        #expect(request.reasoning?.budgetTokens == 9)
    }

    @Test(
        "§7: what only Gemini can do, or what nobody can, is refused by name",
        arguments: [
            (#"{"contents":[]}"#, "contents", "invalid_value"),
            (#"{}"#, "contents", "missing_required_parameter"),
            (#"{"contents":null}"#, "contents", "missing_required_parameter"),
            (#"{"contents":{}}"#, "contents", "invalid_type"),
            (#"{"contents":[1]}"#, "contents[0]", "invalid_type"),
            (#"{"contents":[{"role":"user"}]}"#, "contents", "invalid_value"),
            (#"{"contents":[{"parts":[{}]}]}"#, "contents", "invalid_value"),
            (#"{"contents":[{"role":"system","parts":[]}]}"#, "contents[0].role", "invalid_value"),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"cachedContent":"c/1"}"#, "cachedContent",
                "unsupported_parameter"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"continuation_token":"x"}"#, "continuation_token",
                "unsupported_parameter"
            ),
            (
                #"{"contents":[{"parts":[{"text":"a"}]}],"systemInstruction":{"parts":[{"inlineData":{}}]}}"#,
                "systemInstruction.parts[0].inlineData", "unsupported_parameter"
            ),
            (#"{"contents":[{"parts":[{"text":"a"}]}],"serviceTier":1}"#, "serviceTier", "invalid_type"),
        ]
    )
    func refuses(body: String, param: String, code: String) {
        let refusal = geminiRefusal(body)
        #expect(refusal?.param == param)
        #expect(refusal?.code == code)
    }

    @Test(
        "§4.3: service tiers in OpenAI's words; others only tune",
        arguments: [
            ("standard", "default"), ("flex", "flex"), ("PRIORITY", "priority"), ("unspecified", "auto"),
        ]
    )
    func readsServiceTiers(tier: String, expected: String) throws {
        let body = #"{"contents":[{"parts":[{"text":"a"}]}],"service_tier":"\#(tier)"}"#
        #expect(try geminiRequest(body).serviceTier == expected)
        let foreign = try geminiRequest(#"{"contents":[{"parts":[{"text":"a"}]}],"service_tier":"gold"}"#)
        #expect(foreign.serviceTier == nil)
        #expect(foreign.untranslated == ["service_tier"])
    }

    @Test(
        "§3.1: counting takes contents, or a whole request",
        arguments: [
            #"{"contents":[{"parts":[{"text":"a"}]}]}"#,
            #"{"generateContentRequest":{"model":"models/x","contents":[{"parts":[{"text":"a"}]}]}}"#,
            #"{"generate_content_request":{"model":"models/x","contents":[{"parts":[{"text":"a"}]}]}}"#,
        ]
    )
    func readsCounts(body: String) throws {
        let request = try GeminiRequestReader.readCount(Array(body.utf8), model: "m")
        #expect(request.model == "m")
        #expect(request.messages == [GenerationMessage(.user, [.text("a")])])
        #expect(request.untranslated.isEmpty)
    }

    @Test("Hostile bodies end in a refusal, never worse")
    func survivesNoise() {
        var generator = SeededGenerator(seed: 0x6E)
        let seed = Array(
            #"{"contents":[{"role":"model","parts":[{"functionCall":{"id":"a","name":"f","args":{"x":1}}}]},{"parts":[{"functionResponse":{"name":"f","response":{"error":"e"}}},{"inlineData":{"mimeType":"image/png","data":"aaaa"}}]}],"generationConfig":{"seed":99999999999999999999,"topK":-1,"responseSchema":{"type":"OBJECT","nullable":true}}}"#
                .utf8
        )
        for _ in 0..<3_000 {
            let body = generator.mutate(seed, spice: #"{}[]":,0e-\u"#)
            _ = try? GeminiRequestReader.read(body, model: "m", isStream: false)
            _ = try? GeminiRequestReader.readCount(body, model: "m")
        }
    }
}
