// protocol/http §3.2, §4.1 to §4.4, §7: what Gemini is sent.

import Testing

@testable import Dialects

@Suite struct GeminiRequestWriterTests {
    @Test("A plain request is contents and nothing else")
    func writesLittle() throws {
        let (body, dropped) = try geminiBody { $0.isStream = true }
        #expect(body == ["contents": [["role": "user", "parts": [["text": "hi"]]]]])
        #expect(dropped.isEmpty)
    }

    @Test("§4.1: system messages are hoisted and joined")
    func writesSystem() throws {
        let (body, _) = try geminiBody { $0.system = ["a", "", "b"] }
        #expect(body["systemInstruction"] == ["parts": [["text": "a\nb"]]])
    }

    @Test("§4.1: instructions alone are no conversation")
    func refusesSystemAlone() {
        #expect(throws: ConversionRefusal.self) {
            try geminiBody {
                $0.system = ["a"]
                $0.messages = []
            }
        }
    }

    @Test("§4.3: parameters that Gemini has")
    func writesParameters() throws {
        let (body, dropped) = try geminiBody {
            $0.maximumTokens = 64
            $0.sampling.temperature = 1.5
            $0.sampling.topP = 0.9
            $0.sampling.topK = 40
            $0.sampling.presencePenalty = 0.5
            $0.sampling.frequencyPenalty = -0.5
            $0.sampling.seed = 7
            $0.stop = ["a", "b"]
            $0.candidateCount = 2
            $0.logprobs = 5
            $0.outputFormat = .jsonSchema(name: "n", description: nil, schema: ["type": "object"], isStrict: true)
            $0.reasoning = Reasoning(effort: .low)
        }
        #expect(
            body["generationConfig"] == [
                "temperature": 1.5, "topP": 0.9, "topK": 40, "candidateCount": 2, "maxOutputTokens": 64,
                "stopSequences": ["a", "b"], "presencePenalty": 0.5, "frequencyPenalty": -0.5, "seed": 7,
                "responseLogprobs": true, "logprobs": 5, "responseMimeType": "application/json",
                "responseJsonSchema": ["type": "object"], "thinkingConfig": ["thinkingLevel": "LOW"],
            ]
        )
        #expect(dropped.isEmpty)
        let (object, _) = try geminiBody { $0.outputFormat = .jsonObject }
        #expect(object["generationConfig"] == ["responseMimeType": "application/json"])
    }

    @Test("§4.3, §7: what only tunes and Gemini lacks is left out, and told")
    func drops() throws {
        let (body, dropped) = try geminiBody {
            $0.allowsParallelToolCalls = false
            $0.userID = "u"
            $0.serviceTier = "flex"
            $0.sampling.seed = 1 << 40
            $0.untranslated = ["logit_bias", "store", "logit_bias"]
            $0.tools = [FunctionTool(name: "f", isStrict: true)]
            $0.messages = [
                GenerationMessage(
                    .user,
                    [.media(Media(.image, .base64(mediaType: "image/png", data: "AA=="), detail: "low"))]
                )
            ]
        }
        #expect(body["generationConfig"] == nil)
        #expect(
            Set(dropped) == [
                "logit_bias", "store", "detail", "strict", "seed", "parallel_tool_calls", "user", "service_tier",
            ]
        )
        #expect(dropped.count == 8)
    }

    @Test("§7: strictly, nothing is left out")
    func refusesStrictly() {
        var options = ConversionOptions()
        options.isStrict = true
        do {
            _ = try geminiBody(options: options) { $0.userID = "u" }
            Issue.record("Not refused.")
        } catch {
            let refusal = error as? ConversionRefusal
            #expect(refusal?.code == "unsupported_parameter")
            #expect(refusal?.param == "user")
        }
    }

    @Test("§3.2: more than five stop sequences are refused")
    func boundsStopSequences() throws {
        let (body, _) = try geminiBody { $0.stop = ["1", "2", "3", "4", "5"] }
        #expect(body["generationConfig"]?["stopSequences"]?.elements.count == 5)
        #expect(throws: ConversionRefusal.self) { try geminiBody { $0.stop = ["1", "2", "3", "4", "5", "6"] } }
    }

    private static let tools = [
        FunctionTool(name: "f", description: "d", parameters: ["type": "object"]), FunctionTool(name: "g"),
    ]

    @Test("§4.4: functions, their schemas as they are")
    func writesTools() throws {
        let (body, _) = try geminiBody { $0.tools = Self.tools }
        #expect(
            body["tools"] == [
                [
                    "functionDeclarations": [
                        ["name": "f", "description": "d", "parametersJsonSchema": ["type": "object"]], ["name": "g"],
                    ]
                ]
            ]
        )
        #expect(body["toolConfig"] == nil)
    }

    @Test(
        "§4.4: choices",
        arguments: [
            (ToolChoice.auto, #"{"mode":"AUTO"}"#, 2), (ToolChoice.none, #"{"mode":"NONE"}"#, 2),
            (.required, #"{"mode":"ANY"}"#, 2),
            (.function(name: "g"), #"{"mode":"ANY","allowedFunctionNames":["g"]}"#, 2),
            (.allowed(names: ["f"], isRequired: true), #"{"mode":"ANY","allowedFunctionNames":["f"]}"#, 2),
            (.allowed(names: ["f"], isRequired: false), #"{"mode":"AUTO"}"#, 1),
        ]
    )
    func writesChoices(choice: ToolChoice, config: String, count: Int) throws {
        let (body, _) = try geminiBody {
            $0.tools = Self.tools
            $0.toolChoice = choice
        }
        #expect(body["toolConfig"] == ["functionCallingConfig": try json(config)])
        #expect(body["tools"]?.elements.first?["functionDeclarations"]?.elements.count == count)
    }

    @Test("A choice without tools is none")
    func writesNoChoiceWithoutTools() throws {
        let (body, _) = try geminiBody { $0.toolChoice = .auto }
        #expect(body["toolConfig"] == nil)
    }

    @Test("§3.1: counting tells the whole prompt and no more")
    func writesCounts() throws {
        var request = GenerationRequest(model: "m")
        request.messages = [GenerationMessage(.user, [.text("hi")])]
        request.system = ["s"]
        request.maximumTokens = 5
        request.untranslated = ["x"]
        request.tools = [FunctionTool(name: "g")]
        let counted = try GeminiRequestWriter.writeCount(request, model: "gemini-x", options: ConversionOptions())
        #expect(
            try JSONParser.parse(counted.body) == [
                "generateContentRequest": [
                    "model": "models/gemini-x", "contents": [["role": "user", "parts": [["text": "hi"]]]],
                    "systemInstruction": ["parts": [["text": "s"]]],
                    "tools": [["functionDeclarations": [["name": "g"]]]],
                ]
            ]
        )
        #expect(counted.dropped.isEmpty)
        let again = try GeminiRequestReader.readCount(counted.body, model: "m")
        #expect(again.messages == request.messages)
        #expect(again.system == request.system)
    }

    @Test("What was written is read as what it was")
    func roundTrips() throws {
        var request = GenerationRequest(model: "m")
        request.system = ["s"]
        request.messages = [
            GenerationMessage(
                .user,
                [.text("q"), .media(Media(.image, .base64(mediaType: "image/png", data: "AAAA")))]
            ),
            GenerationMessage(
                .assistant,
                [
                    .thought(Thought(text: "t", signature: "c2ln", origin: .gemini)), .text("a"),
                    .toolCall(ToolCall(id: "c1", name: "f", arguments: ["x": 1.0], signature: "eA==")),
                    .toolCall(ToolCall(id: "c2", name: "g", arguments: [:])),
                ]
            ),
            GenerationMessage(
                .user,
                [
                    .toolResult(ToolResult(callID: "c1", name: "f", content: [.text(#"{"a":1}"#)])),
                    .toolResult(ToolResult(callID: "c2", name: "g", content: [.text("no")], isError: true)),
                ]
            ),
        ]
        request.tools = Self.tools
        request.toolChoice = .required
        request.maximumTokens = 5
        request.sampling.topK = 3
        request.stop = ["x"]
        request.candidateCount = 3
        request.logprobs = 0
        request.outputFormat = .jsonSchema(name: nil, description: nil, schema: ["type": "object"], isStrict: nil)
        request.reasoning = Reasoning(budgetTokens: 99)
        let body = try GeminiRequestWriter.write(request, model: "gemini-3", options: ConversionOptions()).body
        #expect(try GeminiRequestReader.read(body, model: "m", isStream: false) == request)
    }
}
