// protocol/http §2.3, §4.5-§4.7: whole answers as Claude would give them.

import Testing

@testable import Dialects

@Suite struct ClaudeResponseWriterTests {
    static let identity = AnswerIdentity(token: "abc", created: 1, model: "public", estimatedInputTokens: 3)

    private func write(_ response: GenerationResponse, _ identity: AnswerIdentity = identity) -> String {
        String(decoding: ClaudeResponseWriter.write(response, identity: identity), as: UTF8.self)
    }

    private func write(_ parts: [GenerationPart], _ finish: FinishReason = .stop) throws -> JSONValue {
        let response = GenerationResponse(candidates: [GenerationCandidate(parts: parts, finish: finish)])
        return try JSONParser.parse(ClaudeResponseWriter.write(response, identity: Self.identity))
    }

    @Test("§2.3: a whole message")
    func whole() {
        let response = GenerationResponse(
            id: "chatcmpl-1",
            model: "gpt-z",
            candidates: [GenerationCandidate(parts: [.text("H\u{E9}\n")], finish: .stopSequence("E"))],
            usage: ChatUsage(promptTokens: 9, completionTokens: 2, totalTokens: 11, cachedTokens: 4)
        )
        #expect(
            write(response)
                == #"{"id":"msg_abc","type":"message","role":"assistant","model":"gpt-z","content":"#
                + "[{\"type\":\"text\",\"text\":\"H\u{E9}\\n\"}]"
                + #","stop_reason":"stop_sequence","stop_sequence":"E","usage":{"input_tokens":5,"#
                + #""cache_creation_input_tokens":0,"cache_read_input_tokens":4,"output_tokens":2}}"#
        )
    }

    @Test("What the provider does not tell is filled in")
    func defaults() throws {
        let body = try write([])
        #expect(body["model"] == "public")
        #expect(body["content"] == [])
        #expect(body["stop_reason"] == "end_turn")
        #expect(body["stop_sequence"] == .null)
        #expect(body["usage"]?["input_tokens"] == 3)
        #expect(write(GenerationResponse(candidates: [])).contains(#""content":[]"#))
        #expect(write(GenerationResponse(id: "msg_9", candidates: [])).hasPrefix(#"{"id":"msg_9","#))
    }

    @Test("Calls: ids are made legal, and a plain stop is a use of tools")
    func calls() throws {
        let body = try write([.text("x"), .toolCall(ToolCall(id: "a.b", name: "f", arguments: ["n": 1]))])
        #expect(body["stop_reason"] == "tool_use")
        #expect(
            body["content"] == [
                ["type": "text", "text": "x"], ["type": "tool_use", "id": "a_b", "name": "f", "input": ["n": 1]],
            ]
        )
    }

    @Test("§5.2: a refusal is a text, and why the answer ended")
    func refusal() throws {
        let body = try write([.refusal("no")])
        #expect(body["content"] == [["type": "text", "text": "no"]])
        #expect(body["stop_reason"] == "refusal")
    }

    @Test("§4.7: thoughts are shown, signatures are never forged")
    func thoughts() throws {
        let parts: [GenerationPart] = [
            .thought(Thought(text: "g", signature: "z", origin: .gemini)),
            .thought(Thought(text: "", signature: "z", origin: .gemini)),
            .thought(Thought(text: "c", signature: "s", origin: .claude)),
            .thought(Thought(text: "", signature: "d", origin: .claude, isRedacted: true)),
        ]
        let own: [JSONValue] = [
            ["type": "thinking", "thinking": "c", "signature": "s"], ["type": "redacted_thinking", "data": "d"],
        ]
        let foreign: JSONValue = ["type": "thinking", "thinking": "g", "signature": ""]
        #expect(try write(parts)["content"] == .array([foreign] + own))
        var identity = Self.identity
        identity.showsThoughts = false
        let response = GenerationResponse(candidates: [GenerationCandidate(parts: parts, finish: .stop)])
        let body = try JSONParser.parse(ClaudeResponseWriter.write(response, identity: identity))
        #expect(body["content"] == .array(own))
    }

    @Test("Round trip: what is written is read as the same answer")
    func roundTrip() throws {
        let response = GenerationResponse(
            id: "msg_1",
            model: "m",
            candidates: [
                GenerationCandidate(
                    parts: [.text("a"), .toolCall(ToolCall(id: "x", name: "f", arguments: .object([])))],
                    finish: .toolCalls
                )
            ],
            usage: ChatUsage(promptTokens: 5, completionTokens: 6, totalTokens: 11, cachedTokens: 1)
        )
        #expect(try ClaudeResponseReader.read(Array(write(response).utf8)) == response)
    }
}
