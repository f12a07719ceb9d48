// protocol/http §3.2, §4.3: every member of `generationConfig`.

import Testing

@testable import Dialects

@Suite struct GeminiConfigReaderTests {
    private func request(_ config: String) throws -> GenerationRequest {
        try geminiRequest(#"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":\#(config)}"#)
    }

    @Test func readsEveryMember() throws {
        let request = try self.request(
            #"""
            {"temperature":1.5,"topP":0.9,"topK":40,"candidateCount":2,"maxOutputTokens":64,"stopSequences":["END",""],
             "presencePenalty":0.5,"frequencyPenalty":-0.5,"seed":-7,"responseLogprobs":true,"logprobs":5,
             "responseModalities":["TEXT"],"mediaResolution":"MEDIA_RESOLUTION_LOW","speechConfig":{},"newThing":1}
            """#
        )
        var sampling = Sampling()
        sampling.temperature = 1.5
        sampling.topP = 0.9
        sampling.topK = 40
        sampling.presencePenalty = 0.5
        sampling.frequencyPenalty = -0.5
        sampling.seed = -7
        #expect(request.sampling == sampling)
        #expect(request.candidateCount == 2)
        #expect(request.maximumTokens == 64)
        #expect(request.stop == ["END"])
        #expect(request.logprobs == 5)
        #expect(
            request.untranslated == [
                "generationConfig.mediaResolution", "generationConfig.speechConfig", "generationConfig.newThing",
            ]
        )
    }

    @Test("Log probabilities only when they are asked for")
    func readsLogprobs() throws {
        #expect(try self.request(#"{"logprobs":5}"#).logprobs == nil)
        #expect(try self.request(#"{"responseLogprobs":false,"logprobs":5}"#).logprobs == nil)
        #expect(try self.request(#"{"responseLogprobs":true}"#).logprobs == 0)
    }

    @Test("The shape of the answer")
    func readsFormats() throws {
        func format(_ config: String) throws -> OutputFormat? { try self.request(config).outputFormat }
        func schema(_ value: JSONValue) -> OutputFormat {
            .jsonSchema(name: nil, description: nil, schema: value, isStrict: nil)
        }
        #expect(try format("{}") == nil)
        #expect(try format(#"{"responseMimeType":"text/plain"}"#) == .text)
        #expect(try format(#"{"responseMimeType":"application/json"}"#) == .jsonObject)
        #expect(
            try format(#"{"responseMimeType":"application/json","responseSchema":{"type":"OBJECT"}}"#)
                == schema(["type": "object"])
        )
        #expect(
            try format(#"{"responseMimeType":"application/json","responseJsonSchema":{"$ref":"X"}}"#)
                == schema(["$ref": "X"])
        )
        #expect(try format(#"{"responseSchema":{"type":"STRING"}}"#) == schema(["type": "string"]))
    }

    @Test(
        "§7: wrong, or not to be said elsewhere",
        arguments: [
            (#"{"responseModalities":["AUDIO"]}"#, "responseModalities"),
            (#"{"responseModalities":["TEXT","IMAGE"]}"#, "responseModalities"),
            (#"{"responseMimeType":"text/x.enum","responseSchema":{"type":"STRING"}}"#, "responseMimeType"),
            (#"{"maxOutputTokens":-1}"#, "maxOutputTokens"), (#"{"maxOutputTokens":"x"}"#, "maxOutputTokens"),
            (#"{"temperature":"hot"}"#, "temperature"), (#"{"seed":1.5}"#, "seed"),
            (#"{"stopSequences":"a"}"#, "stopSequences"), (#"{"stopSequences":[1]}"#, "stopSequences[0]"),
            (#"{"responseSchema":[]}"#, "responseSchema"),
        ]
    )
    func refuses(config: String, param: String) {
        let refusal = geminiRefusal(#"{"contents":[{"parts":[{"text":"a"}]}],"generationConfig":\#(config)}"#)
        #expect(refusal?.param == "generationConfig." + param)
    }
}
