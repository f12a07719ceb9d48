// protocol/http §1.1, §4.3, §4.4, §7.

import Dialects
import Testing

@Suite struct OpenAIRequestWriterTests {
    static func request(_ change: (inout GenerationRequest) -> Void = { _ in }) -> GenerationRequest {
        var request = GenerationRequest(model: "public")
        request.messages = [GenerationMessage(.user, [.text("hi")])]
        change(&request)
        return request
    }

    static func write(_ change: (inout GenerationRequest) -> Void) throws -> JSONValue {
        let written = try OpenAIRequestWriter.write(request(change), model: "up", options: ConversionOptions())
        return try JSONParser.parse(written.body)
    }

    static func refusal(_ request: GenerationRequest, isStrict: Bool = false) -> ConversionRefusal? {
        var options = ConversionOptions()
        options.isStrict = isStrict
        do throws(ConversionRefusal) {
            _ = try OpenAIRequestWriter.write(request, model: "up", options: options)
            return nil
        } catch {
            return error
        }
    }

    @Test("Nothing is said that was not asked for")
    func plain() throws {
        let written = try OpenAIRequestWriter.write(Self.request(), model: "up", options: ConversionOptions())
        #expect(
            String(decoding: written.body, as: UTF8.self)
                == #"{"model":"up","messages":[{"role":"user","content":"hi"}]}"#
        )
        #expect(written.dropped == [])
    }

    @Test("§4.3: parameters, clamped where the dialect ends earlier")
    func parameters() throws {
        let body = try Self.write {
            $0.maximumTokens = 9
            $0.sampling.temperature = 2.5
            $0.sampling.topP = 0.25
            $0.sampling.presencePenalty = -3
            $0.sampling.frequencyPenalty = 1
            $0.sampling.seed = 4
            $0.stop = ["a", "b"]
            $0.candidateCount = 2
            $0.logprobs = 3
            $0.userID = "u"
            $0.serviceTier = "flex"
            $0.outputFormat = .jsonObject
            $0.reasoning = Reasoning(effort: .xhigh)
        }
        let expected = """
            {"max_completion_tokens":9,"n":2,"stop":["a","b"],"temperature":2,"top_p":0.25,"presence_penalty":-2,
            "frequency_penalty":1,"seed":4,"logprobs":true,"top_logprobs":3,"response_format":{"type":"json_object"},
            "reasoning_effort":"xhigh","service_tier":"flex","user":"u"}
            """
        #expect(body.members.dropFirst(2) == (try JSONParser.parse(Array(expected.utf8))).members[...])
    }

    @Test("A stream always asks for its usage")
    func stream() throws {
        let body = try Self.write { $0.isStream = true }
        #expect(body["stream"] == true)
        #expect(body["stream_options"] == ["include_usage": true])
    }

    @Test("§4.3: a schema has a name, here or there")
    func schema() throws {
        let body = try Self.write {
            $0.outputFormat = .jsonSchema(name: nil, description: "d", schema: ["type": "object"], isStrict: true)
        }
        #expect(
            body["response_format"]?.text
                == #"{"type":"json_schema","json_schema":{"name":"response","description":"d","#
                + #""schema":{"type":"object"},"strict":true}}"#
        )
    }

    @Test(
        "§4.3: budgets of other dialects become efforts",
        arguments: [
            (0, "none"), (1_024, "low"), (8_192, "medium"), (16_384, "high"), (24_576, "high"), (Int.max, "high"),
            (-1, nil),
            (Int.min, nil),
        ] as [(Int, String?)]
    )
    func budgets(budget: Int, effort: String?) throws {
        let body = try Self.write { $0.reasoning = Reasoning(budgetTokens: budget) }
        #expect(body["reasoning_effort"]?.string == effort)
        #expect(try Self.write { $0.reasoning = Reasoning(isAdaptive: true) }["reasoning_effort"] == nil)
    }

    @Test("§4.4: tools and every choice")
    func tools() throws {
        func choice(_ choice: ToolChoice) throws -> String? {
            try Self.write {
                $0.tools = [FunctionTool(name: "f", description: "d", parameters: ["type": "object"], isStrict: true)]
                $0.toolChoice = choice
            }["tool_choice"]?.text
        }
        #expect(try choice(.auto) == #""auto""#)
        #expect(try choice(ToolChoice.none) == #""none""#)
        #expect(try choice(.required) == #""required""#)
        #expect(try choice(.function(name: "f")) == #"{"type":"function","function":{"name":"f"}}"#)
        #expect(try choice(.allowed(names: ["f"], isRequired: true)) == #"{"type":"function","function":{"name":"f"}}"#)
        #expect(
            try choice(.allowed(names: ["f"], isRequired: false))
                == #"{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":["#
                + #"{"type":"function","function":{"name":"f"}}]}}"#
        )
        let body = try Self.write {
            $0.tools = [FunctionTool(name: "f", description: "d", parameters: ["type": "object"], isStrict: true)]
            $0.allowsParallelToolCalls = false
        }
        #expect(
            body["tools"]?.text
                == #"[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"#
                + #""strict":true}}]"#
        )
        #expect(body["parallel_tool_calls"] == false)
    }

    @Test("A choice without tools says nothing, or cannot be met")
    func choiceWithoutTools() throws {
        #expect(try Self.write { $0.toolChoice = .auto }["tool_choice"] == nil)
        #expect(Self.refusal(Self.request { $0.toolChoice = .required })?.param == "tool_choice")
    }

    @Test("§7: what only tunes is dropped and told, or refused when translation is strict")
    func drops() throws {
        let request = Self.request {
            $0.sampling.topK = 4
            $0.untranslated = ["cache_control"]
        }
        let written = try OpenAIRequestWriter.write(request, model: "up", options: ConversionOptions())
        #expect(written.dropped == ["cache_control", "top_k"])
        #expect(Self.refusal(request, isStrict: true)?.code == "unsupported_parameter")
        #expect(Self.refusal(request, isStrict: true)?.param == "cache_control")
        #expect(Self.refusal(Self.request(), isStrict: true) == nil)
    }

    @Test func tooManyStops() {
        #expect(Self.refusal(Self.request { $0.stop = ["1", "2", "3", "4", "5"] })?.param == "stop")
    }

    @Test("What this dialect reads, it writes the same again")
    func roundTrip() throws {
        var first = try OpenAIRequestReader.read(Array(OpenAIRequestReaderTests.everything.utf8))
        let written = try OpenAIRequestWriter.write(first, model: "m", options: ConversionOptions())
        let second = try OpenAIRequestReader.read(written.body)
        // Thoughts are not sent back, names stay behind, one answer is the default, and instructions are one text.
        first.candidateCount = nil
        first.messages = first.messages.map { message in
            GenerationMessage(
                message.role,
                message.parts.filter { if case .thought = $0 { false } else { true } }
            )
        }
        first.untranslated = []
        first.system = [first.system.joined(separator: "\n")]
        #expect(second == first)
    }
}
