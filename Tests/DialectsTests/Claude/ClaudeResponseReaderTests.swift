// protocol/http §2.3 and §2.5: whole answers of Claude's.

import Testing

@testable import Dialects

@Suite struct ClaudeResponseReaderTests {
    private func read(_ text: String) throws -> GenerationResponse { try ClaudeResponseReader.read(Array(text.utf8)) }

    @Test("§2.3: texts, thoughts and calls")
    func whole() throws {
        let response = try read(
            #"{"id":"msg_1","type":"message","role":"assistant","model":"claude-z","content":["#
                + #"{"type":"thinking","thinking":"t","signature":"s"},{"type":"redacted_thinking","data":"d"},"#
                + #"{"type":"text","text":"Hi"},{"type":"text","text":""},{"type":"tomorrow"},"#
                + #"{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}],"stop_reason":"tool_use","#
                + #""stop_sequence":null,"usage":{"input_tokens":10,"cache_read_input_tokens":2,"output_tokens":5}}"#
        )
        #expect(
            response
                == GenerationResponse(
                    id: "msg_1",
                    model: "claude-z",
                    candidates: [
                        GenerationCandidate(
                            parts: [
                                .thought(Thought(text: "t", signature: "s", origin: .claude)),
                                .thought(Thought(text: "", signature: "d", origin: .claude, isRedacted: true)),
                                .text("Hi"), .toolCall(ToolCall(id: "toolu_1", name: "f", arguments: ["a": 1])),
                            ],
                            finish: .toolCalls
                        )
                    ],
                    usage: ChatUsage(promptTokens: 12, completionTokens: 5, totalTokens: 17, cachedTokens: 2)
                )
        )
    }

    @Test("A stop sequence is told, and a missing reason is a plain end")
    func reasons() throws {
        let stopped = try read(#"{"content":[],"stop_reason":"stop_sequence","stop_sequence":"END"}"#)
        #expect(stopped.candidates[0].finish == .stopSequence("END"))
        #expect(try read(#"{"content":[]}"#).candidates[0].finish == .stop)
    }

    @Test("§8: a 200 that tells an error is an error")
    func error() {
        #expect(
            throws: ProviderError(
                status: 503,
                type: "service_unavailable",
                code: "service_unavailable",
                message: "busy"
            )
        ) {
            try read(#"{"type":"error","error":{"type":"overloaded_error","message":"busy"}}"#)
        }
    }

    @Test(
        "What is no message is the provider's fault",
        arguments: [
            "", "<html>", "[]", "{}", #"{"content":"x"}"#, #"{"content":[{"type":"text"}]}"#,
            #"{"content":[{"type":"tool_use","id":"","name":"f","input":{}}]}"#,
            #"{"content":[{"type":"tool_use","id":"a","name":"f","input":"x"}]}"#,
        ]
    )
    func nonsense(body: String) {
        #expect { try read(body) } throws: { ($0 as? ProviderError)?.status == 502 }
    }
}
