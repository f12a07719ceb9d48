// Waiting for a stream's first event: clients are kept alive where their dialect bears it, a head alone is no answer, and
// the next upstream can be asked until something of an answer went out (protocol: http §1.8).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("HTTPExchange while it waits", .ownThread)
struct HTTPExchangeWaitTests {
    private static let ping = ": ping\n\n"

    @Test("an OpenAI client hears from us every interval until the first event, then the stream as it comes")
    func keepAlive() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        #expect(client.heardCount == 0)
        stage.advance(by: .seconds(15))
        #expect(stage.run { client.text.contains(Self.ping) })
        upstream.say(ChatScript.streamHead)
        stage.settle()
        stage.advance(by: .seconds(15))
        #expect(stage.run { client.text.contains(ChatScript.chunk(Self.ping) + ChatScript.chunk(Self.ping)) })
        upstream.say(ChatScript.chunk(ChatScript.delta + ChatScript.done) + ChatScript.lastChunk)
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 200 && answer.text == Self.ping + Self.ping + ChatScript.delta + ChatScript.done)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("no interval, no stream, or Gemini: nothing is said", arguments: [0, 1, 2])
    func silence(how: Int) throws {
        let stage = try RelayStage { if how == 0 { $0.settings.streamKeepAlive = .zero } }
        let path = how == 2 ? "/v1/models/talk:streamGenerateContent" : ChatScript.path
        let gemini = #"{"contents":[{"parts":[{"text":"a"}]}]}"#
        let client = try stage.client(
            "POST",
            path,
            body: how == 2 ? gemini : how == 1 ? ChatScript.plain : ChatScript.streamed
        )
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.message(at: upstream))
        stage.advance(by: .seconds(16))
        stage.settle()
        #expect(client.heardCount == 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "after a ping the next upstream is still asked; when nobody answers the error goes in band",
        arguments: [true, false]
    )
    func failOver(isAnswered: Bool) throws {
        let stage = try RelayStage {
            $0.upstreams = 2
            $0.settings.routing.backoff = .zero
        }
        let (client, first, _) = try stage.chat(ChatScript.streamed)
        stage.advance(by: .seconds(15))
        #expect(stage.run { client.text.contains(Self.ping) })
        first.say(ChatScript.answer(503, ChatScript.error("overloaded")))
        let second = try #require(stage.upstream(1))
        _ = try #require(stage.message(at: second))
        if isAnswered {
            second.say(
                ChatScript.streamHead + ChatScript.chunk(ChatScript.delta + ChatScript.done) + ChatScript.lastChunk
            )
            #expect(stage.message(at: client)?.text == Self.ping + ChatScript.delta + ChatScript.done)
        } else {
            second.say(ChatScript.answer(429, ChatScript.error("limit")))
            let answer = try #require(stage.message(at: client))
            #expect(answer.status == 200 && answer.text.hasPrefix(Self.ping + #"data: {"error":"#))
            #expect(answer.text.contains("limit") && !answer.text.contains("[DONE]"))
        }
        stage.expectNothingLeft(client, first, second)
    }

    @Test("a head without an event is no answer: the first byte of the body is what is waited for")
    func onlyHead() throws {
        let stage = try RelayStage {
            $0.upstreams = 2
            $0.settings.streamKeepAlive = .zero
            $0.settings.routing.backoff = .zero
        }
        let (client, first, _) = try stage.chat(ChatScript.streamed)
        stage.advance(by: .seconds(40))
        first.say(ChatScript.streamHead)
        stage.settle()
        #expect(client.heardCount == 0)
        stage.advance(by: .seconds(20))
        let second = try #require(stage.upstream(1))
        _ = try #require(stage.message(at: second))
        second.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta + ChatScript.done) + ChatScript.lastChunk)
        #expect(stage.message(at: client)?.text == ChatScript.delta + ChatScript.done)
        stage.expectNothingLeft(client, first, second)
    }

    @Test("JSON for a stream whose head went out already becomes events")
    func plainAfterPing() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        stage.advance(by: .seconds(15))
        #expect(stage.run { client.text.contains(Self.ping) })
        let message = #"{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}"#
        upstream.say(ChatScript.answer(200, #"{"id":"a","model":"m","choices":[\#(message)]}"#))
        let answer = try #require(stage.message(at: client))
        #expect(answer.text.contains(#""content":"hi""#) && answer.text.hasSuffix("data: [DONE]\n\n"))
        stage.expectNothingLeft(client, upstream)
    }
}
