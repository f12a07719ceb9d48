// protocol/http §3.3, §4.5 to §4.7.

import Testing

@testable import Dialects

@Suite struct GeminiResponseWriterTests {
    private static let identity = AnswerIdentity(token: "tok", created: 1, model: "asked")

    private func write(_ response: GenerationResponse) throws -> JSONValue {
        try JSONParser.parse(GeminiResponseWriter.write(response, identity: Self.identity))
    }

    @Test func writesAnAnswer() throws {
        let response = GenerationResponse(
            id: "chatcmpl-1",
            model: "gpt-x",
            candidates: [
                GenerationCandidate(
                    parts: [
                        .thought(Thought(text: "t", signature: "s", origin: .claude)),
                        .thought(Thought(text: "", signature: "s", origin: .claude, isRedacted: true)), .text("Hi"),
                        .text(""),
                        .toolCall(ToolCall(id: "c", name: "f", arguments: ["a": 1])),
                    ],
                    finish: .toolCalls
                )
            ],
            usage: ChatUsage(promptTokens: 5, completionTokens: 2, totalTokens: 7)
        )
        #expect(
            try self.write(response) == [
                "candidates": [
                    [
                        "content": [
                            "parts": [
                                ["text": "t", "thought": true], ["text": "Hi"],
                                ["functionCall": ["id": "c", "name": "f", "args": ["a": 1]]],
                            ], "role": "model",
                        ], "finishReason": "STOP", "index": 0,
                    ]
                ],
                "usageMetadata": ["promptTokenCount": 5, "candidatesTokenCount": 2, "totalTokenCount": 7],
                "modelVersion": "gpt-x", "responseId": "tok",
            ]
        )
    }

    @Test(
        "§4.5: finish reasons",
        arguments: [
            (FinishReason.stop, "STOP"), (.stopSequence("x"), "STOP"), (.length, "MAX_TOKENS"), (.toolCalls, "STOP"),
            (.contentFilter, "SAFETY"), (.pause, "STOP"),
        ]
    )
    func writesReasons(finish: FinishReason, reason: String) throws {
        let body = try self.write(
            GenerationResponse(candidates: [GenerationCandidate(parts: [.refusal("n")], finish: finish)])
        )
        #expect(
            body["candidates"] == [
                [
                    "content": ["parts": [["text": "n"]], "role": "model"], "finishReason": .string(reason), "index": 0,
                ]
            ]
        )
        #expect(body["modelVersion"] == "asked")
        #expect(body["usageMetadata"] == nil)
    }

    @Test("What was written is read as what it was, several candidates included")
    func roundTrips() throws {
        var usage = ChatUsage(promptTokens: 9, completionTokens: 30, totalTokens: 39, cachedTokens: 3)
        usage.reasoningTokens = 10
        let response = GenerationResponse(
            id: "tok",
            model: "m",
            candidates: [
                GenerationCandidate(
                    parts: [
                        .thought(Thought(text: "t", signature: "c2ln", origin: .gemini)), .text("a\"\u{1F600}\n"),
                        .toolCall(ToolCall(id: "c", name: "f", arguments: ["x": [1, "y", nil]], signature: "eA==")),
                    ],
                    finish: .toolCalls
                ),
                GenerationCandidate(
                    index: 1,
                    parts: [.media(Media(.image, .base64(mediaType: "image/png", data: "AAAA")))],
                    finish: .length
                ),
            ],
            usage: usage
        )
        let body = GeminiResponseWriter.write(response, identity: Self.identity)
        #expect(try GeminiResponseReader.read(body) == response)
    }
}
