// protocol/http §3.3, §4.5 to §4.7.

import Testing

@testable import Dialects

@Suite struct GeminiResponseReaderTests {
    private func read(_ body: String) throws(ProviderError) -> GenerationResponse {
        try GeminiResponseReader.read(Array(body.utf8))
    }

    @Test func readsAnAnswer() throws {
        let response = try self.read(
            #"""
            {"candidates":[{"content":{"role":"model","parts":[{"text":"Hm.","thought":true,"thoughtSignature":"c2ln"},
               {"text":"Hi"},{"text":"","thoughtSignature":"x"},{"inlineData":{"mimeType":"image/png","data":"_w=="}},
               {"executableCode":{"code":"x"}}]},
               "finishReason":"STOP","index":0,"safetyRatings":[]}],
             "usageMetadata":{"promptTokenCount":5,"candidatesTokenCount":2,"totalTokenCount":7},
             "modelVersion":"gemini-x-001","responseId":"r1"}
            """#
        )
        #expect(
            response
                == GenerationResponse(
                    id: "r1",
                    model: "gemini-x-001",
                    candidates: [
                        GenerationCandidate(
                            parts: [
                                .thought(Thought(text: "Hm.", signature: "c2ln", origin: .gemini)), .text("Hi"),
                                .media(Media(.image, .base64(mediaType: "image/png", data: "/w=="))),
                            ],
                            finish: .stop
                        )
                    ],
                    usage: ChatUsage(promptTokens: 5, completionTokens: 2, totalTokens: 7)
                )
        )
    }

    @Test("§4.5: calls end with STOP; ids are made up where there are none, and differ from answer to answer")
    func readsCalls() throws {
        func calls(_ id: String) throws -> [ToolCall] {
            let response = try self.read(
                #"""
                {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"b":1.0,"a":2}},"thoughtSignature":"eA=="},
                  {"functionCall":{"id":"given","name":"g"}},{"functionCall":{"name":"g","args":null}}]},"finishReason":"STOP"}],
                 "responseId":"\#(id)"}
                """#
            )
            #expect(response.candidates.first?.finish == .toolCalls)
            return response.candidates[0].parts.compactMap { if case .toolCall(let call) = $0 { call } else { nil } }
        }
        let (one, other) = try (calls("r1"), calls("r2"))
        #expect(one.map(\.name) == ["f", "g", "g"])
        #expect(one[0].arguments.text == #"{"b":1.0,"a":2}"#)
        #expect(one[0].signature == "eA==")
        #expect(one[1].id == "given")
        #expect(one[2].arguments == [:])
        #expect(Set(one.map(\.id) + other.map(\.id)).count == 5)
        #expect(try one == calls("r1"))
        #expect(one.allSatisfy { $0.id.utf8.count <= 40 })
    }

    @Test(
        "§4.5: finish reasons",
        arguments: [
            ("STOP", FinishReason.stop), ("MAX_TOKENS", .length), ("SAFETY", .contentFilter),
            ("RECITATION", .contentFilter),
            ("BLOCKLIST", .contentFilter), ("PROHIBITED_CONTENT", .contentFilter), ("SPII", .contentFilter),
            ("IMAGE_SAFETY", .contentFilter), ("OTHER", .stop), ("LANGUAGE", .stop), ("NOVELTY", .stop),
            ("MALFORMED_FUNCTION_CALL", .stop), ("UNEXPECTED_TOOL_CALL", .stop), ("MISSING_THOUGHT_SIGNATURE", .stop),
            ("CONTINUATION", .length), ("", .stop),
        ]
    )
    func readsReasons(reason: String, finish: FinishReason) throws {
        let body = #"{"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"\#(reason)"}]}"#
        #expect(try self.read(body).candidates.first?.finish == finish)
    }

    @Test(
        "§4.5: a call that the model spoilt is the provider's failure when there is nothing else",
        arguments: [
            "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "MISSING_THOUGHT_SIGNATURE",
        ]
    )
    func failsWithoutContent(reason: String) {
        do throws(ProviderError) {
            _ = try self.read(#"{"candidates":[{"content":{},"finishReason":"\#(reason)"}]}"#)
            Issue.record("Not an error.")
        } catch {
            #expect(error.status == 502)
            #expect(error.message.contains(reason))
        }
    }

    @Test("§3.3: a blocked prompt, and a candidate that only thought")
    func readsEmptyAnswers() throws {
        let blocked = try self.read(
            #"{"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":5}}"#
        )
        #expect(blocked.candidates == [GenerationCandidate(parts: [], finish: .contentFilter)])
        #expect(blocked.usage?.promptTokens == 5)
        let spent = try self.read(
            #"{"candidates":[{"content":{"role":"model"},"finishReason":"MAX_TOKENS","index":0}]}"#
        )
        #expect(spent.candidates == [GenerationCandidate(parts: [], finish: .length)])
    }

    @Test(
        "Errors and nonsense with status 200",
        arguments: [
            (#"{"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}"#, 503), ("{}", 502), ("<html>", 502),
            ("", 502),
            (#"{"candidates":[]}"#, 502), (#"{"candidates":[{"content":{"parts":[{"functionCall":{}}]}}]}"#, 502),
            (#"[{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}]"#, 429), (#"{"candidates":["#, 502),
        ]
    )
    func failsOnErrors(body: String, status: Int) {
        do throws(ProviderError) {
            _ = try self.read(body)
            Issue.record("Not an error.")
        } catch {
            #expect(error.status == status)
        }
    }

    @Test("Mutated answers never end worse than in an error")
    func survivesNoise() {
        var generator = SeededGenerator(seed: 0x6E1)
        let seed = Array(
            #"{"candidates":[{"content":{"parts":[{"text":"a\u00e9"},{"functionCall":{"name":"f","args":{"a":[1]}}}]},"finishReason":"STOP","index":1}],"usageMetadata":{"promptTokenCount":5,"promptTokensDetails":[{"modality":"TEXT","tokenCount":5}]}}"#
                .utf8
        )
        for _ in 0..<3_000 { _ = try? GeminiResponseReader.read(generator.mutate(seed, spice: #"{}[]":,0e-\u"#)) }
    }
}
