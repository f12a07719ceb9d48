// protocol/http §2.2, §4.1 and §4.2: messages, blocks and system texts.

import Testing

@testable import Dialects

@Suite struct ClaudeRequestReaderMessagesTests {
    private typealias Reader = ClaudeRequestReaderTests

    @Test("Texts as a string and as blocks; empty ones are left out")
    func texts() throws {
        #expect(try Reader.read(content: #""hi""#) == [.text("hi")])
        #expect(try Reader.read(content: #""""#) == [])
        let blocks = #"[{"type":"text","text":"a"},{"type":"text","text":""},{"type":"text","text":"b"}]"#
        #expect(try Reader.read(content: blocks) == [.text("a"), .text("b")])
    }

    @Test("§4.1: system texts in the middle are hoisted in their order")
    func system() throws {
        let request = try Reader.read(
            #""system":[{"type":"text","text":"A"},{"type":"text","text":""}],"messages":[{"role":"user","content":"u"},"#
                + #"{"role":"system","content":"B"},{"role":"assistant","content":"a"}]"#
        )
        #expect(request.system == ["A", "B"])
        #expect(
            request.messages == [GenerationMessage(.user, [.text("u")]), GenerationMessage(.assistant, [.text("a")])]
        )
    }

    @Test("§4.2: images and documents")
    func media() throws {
        let parts = try Reader.read(
            content: #"[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AA=="}},"#
                + #"{"type":"image","source":{"type":"url","url":"https://x/y"}},"#
                + #"{"type":"document","title":"T","context":"C","citations":{"enabled":true},"#
                + #""source":{"type":"base64","media_type":"application/pdf","data":"BB=="}},"#
                + #"{"type":"document","source":{"type":"text","media_type":"text/plain","data":"plain"}},"#
                + #"{"type":"document","source":{"type":"url","url":"https://x/z.pdf"}},"#
                + #"{"type":"document","source":{"type":"content","content":[{"type":"text","text":"in"}]}},"#
                + #"{"type":"document","source":{"type":"content","content":"str"}}]"#
        )
        #expect(
            parts == [
                .media(Media(.image, .base64(mediaType: "image/png", data: "AA=="))),
                .media(Media(.image, .url("https://x/y", mediaType: nil))),
                .text("C"),
                .media(Media(.document, .base64(mediaType: "application/pdf", data: "BB=="), name: "T")),
                .media(Media(.document, .text("plain"))),
                .media(Media(.document, .url("https://x/z.pdf", mediaType: "application/pdf"))),
                .text("in"), .text("str"),
            ]
        )
    }

    @Test("§4.1: calls and their results, which learn the function's name from the call")
    func tools() throws {
        let request = try Reader.read(
            #""messages":[{"role":"assistant","content":[{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1.0}},"#
                + #"{"type":"tool_use","id":"toolu_2","name":"g"}]},"#
                + #"{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":"r"},"#
                + #"{"type":"tool_result","tool_use_id":"toolu_2","is_error":true,"content":[{"type":"text","text":"no"},"#
                + #"{"type":"image","source":{"type":"url","url":"https://x"}}]},"#
                + #"{"type":"tool_result","tool_use_id":"other"},{"type":"text","text":"go on"}]}]"#
        )
        #expect(
            request.messages == [
                GenerationMessage(
                    .assistant,
                    [
                        .toolCall(ToolCall(id: "toolu_1", name: "f", arguments: ["a": 1.0])),
                        .toolCall(ToolCall(id: "toolu_2", name: "g", arguments: .object([]))),
                    ]
                ),
                GenerationMessage(
                    .user,
                    [
                        .toolResult(ToolResult(callID: "toolu_1", name: "f", content: [.text("r")])),
                        .toolResult(
                            ToolResult(
                                callID: "toolu_2",
                                name: "g",
                                content: [.text("no"), .media(Media(.image, .url("https://x", mediaType: nil)))],
                                isError: true
                            )
                        ),
                        .toolResult(ToolResult(callID: "other", content: [])),
                        .text("go on"),
                    ]
                ),
            ]
        )
    }

    @Test("§4.7: thoughts keep their signatures; one without is nobody's")
    func thoughts() throws {
        let parts = try Reader.read(
            content: #"[{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},"#
                + #"{"type":"thinking","thinking":"u","signature":""}]"#,
            role: "assistant"
        )
        #expect(
            parts == [
                .thought(Thought(text: "t", signature: "s", origin: .claude)),
                .thought(Thought(text: "", signature: "d", origin: .claude, isRedacted: true)),
                .thought(Thought(text: "u", origin: .claude)),
            ]
        )
    }

    @Test(
        "Blocks that belong to the other side, and broken ones, are refused",
        arguments: [
            ("user", #"[{"type":"tool_use","id":"a","name":"f","input":{}}]"#),
            ("assistant", #"[{"type":"tool_result","tool_use_id":"a"}]"#),
            ("user", #"[{"type":"thinking","thinking":"","signature":""}]"#),
            ("assistant", #"[{"type":"tool_use","id":"","name":"f","input":{}}]"#),
            ("assistant", #"[{"type":"tool_use","id":"a","name":"","input":{}}]"#),
            ("assistant", #"[{"type":"tool_use","id":"a","name":"f","input":"{}"}]"#),
            ("user", #"[{"type":"image","source":{"type":"base64","data":"x"}}]"#),
            ("user", #"[{"type":"text"}]"#),
            ("user", #"[{}]"#),
            ("user", #"["x"]"#),
            ("user", #"[{"type":"tool_result","content":"x"}]"#),
            ("user", #"[{"type":"tool_result","tool_use_id":"x","content":5}]"#),
        ]
    )
    func broken(role: String, content: String) {
        #expect(Reader.refusal(#""messages":[{"role":"\#(role)","content":\#(content)}]"#)?.param != nil)
    }
}
