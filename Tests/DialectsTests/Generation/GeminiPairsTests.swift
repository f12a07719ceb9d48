// protocol/http §4, §5, §8: Gemini against OpenAI and against Claude, in both directions: tool loops with two parallel calls,
// images, instructions in the middle; requests, compared member by member. GeminiAnswerPairsTests has the answers.

import Testing

@testable import Dialects

@Suite struct GeminiPairsTests {
    private static let identity = AnswerIdentity(token: "tok", created: 7, model: "asked")
    private static let schema: JSONValue = [
        "type": "object", "properties": ["city": ["type": "string"]], "required": ["city"],
    ]

    private static let openAIRequest = #"""
        {"model":"asked","messages":[
          {"role":"system","content":"Be brief."},
          {"role":"user","content":[{"type":"text","text":"Weather?"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0K"}}]},
          {"role":"assistant","content":null,"tool_calls":[
            {"id":"call_a","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Paris\"}"}},
            {"id":"call_b","type":"function","function":{"name":"time","arguments":""}}]},
          {"role":"tool","tool_call_id":"call_b","content":"noon"},
          {"role":"tool","tool_call_id":"call_a","content":"{\"c\":20}"},
          {"role":"developer","content":"Be kind."},
          {"role":"user","content":"And?"}],
         "tools":[{"type":"function","function":{"name":"weather","description":"d","parameters":
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}}},
          {"type":"function","function":{"name":"time"}}],
         "tool_choice":"required","parallel_tool_calls":true,"max_completion_tokens":64,"temperature":0.5,"stop":"END"}
        """#

    private static let claudeRequest = #"""
        {"model":"asked","max_tokens":64,"system":[{"type":"text","text":"Be brief."},{"type":"text","text":"Be kind."}],
         "messages":[
          {"role":"user","content":[{"type":"text","text":"Weather?"},
            {"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0K"}}]},
          {"role":"assistant","content":[{"type":"tool_use","id":"call_a","name":"weather","input":{"city":"Paris"}},
            {"type":"tool_use","id":"call_b","name":"time","input":{}}]},
          {"role":"user","content":[{"type":"tool_result","tool_use_id":"call_b","content":"noon"},
            {"type":"tool_result","tool_use_id":"call_a","content":[{"type":"text","text":"{\"c\":20}"}]},
            {"type":"text","text":"And?"}]}],
         "tools":[{"name":"weather","description":"d","input_schema":
            {"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}},
          {"name":"time","input_schema":{"type":"object","properties":{}}}],
         "tool_choice":{"type":"any"},"temperature":0.5,"stop_sequences":["END"]}
        """#

    /// What both become.
    private static let geminiContents: JSONValue = [
        [
            "role": "user",
            "parts": [["text": "Weather?"], ["inlineData": ["mimeType": "image/png", "data": "iVBORw0K"]]],
        ],
        [
            "role": "model",
            "parts": [
                [
                    "functionCall": ["id": "call_a", "name": "weather", "args": ["city": "Paris"]],
                    "thoughtSignature": "skip_thought_signature_validator",
                ], ["functionCall": ["id": "call_b", "name": "time", "args": [:]]],
            ],
        ],
        [
            "role": "user",
            "parts": [
                ["functionResponse": ["id": "call_b", "name": "time", "response": ["output": "noon"]]],
                ["functionResponse": ["id": "call_a", "name": "weather", "response": ["c": 20]]], ["text": "And?"],
            ],
        ],
    ]

    @Test("§4.1 to §4.4: requests to Gemini")
    func writesGeminiRequests() throws {
        let ofOpenAI = try OpenAIRequestReader.read(Array(Self.openAIRequest.utf8))
        let ofClaude = try ClaudeRequestReader.read(Array(Self.claudeRequest.utf8))
        let cases: [(request: GenerationRequest, time: JSONValue)] = [
            (ofOpenAI, ["name": "time"]),
            (ofClaude, ["name": "time", "parametersJsonSchema": ["type": "object", "properties": [:]]]),
        ]
        for (request, time) in cases {
            let translated = try GeminiRequestWriter.write(request, model: "gemini-3", options: ConversionOptions())
            let body = try JSONParser.parse(translated.body)
            #expect(body["contents"] == Self.geminiContents)
            #expect(body["systemInstruction"] == ["parts": [["text": "Be brief.\nBe kind."]]])
            let weather: JSONValue = ["name": "weather", "description": "d", "parametersJsonSchema": Self.schema]
            #expect(body["tools"] == [["functionDeclarations": [weather, time]]])
            #expect(body["toolConfig"] == ["functionCallingConfig": ["mode": "ANY"]])
            #expect(
                body["generationConfig"] == ["temperature": 0.5, "maxOutputTokens": 64, "stopSequences": ["END"]]
            )
            #expect(body.members.count == 5)
            #expect(translated.dropped.isEmpty)
        }
    }

    /// Without ids, with the older role of results, and in the spelling of the Python SDK.
    private static let geminiRequest = #"""
        {"contents":[
          {"role":"user","parts":[{"text":"Weather?"},{"inline_data":{"mime_type":"image/png","data":"iVBORw0K"}},
            {"fileData":{"mimeType":"image/jpeg","fileUri":"https://x.test/a.jpg"}}]},
          {"role":"model","parts":[{"text":"Hm.","thought":true},
            {"functionCall":{"name":"weather","args":{"city":"Paris"}},"thoughtSignature":"c2ln"},
            {"functionCall":{"name":"time"}}]},
          {"role":"function","parts":[{"functionResponse":{"name":"time","response":{"output":"noon"}}},
            {"functionResponse":{"name":"weather","response":{"error":"none"}}}]},
          {"role":"user","parts":[{"text":"And?"}]}],
         "systemInstruction":{"parts":[{"text":"Be brief."},{"text":"Be kind."}]},
         "tools":[{"functionDeclarations":[{"name":"weather","description":"d","parameters":
            {"type":"OBJECT","properties":{"city":{"type":"STRING"}},"required":["city"]}},{"name":"time"}]}],
         "toolConfig":{"functionCallingConfig":{"mode":"ANY","allowedFunctionNames":["weather"]}},
         "generationConfig":{"temperature":0.5,"maxOutputTokens":64,"stopSequences":["END"],"topK":3},
         "safetySettings":[]}
        """#

    @Test("§4: a Gemini request to OpenAI")
    func writesOpenAIRequests() throws {
        let request = try GeminiRequestReader.read(Array(Self.geminiRequest.utf8), model: "asked", isStream: true)
        let translated = try OpenAIRequestWriter.write(request, model: "gpt", options: ConversionOptions())
        let body = try JSONParser.parse(translated.body)
        #expect(
            body["messages"] == [
                ["role": "system", "content": "Be brief.\nBe kind."],
                [
                    "role": "user",
                    "content": [
                        ["type": "text", "text": "Weather?"],
                        ["type": "image_url", "image_url": ["url": "data:image/png;base64,iVBORw0K"]],
                        ["type": "image_url", "image_url": ["url": "https://x.test/a.jpg"]],
                    ],
                ],
                [
                    "role": "assistant", "content": nil,
                    "tool_calls": [
                        [
                            "id": "call_0", "type": "function",
                            "function": ["name": "weather", "arguments": #"{"city":"Paris"}"#],
                            "extra_content": ["google": ["thought_signature": "c2ln"]],
                        ],
                        ["id": "call_1", "type": "function", "function": ["name": "time", "arguments": "{}"]],
                    ],
                ],
                ["role": "tool", "tool_call_id": "call_1", "content": "noon"],
                ["role": "tool", "tool_call_id": "call_0", "content": "Error: none"],
                ["role": "user", "content": "And?"],
            ]
        )
        #expect(body["model"] == "gpt")
        #expect(body["stream"] == true)
        #expect(body["max_completion_tokens"] == 64)
        #expect(body["temperature"] == 0.5)
        #expect(body["stop"] == ["END"])
        #expect(body["tool_choice"] == ["type": "function", "function": ["name": "weather"]])
        let function = body["tools"]?.elements.first?["function"]
        #expect(function == ["name": "weather", "description": "d", "parameters": Self.schema])
        #expect(Set(translated.dropped) == ["safetySettings", "top_k"])
    }

    @Test("§4: a Gemini request to Claude")
    func writesClaudeRequests() throws {
        let request = try GeminiRequestReader.read(Array(Self.geminiRequest.utf8), model: "asked", isStream: false)
        let translated = try ClaudeRequestWriter.write(request, model: "claude", options: ConversionOptions())
        let body = try JSONParser.parse(translated.body)
        #expect(body["system"] == "Be brief.\nBe kind.")
        #expect(
            body["messages"] == [
                [
                    "role": "user",
                    "content": [
                        ["type": "text", "text": "Weather?"],
                        [
                            "type": "image",
                            "source": ["type": "base64", "media_type": "image/png", "data": "iVBORw0K"],
                        ], ["type": "image", "source": ["type": "url", "url": "https://x.test/a.jpg"]],
                    ],
                ],
                [
                    "role": "assistant",
                    "content": [
                        ["type": "tool_use", "id": "call_0", "name": "weather", "input": ["city": "Paris"]],
                        ["type": "tool_use", "id": "call_1", "name": "time", "input": [:]],
                    ],
                ],
                [
                    "role": "user",
                    "content": [
                        ["type": "tool_result", "tool_use_id": "call_1", "content": "noon"],
                        ["type": "tool_result", "tool_use_id": "call_0", "content": "none", "is_error": true],
                        ["type": "text", "text": "And?"],
                    ],
                ],
            ]
        )
        #expect(body["max_tokens"] == 64)
        #expect(body["stop_sequences"] == ["END"])
        #expect(body["top_k"] == 3)
        #expect(body["tool_choice"] == ["type": "tool", "name": "weather"])
        #expect(
            body["tools"] == [
                ["name": "weather", "description": "d", "input_schema": Self.schema],
                ["name": "time", "input_schema": ["type": "object", "properties": [:]]],
            ]
        )
        #expect(translated.dropped == ["safetySettings"])
    }

    @Test("§4.2: links to images go from Gemini to others, not to Gemini; nothing is fetched")
    func refusesLinksToGemini() throws {
        let openAI =
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"image_url","image_url":{"url":"https://x.test/a.png"}}]}]}"#
        let claude =
            #"{"model":"m","max_tokens":5,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"url","url":"https://x.test/a.png"}}]}]}"#
        for request in [
            try OpenAIRequestReader.read(Array(openAI.utf8)), try ClaudeRequestReader.read(Array(claude.utf8)),
        ] {
            #expect(throws: ConversionRefusal.self) {
                try GeminiRequestWriter.write(request, model: "gemini-3", options: ConversionOptions())
            }
        }
    }

    @Test("§4.1: instructions alone are no conversation for Gemini")
    func refusesInstructionsAlone() throws {
        let body = #"{"model":"m","messages":[{"role":"system","content":"Be brief."}]}"#
        let request = try OpenAIRequestReader.read(Array(body.utf8))
        #expect(throws: ConversionRefusal.self) {
            try GeminiRequestWriter.write(request, model: "gemini-3", options: ConversionOptions())
        }
    }

    @Test("§4.7: a signature that an OpenAI client echoes comes back to Gemini on its call")
    func carriesSignatures() throws {
        let answer = #"""
            {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{}},"thoughtSignature":"c2ln"}]},"finishReason":"STOP"}]}
            """#
        let written = OpenAIResponseWriter.write(
            try GeminiResponseReader.read(Array(answer.utf8)),
            identity: Self.identity
        )
        let message = try #require(try JSONParser.parse(written)["choices"]?.elements.first?["message"])
        let history: JSONValue = [
            "model": "m", "messages": [["role": "user", "content": "q"], message],
        ]
        let request = try OpenAIRequestReader.read(history.rendered)
        let body = try GeminiRequestWriter.write(request, model: "gemini-3", options: ConversionOptions()).body
        let part = try JSONParser.parse(body)["contents"]?.elements.last?["parts"]?.elements.first
        #expect(part?["thoughtSignature"] == "c2ln")
    }
}
