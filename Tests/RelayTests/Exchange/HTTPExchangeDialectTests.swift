// Exchanges between dialects, as clients and upstreams see them: whole, streamed, the one for the other, counted, and broken
// (protocol: http §5, §6, §8).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

/// What these tests say as a Claude upstream.
enum ClaudeScript {
    static let whole =
        #"{"id":"msg_1","type":"message","role":"assistant","model":"c","content":[{"type":"text","text":"hi"}],"#
        + #""stop_reason":"end_turn","stop_sequence":null,"usage":{"input_tokens":3,"output_tokens":4}}"#
    static let start =
        event("message_start", #","message":{"id":"msg_1","model":"c","usage":{"input_tokens":3,"output_tokens":1}}"#)
    static let text =
        event("content_block_start", #","index":0,"content_block":{"type":"text","text":""}"#)
        + event("content_block_delta", #","index":0,"delta":{"type":"text_delta","text":"hi"}"#)
    static let end =
        event("content_block_stop", #","index":0"#)
        + event("message_delta", #","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":4}"#)
        + event("message_stop", "")

    static func event(_ name: String, _ more: String) -> String {
        "event: \(name)\ndata: {\"type\":\"\(name)\"\(more)}\n\n"
    }

    static func error(_ type: String, _ message: String = "no") -> String {
        #"{"type":"error","error":{"type":"\#(type)","message":"\#(message)"}}"#
    }
}

@Suite("HTTPExchange between dialects", .ownThread)
struct HTTPExchangeDialectTests {
    private func stage(
        _ dialects: Upstream.Dialect...,
        adjust: (inout RelayPlan) -> Void = { _ in }
    ) throws -> RelayStage {
        try RelayStage { plan in
            plan.upstreams = dialects.count
            plan.settings.routing.backoff = .zero
            plan.describeUpstream = { upstream in
                upstream.dialect = dialects[Int(upstream.name.dropFirst(2)) ?? 0]
            }
            adjust(&plan)
        }
    }

    @Test("a whole answer is read in one dialect and written in the other")
    func whole() throws {
        let stage = try self.stage(.claude)
        let (client, upstream, request) = try stage.chat(
            #"{"model":"talk","seed":1,"messages":[{"role":"user","content":"a"}]}"#
        )
        #expect(request.head.startLine == "POST /v1/messages HTTP/1.1")
        #expect(request.head["anthropic-version"] == "2023-06-01")
        upstream.say(ChatScript.answer(200, ClaudeScript.whole))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 200 && answer.head["x-longwire-dropped"] == "seed")
        #expect(answer.text.contains(#""content":"hi""#) && answer.text.contains("chat.completion"))
        let row = try #require(stage.ledger.rows.first)
        #expect((row.tokens.inputText, row.tokens.outputText, row.isEstimated) == (3, 4, false))
        stage.expectNothingLeft(client, upstream)
    }

    @Test("each event is on its way in the turn in which it comes, and the end is the client's")
    func streamed() throws {
        let stage = try self.stage(.claude)
        let (client, upstream, _) = try stage.chat(
            #"{"model":"talk","stream":true,"messages":[{"role":"user","content":"a"}]}"#
        )
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ClaudeScript.start + ClaudeScript.text))
        #expect(stage.run { client.text.contains(#""content":"hi""#) })
        upstream.say(ChatScript.chunk(ClaudeScript.end) + ChatScript.lastChunk)
        let answer = try #require(stage.message(at: client))
        #expect(answer.text.hasSuffix("data: [DONE]\n\n") && !answer.text.contains(#""usage":{"#))
        #expect(stage.ledger.rows.first?.tokens.outputText == 4)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§8: JSON for a stream becomes events, events for a whole answer become one", arguments: [true, false])
    func crossed(wantsStream: Bool) throws {
        let stage = try self.stage(.claude)
        let (client, upstream, _) = try stage.chat(
            #"{"model":"talk","stream":\#(wantsStream),"messages":[{"role":"user","content":"a"}]}"#
        )
        if wantsStream {
            upstream.say(ChatScript.answer(200, ClaudeScript.whole))
        } else {
            let events = ClaudeScript.start + ClaudeScript.text + ClaudeScript.end
            upstream.say(ChatScript.streamHead + ChatScript.chunk(events) + ChatScript.lastChunk)
        }
        let answer = try #require(stage.message(at: client))
        #expect(answer.text.contains(#""content":"hi""#))
        #expect(answer.text.hasSuffix("[DONE]\n\n") == wantsStream)
        #expect(stage.ledger.rows.first?.tokens.outputText == 4)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§6: a refusal is told in the client's dialect, our key taken out")
    func refused() throws {
        let stage = try self.stage(.claude)
        let (client, upstream, _) = try stage.chat(#"{"model":"talk","messages":[{"role":"user","content":"a"}]}"#)
        let words = ClaudeScript.error("not_found_error", "no \(RelayStage.secret)")
        upstream.say(ChatScript.answer(404, words))
        let answer = try #require(stage.message(at: client))
        let error = try ToldError(answer.body)
        #expect(answer.status == 404 && error.code == "model_not_found" && error.message == "no [redacted]")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§6: a stream that breaks ends with the client's error event and nothing else")
    func broken() throws {
        let stage = try self.stage(.openai)
        let body = #"{"model":"talk","stream":true,"max_tokens":5,"messages":[{"role":"user","content":"a"}]}"#
        let client = try stage.client("POST", "/v1/messages", body: body)
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.message(at: upstream))
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
        #expect(stage.run { client.text.contains("text_delta") })
        upstream.reset()
        let answer = try #require(stage.message(at: client))
        #expect(answer.text.contains("event: error\n") && !answer.text.contains("message_stop"))
        #expect(stage.ledger.rows.first?.status == .upstreamLost)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("what cannot be said in one dialect is asked of the next upstream; a refusal only when nobody can")
    func unfit() throws {
        let body = #"{"model":"talk","n":2,"messages":[{"role":"user","content":"a"}]}"#
        let alone = try self.stage(.claude)
        let refusal = try alone.ask("POST", ChatScript.path, body: body)
        #expect(refusal.status == 400 && refusal.text.contains(#""param":"n""#))
        #expect(alone.dials == 0)
        alone.expectNothingLeft()
        let stage = try self.stage(.claude, .openai)
        let client = try stage.client("POST", ChatScript.path, body: body)
        let second = try #require(stage.upstream(1))
        #expect(try #require(stage.message(at: second)).text.contains(#""n":2"#))
        second.say(ChatScript.answer(200, "{}"))
        #expect(stage.message(at: client)?.status == 200)
        stage.expectNothingLeft(client, second)
    }

    @Test("a Claude upstream behind a Claude client passes byte for byte, its counts included")
    func same() throws {
        let stage = try self.stage(.claude)
        let client = try stage.client("POST", "/v1/messages/count_tokens", body: #"{"model":"talk","messages":[]}"#)
        let upstream = try #require(stage.upstream())
        let request = try #require(stage.message(at: upstream))
        #expect(request.head.startLine == "POST /v1/messages/count_tokens HTTP/1.1")
        upstream.say(ChatScript.answer(200, #"{"input_tokens": 5}"#))
        #expect(stage.message(at: client)?.text == #"{"input_tokens": 5}"#)
        #expect(stage.ledger.rows.first?.tokens.total == 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("nobody who counts: the count is an estimate and says so (§2.6)")
    func estimated() throws {
        let stage = try self.stage(.openai)
        let body = #"{"model":"talk","messages":[{"role":"user","content":"twelve bytes"}]}"#
        let answer = try stage.ask("POST", "/v1/messages/count_tokens", body: body)
        #expect(answer.status == 200 && answer.text == #"{"input_tokens":7}"#)
        #expect(answer.head["x-longwire-token-count"] == "estimate")
        #expect(stage.dials == 0)
        stage.expectNothingLeft()
    }
}
