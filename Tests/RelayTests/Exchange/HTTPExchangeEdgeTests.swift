// Completions at the edges of HTTP: bodies held back or broken, old clients, connections used again, and upstreams without
// end (RFC 9110 §10.1.1, RFC 9112; `robustness.md` A17, A20, A21, E9, E10).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("HTTPExchange at the edges", .ownThread)
struct HTTPExchangeEdgeTests {
    private func head(
        _ stage: RelayStage,
        _ framing: String,
        _ fields: String? = nil,
        version: String = "1.1"
    ) -> String {
        "POST \(ChatScript.path) HTTP/\(version)\r\nHost: relay\r\n\(fields ?? stage.bearer)\(framing)\r\n\r\n"
    }

    @Test("A17: a body that is held back is asked for only once the key is known")
    func expectContinue() throws {
        let stage = try RelayStage()
        let framing = "Content-Length: \(ChatScript.plain.utf8.count)\r\nExpect: 100-continue"
        let stranger = try stage.client()
        stranger.say(self.head(stage, framing, ""))
        #expect(stage.message(at: stranger)?.status == 401)
        let client = try stage.client()
        client.say(self.head(stage, framing))
        #expect(stage.head(at: client)?.status == 100)
        client.say(ChatScript.plain)
        let upstream = try #require(stage.upstream())
        #expect(stage.message(at: upstream)?.text == #"{"model":"real-0", "messages": [ ]}"#)
        stage.expectNothingLeft(stranger, client, upstream)
    }

    @Test("a body that breaks while the key is looked up ends the exchange, and nothing waits for it")
    func brokenDuringLookUp() throws {
        let stage = try RelayStage()
        let client = try stage.client()
        client.say(self.head(stage, "Transfer-Encoding: chunked") + "zz\r\n")
        #expect(stage.message(at: client)?.status == 400)
        #expect(stage.run { stage.service.isQuiet })
        #expect(stage.dials == 0)
        stage.expectNothingLeft(client)
    }

    @Test("chunked bodies are read like any other")
    func chunked() throws {
        let stage = try RelayStage()
        let client = try stage.client()
        client.say(self.head(stage, "Transfer-Encoding: chunked"))
        for byte in Array((ChatScript.chunk(ChatScript.plain) + ChatScript.lastChunk).utf8) {
            client.say([byte])
            stage.stage.settle(turns: 2)
        }
        let upstream = try #require(stage.upstream())
        let request = try #require(stage.message(at: upstream))
        #expect(request.text == #"{"model":"real-0", "messages": [ ]}"#)
        #expect(request.head["transfer-encoding"] == nil)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("HTTP/1.0 clients get a stream without chunks, which ends with the connection")
    func http10() throws {
        let stage = try RelayStage()
        let client = try stage.client()
        let framing = "Content-Length: \(ChatScript.streamed.utf8.count)"
        client.say(self.head(stage, framing, version: "1.0") + ChatScript.streamed)
        let upstream = try #require(stage.upstream())
        _ = try #require(stage.message(at: upstream))
        upstream.say(
            ChatScript.streamHead + ChatScript.chunk(ChatScript.delta + ChatScript.done) + ChatScript.lastChunk
        )
        #expect(stage.run { client.end == .closed })
        #expect(client.takeAnswer()?.text == ChatScript.delta + ChatScript.done)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("E10: streams that end in order leave both connections for the next")
    func reused() throws {
        let stage = try RelayStage()
        let client = try stage.client()
        var upstream: ScriptedPeer?
        for _ in 0..<3 {
            client.say(self.head(stage, "Content-Length: \(ChatScript.streamed.utf8.count)") + ChatScript.streamed)
            upstream = upstream ?? stage.upstream()
            let peer = try #require(upstream)
            _ = try #require(stage.message(at: peer))
            peer.say(
                ChatScript.streamHead + ChatScript.chunk(ChatScript.delta + ChatScript.done) + ChatScript.lastChunk
            )
            #expect(stage.message(at: client)?.text == ChatScript.delta + ChatScript.done)
            stage.settle()
        }
        #expect(stage.dials == 1)
        let last = try #require(upstream)
        stage.expectNothingLeft(client, last)
    }

    @Test("E9: an event without end is cut off within its bound; the client is told, the upstream let go")
    func endlessEvent() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        upstream.say(ChatScript.streamHead + ChatScript.chunk("data: "))
        let piece = ChatScript.chunk(String(repeating: "x", count: 1_000_000))
        for _ in 0..<20 { upstream.say(piece) }
        #expect(stage.run { client.text.hasSuffix("0\r\n\r\n") })
        #expect(client.text.contains("bad_gateway"))
        #expect(!client.text.contains("[DONE]"))
        #expect(stage.run { upstream.end != nil })
        stage.expectNothingLeft(client, upstream)
    }

    @Test("A21: a client that takes nothing of a stream stops its upstream, and nothing is lost")
    func slowStream() throws {
        let stage = try RelayStage()
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        client.isReading = false
        let event = #"data: {"x":"\#(String(repeating: "y", count: 10_000))"}"# + "\n\n"
        upstream.say(ChatScript.streamHead)
        for _ in 0..<2_000 { upstream.say(ChatScript.chunk(event)) }
        upstream.say(ChatScript.chunk(ChatScript.done) + ChatScript.lastChunk)
        #expect(stage.run { stage.stage.loop.blocks.leasedCount > 0 })
        stage.settle()
        #expect(!upstream.hasSaidAll)
        #expect(stage.stage.loop.blocks.leasedCount * 16_384 < 1_000_000)
        client.isReading = true
        #expect(stage.run { client.received.suffix(5).elementsEqual("0\r\n\r\n".utf8) })
        let answer = try #require(stage.message(at: client))
        #expect(answer.body.count == 2_000 * event.utf8.count + ChatScript.done.utf8.count)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("E6: a stream that falls silent ends with a timeout in an error event")
    func silentStream() throws {
        let stage = try RelayStage { $0.describeUpstream = { $0.timeouts.idle = .seconds(120) } }
        let (client, upstream, _) = try stage.chat(ChatScript.streamed)
        upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
        #expect(stage.run { client.text.contains(ChatScript.delta) })
        stage.advance(by: .seconds(120))
        let answer = try #require(stage.message(at: client))
        #expect(answer.text.hasPrefix(ChatScript.delta + #"data: {"error":"#))
        #expect(answer.text.contains("gateway_timeout"))
        #expect(!answer.text.contains("[DONE]"))
        stage.expectNothingLeft(client, upstream)
    }
}
