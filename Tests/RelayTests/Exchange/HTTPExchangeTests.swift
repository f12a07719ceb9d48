// POST /v1/chat/completions: the request as the upstream sees it, the stream as the client sees it, and refusals (protocol:
// http §1; `robustness.md` E6-E13, G2, G8-G11).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

/// What these tests say to a relay, and as an upstream.
enum ChatScript {
    static let path = "/v1/chat/completions"
    static let plain = #"{"model":"talk", "messages": [ ]}"#
    static let streamed = #"{"model":"talk","stream":true,"messages":[]}"#
    static let delta = #"data: {"choices":[{"delta":{"content":"hi"}}]}"# + "\n\n"
    static let usage = #"data: {"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4}}"# + "\n\n"
    static let stop = #"data: {"choices":[{"delta":{},"finish_reason":"stop"}]}"# + "\n\n"
    static let done = "data: [DONE]\n\n"
    static let streamHead = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
    static let lastChunk = "0\r\n\r\n"

    static func chunk(_ text: String) -> String {
        "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
    }

    static func answer(_ status: Int, _ body: String, _ fields: String = "Content-Type: application/json\r\n") -> String
    {
        "HTTP/1.1 \(status) X\r\n\(fields)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    static func error(_ code: String, _ message: String = "no") -> String {
        #"{"error":{"message":"\#(message)","type":"some_error","code":"\#(code)","param":null}}"#
    }
}

extension RelayStage {
    /// A client that asked for a completion, and the upstream that has heard the request.
    func chat(
        _ body: String = ChatScript.plain
    ) throws -> (client: ScriptedPeer, upstream: ScriptedPeer, request: WireAnswer) {
        let client = try self.client("POST", ChatScript.path, body: body)
        let upstream = try #require(self.upstream())
        return (client, upstream, try #require(self.message(at: upstream)))
    }
}

@Suite("HTTPExchange", .ownThread)
struct HTTPExchangeTests {
    // MARK: The request

    @Test(
        "the body goes upstream as it came, but for the model and a stream's usage",
        arguments: [
            (ChatScript.plain, #"{"model":"real-0", "messages": [ ]}"#),
            (#"{ "x":1.0e0,"model" : "talk" }"#, #"{ "x":1.0e0,"model" : "real-0" }"#),
            (
                #"{"model":"talk","stream":true}"#,
                #"{"model":"real-0","stream_options":{"include_usage":true},"stream":true}"#
            ),
            (
                #"{"stream_options":{"include_usage":false},"stream":true,"model":"talk"}"#,
                #"{"stream_options":{"include_usage":true},"stream":true,"model":"real-0"}"#
            ),
        ]
    )
    func spliced(body: String, expected: String) throws {
        let stage = try RelayStage()
        let (client, upstream, request) = try stage.chat(body)
        #expect(request.text == expected)
        #expect(request.head["content-length"] == "\(expected.utf8.count)")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("the upstream sees its own key and nothing of the client's credential")
    func fields() throws {
        let stage = try RelayStage()
        let client = try stage.client(
            "POST",
            "\(ChatScript.path)?key=\(stage.key)&a=b",
            stage.bearer
                + "X-Api-Key: \(stage.key)\r\nCookie: c=1\r\nAccept-Encoding: gzip\r\nIdempotency-Key: i-1\r\n",
            body: ChatScript.plain
        )
        let upstream = try #require(stage.upstream())
        #expect(stage.run { upstream.text.hasSuffix("]}") })
        #expect(!upstream.text.contains(stage.key))
        let request = try #require(stage.message(at: upstream))
        #expect(request.head.startLine == "POST /v1/chat/completions?a=b HTTP/1.1")
        #expect(request.head.values("authorization") == ["Bearer \(RelayStage.secret)"])
        #expect(request.head.values("accept-encoding") == ["identity"])
        #expect(request.head["idempotency-key"] == "i-1")
        #expect(request.head["cookie"] == nil && request.head["x-api-key"] == nil)
        #expect(request.head["host"] == "127.0.0.1:\(stage.listeners[0].port)")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a whole answer passes byte for byte, and both connections go on", arguments: [10, 200_000])
    func whole(count: Int) throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat()
        let body = #"{"id":"\#(String(repeating: "x", count: count))"}"#
        for round in 0..<2 {
            if round > 0 {
                client.say("POST \(ChatScript.path) HTTP/1.1\r\nHost: a\r\n\(stage.bearer)")
                client.say("Content-Length: \(ChatScript.plain.utf8.count)\r\n\r\n\(ChatScript.plain)")
                _ = try #require(stage.message(at: upstream))
            }
            upstream.say(
                ChatScript.answer(200, body, "Content-Type: application/json\r\nOpenAI-Version: v\r\nX-No: 1\r\n")
            )
            let answer = try #require(stage.message(at: client))
            #expect(answer.status == 200)
            #expect(answer.text == body)
            #expect(answer.head["openai-version"] == "v")
            #expect(answer.head["x-no"] == nil)
            #expect(answer.head["x-request-id"] != nil)
        }
        #expect(stage.dials == 1)
        stage.expectNothingLeft(client, upstream)
    }

    // MARK: Streams

    @Test("each event leaves as it comes; the usage chunk stays here unless asked for", arguments: [false, true])
    func stream(wantsUsage: Bool) throws {
        let stage = try RelayStage()
        let options = wantsUsage ? #","stream_options":{"include_usage":true}"# : ""
        let (client, upstream, _) = try stage.chat(#"{"model":"talk","stream":true\#(options)}"#)
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
        #expect(stage.run { client.text.hasSuffix(ChatScript.chunk(ChatScript.delta)) })
        upstream.say(ChatScript.chunk(ChatScript.usage))
        upstream.say(ChatScript.chunk(ChatScript.done) + ChatScript.lastChunk)
        let answer = try #require(stage.message(at: client))
        #expect(answer.text == ChatScript.delta + (wantsUsage ? ChatScript.usage : "") + ChatScript.done)
        #expect(answer.head["content-type"] == "text/event-stream")
        #expect(answer.head["cache-control"] == "no-cache")
        stage.settle()
        #expect(stage.service.pool.idleCount == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a stream that comes byte by byte is the same stream")
    func byteByByte() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        upstream.say(ChatScript.streamHead)
        for byte in (ChatScript.delta + ChatScript.usage + ChatScript.done).utf8 {
            upstream.say(ChatScript.chunk(String(decoding: [byte], as: UTF8.self)))
            stage.stage.settle(turns: 2)
        }
        upstream.say(ChatScript.lastChunk)
        #expect(try #require(stage.message(at: client)).text == ChatScript.delta + ChatScript.done)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("after [DONE] the client is served at once; an upstream that goes on is let go (E10)")
    func lingeringUpstream() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta + ChatScript.done))
        upstream.say(ChatScript.chunk(ChatScript.delta))
        #expect(try #require(stage.message(at: client)).text == ChatScript.delta + ChatScript.done)
        #expect(!stage.service.isQuiet)
        stage.advance(by: .seconds(1))
        #expect(stage.service.isQuiet)
        #expect(stage.run { upstream.end != nil })
        stage.expectNothingLeft(client, upstream)
    }

    enum Break: CaseIterable, Sendable {
        case ended, cut, silent, halfEvent
    }

    @Test("a stream that breaks ends with an error event and without [DONE] (E8)", arguments: Break.allCases)
    func broken(how: Break) throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
        #expect(stage.run { client.text.hasSuffix(ChatScript.chunk(ChatScript.delta)) })
        switch how {
        case .ended: upstream.say(ChatScript.lastChunk)
        case .cut: upstream.reset()
        case .silent: stage.advance(by: .seconds(120))
        case .halfEvent:
            upstream.say(ChatScript.chunk(#"data: {"choi"#))
            upstream.finish()
        }
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 200)
        #expect(answer.text.hasPrefix(ChatScript.delta + #"data: {"error":"#))
        #expect(answer.text.hasSuffix("}\n\n"))
        #expect(!answer.text.contains("[DONE]") && !answer.text.contains("choi\""))
        let event = answer.text.dropFirst(ChatScript.delta.count + "data: ".count)
        #expect(try ToldError(Array(event.utf8)).code == (how == .silent ? "gateway_timeout" : "bad_gateway"))
        #expect(stage.service.isQuiet)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an error that begins a stream is a refusal: nothing was promised yet (G2)")
    func errorFirst() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        let event = "data: \(ChatScript.error("theirs", "key \(RelayStage.secret)"))\n\n"
        upstream.say(ChatScript.streamHead + ChatScript.chunk(event) + ChatScript.lastChunk)
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 502)
        #expect(answer.text == ChatScript.error("theirs", "key [redacted]"))
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an error that the upstream tells in its stream goes on without our key, and none is added (G2)")
    func errorInStream() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        let event = "data: \(ChatScript.error("theirs", "key \(RelayStage.secret)"))\n\n"
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
        upstream.say(ChatScript.chunk(event) + ChatScript.lastChunk)
        let answer = try #require(stage.message(at: client))
        #expect(answer.text == "\(ChatScript.delta)data: \(ChatScript.error("theirs", "key [redacted]"))\n\n")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that leaves takes the upstream's request along", arguments: [false, true])
    func clientGone(hasBegun: Bool) throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        if hasBegun {
            upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
            #expect(stage.run { client.heardCount > 0 })
        }
        client.reset()
        #expect(stage.run { upstream.end != nil })
        #expect(stage.service.isQuiet)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that takes nothing stops the upstream, and nothing is lost")
    func backpressure() throws {
        let stage = try RelayStage { $0.limits.readBytes = 16 * 1024 }
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        client.isReading = false
        upstream.say(ChatScript.streamHead)
        let event = "data: {\"x\":\"\(String(repeating: "y", count: 8_000))\"}\n\n"
        let count = 2_000
        upstream.say(String(repeating: ChatScript.chunk(event), count: count))
        #expect(stage.run { stage.stage.harness.isQuiet() })
        stage.settle()
        #expect(!upstream.hasSaidAll)
        client.isReading = true
        upstream.say(ChatScript.chunk(ChatScript.done) + ChatScript.lastChunk)
        #expect(stage.run { stage.service.isQuiet && client.text.hasSuffix(ChatScript.lastChunk) })
        let answer = try #require(client.takeAnswer())
        #expect(answer.body.count == count * event.utf8.count + ChatScript.done.utf8.count)
        stage.expectNothingLeft(client, upstream)
    }
}
