// protocol/http §2.2, §4.1-§4.4 and §7: what Claude is asked.

import Testing

@testable import Dialects

@Suite struct ClaudeRequestWriterTests {
    static func request(_ change: (inout GenerationRequest) -> Void = { _ in }) -> GenerationRequest {
        var request = GenerationRequest(model: "public")
        request.messages = [GenerationMessage(.user, [.text("hi")])]
        change(&request)
        return request
    }

    static func write(
        model: String = "claude-x",
        isStrict: Bool = false,
        _ change: (inout GenerationRequest) -> Void = { _ in }
    ) throws -> (body: JSONValue, dropped: [String]) {
        var options = ConversionOptions()
        options.isStrict = isStrict
        let translated = try ClaudeRequestWriter.write(request(change), model: model, options: options)
        return (try JSONParser.parse(translated.body), translated.dropped)
    }

    static func refusal(
        model: String = "claude-x",
        isStrict: Bool = false,
        _ change: (inout GenerationRequest) -> Void
    ) -> ConversionRefusal? {
        do {
            _ = try write(model: model, isStrict: isStrict, change)
            return nil
        } catch {
            return error as? ConversionRefusal
        }
    }

    @Test("§2.2: the least request; the bound that Claude demands is filled in")
    func least() throws {
        let translated = try ClaudeRequestWriter.write(Self.request(), model: "claude-x", options: ConversionOptions())
        #expect(
            String(decoding: translated.body, as: UTF8.self)
                == #"{"model":"claude-x","max_tokens":4096,"#
                + #""messages":[{"role":"user","content":[{"type":"text","text":"hi"}]}]}"#
        )
        #expect(translated.dropped == [])
    }

    @Test("§4.3: every parameter that Claude knows")
    func parameters() throws {
        let (body, dropped) = try Self.write {
            $0.isStream = true
            $0.maximumTokens = 7
            $0.sampling.temperature = 1.4
            $0.sampling.topP = 0.9
            $0.sampling.topK = 5
            $0.stop = ["END", " \n"]
            $0.userID = "u"
            $0.serviceTier = "default"
            $0.candidateCount = 1
            $0.system = ["A", " ", "B"]
        }
        #expect(body["stream"] == true)
        #expect(body["max_tokens"] == 7)
        // §7: out of range but monotone is clamped, not dropped.
        #expect(body["temperature"] == 1)
        #expect(body["top_p"] == 0.9)
        #expect(body["top_k"] == 5)
        #expect(body["stop_sequences"] == ["END"])
        #expect(body["metadata"] == ["user_id": "u"])
        #expect(body["service_tier"] == "standard_only")
        #expect(body["system"] == "A\nB")
        #expect(dropped == ["stop"])
    }

    @Test("§7: what only tunes is dropped by name")
    func dropped() throws {
        func change(_ request: inout GenerationRequest) {
            request.sampling.seed = 1
            request.sampling.presencePenalty = 0.5
            request.sampling.frequencyPenalty = 0
            request.serviceTier = "flex"
            request.untranslated = ["logit_bias", "seed"]
        }
        let (body, dropped) = try Self.write(change)
        #expect(dropped == ["presence_penalty", "seed", "service_tier", "logit_bias"])
        #expect(body["service_tier"] == nil)
        let refusal = Self.refusal(isStrict: true, change)
        #expect(refusal?.code == "unsupported_parameter")
        #expect(refusal?.param == "presence_penalty")
        #expect(refusal?.message.contains("logit_bias") == true)
        #expect(Self.refusal(isStrict: true) { $0.sampling.temperature = 2 } == nil)
    }

    @Test(
        "§4.3: newer models take one of temperature and top_p",
        arguments: [
            ("claude-opus-4-1-20250805", false), ("claude-sonnet-4-20250514", true), ("other", true),
        ]
    )
    func temperatureOrTopP(model: String, both: Bool) throws {
        let (body, dropped) = try Self.write(model: model) {
            $0.sampling.temperature = 0.5
            $0.sampling.topP = 0.9
        }
        #expect(body["temperature"] == 0.5)
        #expect((body["top_p"] != nil) == both)
        #expect(dropped == (both ? [] : ["top_p"]))
        let alone = try Self.write(model: model) { $0.sampling.topP = 0.9 }
        #expect(alone.body["top_p"] == 0.9)
    }

    @Test("§7: what changes the meaning of the answer is refused")
    func refused() {
        #expect(Self.refusal { $0.candidateCount = 2 }?.param == "n")
        #expect(Self.refusal { $0.logprobs = 0 }?.param == "logprobs")
        #expect(Self.refusal { $0.maximumTokens = 0 }?.param == "max_tokens")
    }

    @Test("§4.3: JSON with a schema, and without one")
    func outputFormat() throws {
        let schema: JSONValue = ["type": "object", "properties": ["a": ["type": "string"]]]
        let (body, _) = try Self.write {
            $0.outputFormat = .jsonSchema(name: "n", description: "d", schema: schema, isStrict: true)
        }
        let closed: JSONValue = [
            "type": "object", "properties": ["a": ["type": "string"]], "additionalProperties": false,
        ]
        #expect(body["output_config"] == ["format": ["type": "json_schema", "schema": closed]])
        let hinted = try Self.write {
            $0.system = ["S"]
            $0.outputFormat = .jsonObject
        }
        #expect(hinted.body["system"] == .string("S\n" + ClaudeRequestWriter.jsonInstruction))
        #expect(hinted.body["output_config"] == nil)
        #expect(try Self.write { $0.outputFormat = .text }.body["output_config"] == nil)
    }

    @Test("§2.6: a request to count tells neither bound nor stream nor sampling")
    func count() throws {
        let request = Self.request {
            $0.isStream = true
            $0.maximumTokens = 5
            $0.sampling.temperature = 0.5
            $0.system = ["S"]
            $0.tools = [FunctionTool(name: "f")]
        }
        let translated = try ClaudeRequestWriter.writeCount(request, model: "c", options: ConversionOptions())
        #expect(try JSONParser.parse(translated.body).members.map(\.key) == ["model", "system", "messages", "tools"])
    }

    @Test("Round trip: what Claude's reader understood, Claude's writer says again")
    func roundTrip() throws {
        let body =
            #"{"model":"m","max_tokens":2048,"system":"S","messages":[{"role":"user","content":[{"type":"text","text":"hi"},"#
            + #"{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}}]},{"role":"assistant","#
            + #""content":[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},"#
            + #"{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1.50}}]},{"role":"user","content":["#
            + #"{"type":"tool_result","tool_use_id":"toolu_1","content":"no","is_error":true}]}],"#
            + #""tools":[{"name":"f","description":"d","input_schema":{"type":"object","properties":{}}}],"#
            + #""tool_choice":{"type":"auto","disable_parallel_tool_use":true},"#
            + #""thinking":{"type":"enabled","budget_tokens":1024},"stop_sequences":["E"],"metadata":{"user_id":"u"},"#
            + #""stream":true}"#
        let request = try ClaudeRequestReader.read(Array(body.utf8))
        let again = try ClaudeRequestWriter.write(request, model: "m", options: ConversionOptions())
        #expect(String(decoding: again.body, as: UTF8.self) == body)
        #expect(again.dropped == [])
    }
}
