// protocol/http §1.1, §4.3, §7.

import Dialects
import Testing

@Suite struct OpenAIRequestReaderTests {
    static func outcome(_ body: [UInt8]) -> Result<GenerationRequest, ConversionRefusal> {
        do throws(ConversionRefusal) {
            return .success(try OpenAIRequestReader.read(body))
        } catch {
            return .failure(error)
        }
    }

    static func refusal(_ text: String) -> ConversionRefusal? {
        if case .failure(let refusal) = outcome(Array(text.utf8)) { refusal } else { nil }
    }

    /// A request with these members beside a model and a message.
    static func read(_ members: String) throws -> GenerationRequest {
        try OpenAIRequestReader.read(
            Array(#"{"model":"m","messages":[{"role":"user","content":"hi"}],\#(members)}"#.utf8)
        )
    }

    static func refusal(of members: String) -> ConversionRefusal? {
        refusal(#"{"model":"m","messages":[{"role":"user","content":"hi"}],\#(members)}"#)
    }

    @Test("§4.3: parameters")
    func parameters() throws {
        let request = try Self.read(
            """
            "max_tokens":5,"max_completion_tokens":7,"temperature":0.5,"top_p":1,"top_k":40,"presence_penalty":-1,
            "frequency_penalty":0.25,"seed":-3,"n":2,"stop":"END","logprobs":true,"top_logprobs":4,"user":"u",
            "service_tier":"flex","stream":true,"stream_options":{"include_usage":true}
            """
        )
        #expect(request.model == "m")
        #expect(request.maximumTokens == 7)
        #expect(request.sampling.temperature == 0.5)
        #expect(request.sampling.topP == 1)
        #expect(request.sampling.topK == 40)
        #expect(request.sampling.presencePenalty == -1)
        #expect(request.sampling.frequencyPenalty == 0.25)
        #expect(request.sampling.seed == -3)
        #expect(request.candidateCount == 2)
        #expect(request.stop == ["END"])
        #expect(request.logprobs == 4)
        #expect(request.userID == "u")
        #expect(request.serviceTier == "flex")
        #expect(request.isStream)
        #expect(request.includesUsage)
        #expect(request.untranslated == [])
    }

    @Test("The older bound counts where the newer is not there, and null is absence")
    func absence() throws {
        let request = try Self.read(
            #""max_tokens":5,"max_completion_tokens":null,"stop":null,"stream":null,"stream_options":null,"seed":null"#
        )
        #expect(request.maximumTokens == 5)
        #expect(request.stop == [])
        #expect(!request.isStream)
        #expect(try Self.read(#""stop":["a","","b"],"safety_identifier":"s","user":"u""#).stop == ["a", "b"])
        #expect(try Self.read(#""safety_identifier":"s","user":"u""#).userID == "s")
        #expect(try Self.read(#""logprobs":false,"top_logprobs":0"#).logprobs == nil)
        #expect(try Self.read(#""logprobs":true"#).logprobs == 0)
    }

    @Test("§4.3: every effort", arguments: Reasoning.Effort.allCases)
    func efforts(effort: Reasoning.Effort) throws {
        let request = try Self.read(#""reasoning_effort":"\#(effort.rawValue)""#)
        #expect(request.reasoning == Reasoning(effort: effort))
    }

    @Test("§1.1: response formats")
    func responseFormats() throws {
        #expect(try Self.read(#""response_format":{"type":"text"}"#).outputFormat == .text)
        #expect(try Self.read(#""response_format":{"type":"json_object"}"#).outputFormat == .jsonObject)
        let schema = #"{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}}"#
        #expect(
            try Self.read(#""response_format":\#(schema)"#).outputFormat
                == .jsonSchema(name: "n", description: nil, schema: ["type": "object"], isStrict: true)
        )
    }

    @Test("§7: what only tunes is listed once, unless it asks for nothing")
    func untranslated() throws {
        let request = try Self.read(
            """
            "logit_bias":{"5":1},"store":true,"metadata":{"a":"b"},"verbosity":"low","prediction":{"type":"content"},
            "prompt_cache_key":"k","store2":false,"empty":{},"none":null,"audio":{"voice":"alloy"}
            """
        )
        #expect(
            request.untranslated
                == ["logit_bias", "store", "metadata", "verbosity", "prediction", "prompt_cache_key", "audio"]
        )
    }

    @Test("Names that could break a header are not repeated, and the list is bounded")
    func untranslatedIsBounded() throws {
        let long = String(repeating: "x", count: OpenAIRequestReader.untranslatedNameBytes + 1)
        #expect(try Self.read(#""a\r\nb":1,"\#(long)":1,"":1,"é":1"#).untranslated == ["?"])
        let many = (0..<1_000).map { #""m\#($0)":1"# }.joined(separator: ",")
        #expect(try Self.read(many).untranslated.count == OpenAIRequestReader.untranslatedNames)
    }

    @Test(
        "§7: what is refused, and where",
        arguments: [
            (#""n":0"#, "invalid_value", "n"), (#""n":"1""#, "invalid_type", "n"),
            (#""max_tokens":0"#, "invalid_value", "max_tokens"),
            (#""max_completion_tokens":1.5"#, "invalid_type", "max_completion_tokens"),
            (#""max_completion_tokens":99999999999999999999999"#, "invalid_type", "max_completion_tokens"),
            (#""temperature":"hot""#, "invalid_type", "temperature"), (#""seed":0.5"#, "invalid_type", "seed"),
            (#""stop":5"#, "invalid_type", "stop"), (#""stop":["a",5]"#, "invalid_type", "stop[1]"),
            (#""top_logprobs":3"#, "invalid_value", "top_logprobs"),
            (#""logprobs":true,"top_logprobs":21"#, "invalid_value", "top_logprobs"),
            (#""reasoning_effort":"huge""#, "invalid_value", "reasoning_effort"),
            (#""response_format":"json""#, "invalid_type", "response_format"),
            (#""response_format":{"type":"grammar"}"#, "unsupported_value", "response_format.type"),
            (
                #""response_format":{"type":"json_schema","json_schema":{"name":"n"}}"#, "missing_required_parameter",
                "response_format.json_schema.schema"
            ),
            (#""stream":"yes""#, "invalid_type", "stream"), (#""stream_options":[]"#, "invalid_type", "stream_options"),
            (#""stream_options":{"include_usage":1}"#, "invalid_type", "stream_options.include_usage"),
            (#""modalities":["text","audio"]"#, "unsupported_value", "modalities[1]"),
            (#""modalities":"audio""#, "invalid_type", "modalities"),
            (#""web_search_options":{}"#, "unsupported_parameter", "web_search_options"),
            (#""user":5"#, "invalid_type", "user"), (#""service_tier":{}"#, "invalid_type", "service_tier"),
        ]
    )
    func refusals(members: String, code: String, param: String) {
        let refusal = Self.refusal(of: members)
        #expect(refusal?.code == code)
        #expect(refusal?.param == param)
        #expect(refusal?.message.isEmpty == false)
    }

    @Test(
        "Bodies that are no request",
        arguments: [
            ("", "invalid_json", nil), ("[", "invalid_json", nil), ("[]", "invalid_type", nil),
            ("null", "invalid_type", nil), ("{}", "missing_required_parameter", "model"),
            (#"{"model":""}"#, "invalid_value", "model"), (#"{"model":5}"#, "invalid_type", "model"),
            (#"{"model":"m"}"#, "missing_required_parameter", "messages"),
            (#"{"model":"m","messages":[]}"#, "invalid_value", "messages"),
            (#"{"model":"m","messages":{}}"#, "invalid_type", "messages"),
            (#"{"model":"m","messages":[5]}"#, "invalid_type", "messages[0]"),
        ] as [(String, String, String?)]
    )
    func malformed(text: String, code: String, param: String?) {
        let refusal = Self.refusal(text)
        #expect(refusal?.code == code)
        #expect(refusal?.param == param)
    }

    @Test("Nesting beyond the bound is refused, not followed")
    func deepNesting() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(Self.refusal(of: "\"x\":\(deep)")?.code == "invalid_json")
    }

    // MARK: Hostile values

    @Test("A wrong value at any place is a refusal that names a place, or is passed over; never a trap")
    func wrongTypesEverywhere() throws {
        let whole = try JSONParser.parse(Array(Self.everything.utf8))
        #expect(throws: Never.self) { try OpenAIRequestReader.read(whole.rendered) }
        let wrong: [JSONValue] = [
            nil, true, -1, 0, 9_223_372_036_854_775_807, 1.5, "", "x", [], [nil], ["x"], [[]], .object([]),
            ["type": "x"],
            try JSONParser.parse(Array("1e300".utf8)),
        ]
        var refused = 0
        for variant in Self.variants(of: whole, wrong) {
            if case .failure(let refusal) = Self.outcome(variant.rendered) {
                refused += 1
                #expect(!refusal.message.isEmpty)
                #expect(!refusal.code.isEmpty)
            }
        }
        #expect(refused > 300)
    }

    @Test("Mutated bodies never trap")
    func mutations() {
        var generator = SeededGenerator(seed: 7)
        let body = Array(Self.everything.utf8)
        for _ in 0..<3_000 {
            _ = Self.outcome(generator.mutate(body, spice: #"{}[]",:0-1e9nulltruefalse\u00"#))
        }
    }

    /// Every tree that differs from this one in one node.
    static func variants(of value: JSONValue, _ wrong: [JSONValue]) -> [JSONValue] {
        var result = wrong
        switch value {
        case .array(let elements):
            for (index, element) in elements.enumerated() {
                for variant in variants(of: element, wrong) {
                    var copy = elements
                    copy[index] = variant
                    result.append(.array(copy))
                }
            }
        case .object(let members):
            for (index, member) in members.enumerated() {
                var without = members
                without.remove(at: index)
                result.append(.object(without))
                for variant in variants(of: member.value, wrong) {
                    var copy = members
                    copy[index].value = variant
                    result.append(.object(copy))
                }
            }
        case .null, .bool, .integer, .decimal, .string: break
        }
        return result
    }

    /// A request that uses all that can be translated.
    static let everything = """
        {"model":"m","messages":[{"role":"system","content":"s","name":"n"},{"role":"developer","content":[{"type":"text",
        "text":"d"}]},{"role":"user","content":[{"type":"text","text":"t"},{"type":"image_url","image_url":{"url":
        "data:image/png;base64,AA==","detail":"low"}},{"type":"image_url","image_url":{"url":"https://e.x/a.png"}},{"type":
        "input_audio","input_audio":{"data":"AA==","format":"wav"}},{"type":"file","file":{"filename":"a.pdf","file_data":
        "data:application/pdf;base64,AA=="}}]},{"role":"assistant","content":null,"refusal":null,"reasoning_content":"r",
        "tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"},"extra_content":{"google":{
        "thought_signature":"s"}}}]},{"role":"tool","tool_call_id":"c1","content":"ok"},{"role":"assistant","content":[{
        "type":"refusal","refusal":"no"}],"function_call":{"name":"g","arguments":""}},{"role":"function","name":"g",
        "content":null}],"tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":
        "object"},"strict":true}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[{"type":
        "function","function":{"name":"f"}}]}},"parallel_tool_calls":false,"max_tokens":5,"max_completion_tokens":5,
        "n":1,"stop":["a"],"temperature":1,"top_p":1,"presence_penalty":0,"frequency_penalty":0,"seed":1,"logprobs":true,
        "top_logprobs":2,"reasoning_effort":"low","response_format":{"type":"json_schema","json_schema":{"name":"n",
        "description":"d","schema":{},"strict":false}},"stream":true,"stream_options":{"include_usage":true},
        "modalities":["text"],"service_tier":"auto","user":"u","metadata":{"a":"b"}}
        """
}
