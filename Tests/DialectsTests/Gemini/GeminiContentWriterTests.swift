// protocol/http §4.1, §4.2, §4.7.

import Testing

@testable import Dialects

@Suite struct GeminiContentWriterTests {
    private func contents(_ messages: [GenerationMessage]) throws -> JSONValue {
        var dropped: [String] = []
        return try GeminiContentWriter.contents(messages, dropped: &dropped)
    }

    @Test("§4.1: neighbours of one role become one content; empty ones go")
    func merges() throws {
        let contents = try self.contents([
            GenerationMessage(.user, [.text("a")]), GenerationMessage(.user, [.text(""), .text("b")]),
            GenerationMessage(.assistant, [.text("")]), GenerationMessage(.user, [.text("c")]),
            GenerationMessage(.assistant, [.text("x"), .refusal("no")]),
        ])
        #expect(
            contents == [
                ["role": "user", "parts": [["text": "a"], ["text": "b"], ["text": "c"]]],
                ["role": "model", "parts": [["text": "x"], ["text": "no"]]],
            ]
        )
    }

    @Test("§4.1: the user begins")
    func putsAUserFirst() throws {
        let contents = try self.contents([GenerationMessage(.assistant, [.text("hello")])])
        #expect(
            contents == [
                ["role": "user", "parts": [["text": "."]]], ["role": "model", "parts": [["text": "hello"]]],
            ]
        )
    }

    @Test("§4.1, §4.7: parallel calls, their results first, with names; the first call carries the dummy")
    func writesToolLoops() throws {
        let contents = try self.contents([
            GenerationMessage(.user, [.text("q")]),
            GenerationMessage(
                .assistant,
                [
                    .toolCall(ToolCall(id: "1", name: "f", arguments: ["a": 1])),
                    .toolCall(ToolCall(id: "2", name: "g", arguments: [:])),
                ]
            ),
            GenerationMessage(
                .user,
                [.text("and"), .toolResult(ToolResult(callID: "1", content: [.text(" {\"t\": 1.0}")]))]
            ),
            GenerationMessage(.user, [.toolResult(ToolResult(callID: "2", content: [.text("[1]")]))]),
        ])
        #expect(
            contents.elements.dropFirst() == [
                [
                    "role": "model",
                    "parts": [
                        [
                            "functionCall": ["id": "1", "name": "f", "args": ["a": 1]],
                            "thoughtSignature": "skip_thought_signature_validator",
                        ], ["functionCall": ["id": "2", "name": "g", "args": [:]]],
                    ],
                ],
                [
                    "role": "user",
                    "parts": [
                        ["functionResponse": ["id": "1", "name": "f", "response": ["t": 1.0]]],
                        ["functionResponse": ["id": "2", "name": "g", "response": ["output": "[1]"]]], ["text": "and"],
                    ],
                ],
            ]
        )
    }

    @Test("§4.7: Gemini's own signatures come back, others' thoughts do not")
    func writesSignatures() throws {
        let contents = try self.contents([
            GenerationMessage(.user, [.text("q")]),
            GenerationMessage(
                .assistant,
                [
                    .thought(Thought(text: "deep", signature: "c2ln", origin: .claude)),
                    .thought(Thought(text: "", signature: "x", origin: .claude, isRedacted: true)),
                    .thought(Thought(text: "own", signature: "c2ln", origin: .gemini)),
                    .toolCall(ToolCall(id: "1", name: "f", arguments: [:], signature: "eA==")),
                    .toolCall(ToolCall(id: "2", name: "f", arguments: [:])),
                ]
            ),
        ])
        #expect(
            contents.elements.last?["parts"] == [
                ["text": "own", "thought": true, "thoughtSignature": "c2ln"],
                ["functionCall": ["id": "1", "name": "f", "args": [:]], "thoughtSignature": "eA=="],
                ["functionCall": ["id": "2", "name": "f", "args": [:]]],
            ]
        )
    }

    @Test(
        "§4.1: results as objects",
        arguments: [
            ("plain", false, #"{"output":"plain"}"#), (#"{"a":[1]}"#, false, #"{"a":[1]}"#),
            ("{broken", false, #"{"output":"{broken"}"#),
            ("", false, #"{"output":""}"#), ("bad", true, #"{"error":"bad"}"#),
        ]
    )
    func wrapsResults(text: String, isError: Bool, response: String) throws {
        let contents = try self.contents([
            GenerationMessage(
                .user,
                [
                    .toolResult(ToolResult(callID: "1", name: "f", content: [.text(text)], isError: isError))
                ]
            )
        ])
        let part = contents.elements.first?["parts"]?.elements.first
        #expect(part?["functionResponse"]?["response"] == (try json(response)))
    }

    @Test("§4.1: images of results stand behind all results")
    func writesMediaOfResults() throws {
        let image = GenerationPart.media(Media(.image, .base64(mediaType: "image/png", data: "AA==")))
        let contents = try self.contents([
            GenerationMessage(
                .user,
                [
                    .toolResult(ToolResult(callID: "1", name: "f", content: [.text("a"), image])),
                    .toolResult(ToolResult(callID: "2", name: "f", content: [.text("b")])),
                ]
            )
        ])
        #expect(
            contents.elements.first?["parts"]?.elements.map { $0.members.first?.key } == [
                "functionResponse", "functionResponse", "inlineData",
            ]
        )
    }

    @Test("§7: a result of a function that nobody knows")
    func refusesNamelessResults() {
        #expect(throws: ConversionRefusal.self) {
            try self.contents([GenerationMessage(.user, [.toolResult(ToolResult(callID: "1", content: []))])])
        }
    }

    @Test("§4.2: media")
    func writesMedia() throws {
        let contents = try self.contents([
            GenerationMessage(
                .user,
                [
                    .media(Media(.audio, .base64(mediaType: "audio/wav", data: "AA=="))),
                    .media(Media(.document, .base64(mediaType: "application/pdf", data: "AA=="), name: "n")),
                    .media(Media(.document, .text("plain"))),
                ]
            )
        ])
        #expect(
            contents.elements.first?["parts"] == [
                ["inlineData": ["mimeType": "audio/wav", "data": "AA=="]],
                ["inlineData": ["mimeType": "application/pdf", "data": "AA=="]], ["text": "plain"],
            ]
        )
        #expect(throws: ConversionRefusal.self) {
            try self.contents([
                GenerationMessage(.user, [.media(Media(.image, .url("https://x.test/a.png", mediaType: nil)))])
            ])
        }
    }
}
