// protocol/http §4.1 and §4.2: the conversation as Claude wants it.

import Testing

@testable import Dialects

@Suite struct ClaudeRequestWriterMessagesTests {
    private typealias Writer = ClaudeRequestWriterTests

    private func messages(_ messages: [GenerationMessage]) throws -> JSONValue {
        try #require(try Writer.write { $0.messages = messages }.body["messages"])
    }

    private func refusal(_ messages: [GenerationMessage]) -> ConversionRefusal? {
        Writer.refusal { $0.messages = messages }
    }

    private func text(_ text: String) -> JSONValue { ["type": "text", "text": .string(text)] }

    @Test("Neighbours of one role are merged, empty texts left out")
    func merges() throws {
        let merged = try messages([
            GenerationMessage(.user, [.text("a")]), GenerationMessage(.user, [.text(""), .text("b"), .text(" \n")]),
            GenerationMessage(.assistant, [.text("")]), GenerationMessage(.user, [.text("c")]),
            GenerationMessage(.assistant, [.refusal("no")]), GenerationMessage(.assistant, [.text("d \n")]),
        ])
        #expect(
            merged == [
                ["role": "user", "content": [text("a"), text("b"), text("c")]],
                ["role": "assistant", "content": [text("no"), text("d")]],
            ]
        )
    }

    @Test("A conversation that the assistant begins is given a user message before it")
    func opening() throws {
        #expect(
            try messages([GenerationMessage(.assistant, [.text("welcome")]), GenerationMessage(.user, [.text("x")])])
                == [
                    ["role": "user", "content": [text(ClaudeRequestWriter.openingText)]],
                    ["role": "assistant", "content": [text("welcome")]], ["role": "user", "content": [text("x")]],
                ]
        )
    }

    @Test("A request without a message of the user is refused")
    func nothingButSystem() {
        #expect(refusal([])?.param == "messages")
        #expect(refusal([GenerationMessage(.user, [.text(" ")])])?.code == "invalid_value")
    }

    @Test("Two calls at once: results come first in one user message, ids are made legal and stay apart")
    func toolLoop() throws {
        let call = { (id: String) in GenerationPart.toolCall(ToolCall(id: id, name: "f", arguments: ["q": 1])) }
        let result = { (id: String, isError: Bool) in
            GenerationPart.toolResult(ToolResult(callID: id, content: [.text("r " + id)], isError: isError))
        }
        let loop = try messages([
            GenerationMessage(.user, [.text("go")]),
            GenerationMessage(.assistant, [.text("calling"), call("a.b"), call("a_b")]),
            GenerationMessage(.user, [result("a.b", false)]),
            GenerationMessage(.user, [.text("and"), result("a_b", true)]),
        ])
        let use = { (id: String) -> JSONValue in
            ["type": "tool_use", "id": .string(id), "name": "f", "input": ["q": 1]]
        }
        #expect(
            loop == [
                ["role": "user", "content": [text("go")]],
                ["role": "assistant", "content": [text("calling"), use("a_b"), use("a_b_2")]],
                [
                    "role": "user",
                    "content": [
                        ["type": "tool_result", "tool_use_id": "a_b", "content": "r a.b"],
                        ["type": "tool_result", "tool_use_id": "a_b_2", "content": "r a_b", "is_error": true],
                        text("and"),
                    ],
                ],
            ]
        )
    }

    @Test("Results of several pieces, of images and of nothing")
    func results() throws {
        let image = Media(.image, .base64(mediaType: "image/jpg", data: "AA=="), detail: "auto")
        let several = ToolResult(callID: "x", content: [.text("a"), .text(" "), .media(image)])
        let loop = try messages([
            GenerationMessage(
                .user,
                [.toolResult(several), .toolResult(ToolResult(callID: "y", content: [.text("")]))]
            ),
            GenerationMessage(.user, [.toolResult(ToolResult(callID: "z", content: []))]),
        ])
        let source: JSONValue = ["type": "base64", "media_type": "image/jpeg", "data": "AA=="]
        let content: JSONValue = [
            [
                "type": "tool_result", "tool_use_id": "x",
                "content": [text("a"), ["type": "image", "source": source]],
            ],
            ["type": "tool_result", "tool_use_id": "y"], ["type": "tool_result", "tool_use_id": "z"],
        ]
        #expect(loop == [["role": "user", "content": content]])
    }

    @Test("§4.2: images and documents")
    func media() throws {
        let (body, dropped) = try Writer.write {
            $0.messages = [
                GenerationMessage(
                    .user,
                    [
                        .media(Media(.image, .base64(mediaType: "image/webp", data: "AA=="), detail: "high")),
                        .media(Media(.image, .url("https://x/y.png", mediaType: nil))),
                        .media(Media(.document, .base64(mediaType: "application/pdf", data: "BB=="), name: "a.pdf")),
                        .media(Media(.document, .url("https://x/z.pdf", mediaType: nil))),
                        .media(Media(.document, .text("plain"))),
                    ]
                )
            ]
        }
        let webp: JSONValue = ["type": "base64", "media_type": "image/webp", "data": "AA=="]
        let pdf: JSONValue = ["type": "base64", "media_type": "application/pdf", "data": "BB=="]
        let plain: JSONValue = ["type": "text", "media_type": "text/plain", "data": "plain"]
        let content: JSONValue = [
            ["type": "image", "source": webp],
            ["type": "image", "source": ["type": "url", "url": "https://x/y.png"]],
            ["type": "document", "source": pdf, "title": "a.pdf"],
            ["type": "document", "source": ["type": "url", "url": "https://x/z.pdf"]],
            ["type": "document", "source": plain],
        ]
        #expect(body["messages"] == [["role": "user", "content": content]])
        #expect(dropped == ["detail"])
    }

    @Test(
        "§4.2, §7: what Claude cannot see is refused",
        arguments: [
            Media(.audio, .base64(mediaType: "audio/wav", data: "")),
            Media(.image, .base64(mediaType: "image/bmp", data: "")),
            Media(.image, .url("file:///etc/passwd", mediaType: nil)),
            Media(.image, .text("x")),
            Media(.document, .base64(mediaType: "text/csv", data: "")),
            Media(.document, .url("gs://bucket/x", mediaType: nil)),
        ]
    )
    func unsupportedMedia(media: Media) {
        let refusal = refusal([GenerationMessage(.user, [.media(media)])])
        #expect(refusal?.code == "unsupported_value")
        #expect(refusal?.param == "messages")
    }

    @Test("§4.7: Claude's thoughts go back verbatim, nobody else's are shown")
    func thoughts() throws {
        let written = try messages([
            GenerationMessage(.user, [.text("x")]),
            GenerationMessage(
                .assistant,
                [
                    .thought(Thought(text: "t", signature: "s", origin: .claude)),
                    .thought(Thought(text: "", signature: "d", origin: .claude, isRedacted: true)),
                    .thought(Thought(text: "unsigned", origin: .claude)),
                    .thought(Thought(text: "g", signature: "z", origin: .gemini)), .text("a"),
                ]
            ),
        ])
        let content: JSONValue = [
            ["type": "thinking", "thinking": "t", "signature": "s"], ["type": "redacted_thinking", "data": "d"],
            text("a"),
        ]
        #expect(written.elements.last == ["role": "assistant", "content": content])
    }
}
