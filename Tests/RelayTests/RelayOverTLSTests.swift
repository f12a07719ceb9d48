// Sessions and completions whose upstream speaks TLS: the same bytes, and the ends that only TLS has (`robustness.md` F1,
// F6, F9, F10).

import EventLoop
import SessionCore
import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("The relay before upstreams with TLS", .ownThread)
struct RelayOverTLSTests {
    @Test("messages of every size pass in both directions", arguments: [0, 1, 125, 126, 65_535, 65_536, 1_048_576])
    func sizes(count: Int) throws {
        let stage = try RelayStage { $0.isSecure = true }
        let (client, upstream) = try stage.session()
        let message = WireFrame.binary((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        client.say(message.masked)
        #expect(stage.wholeMessage(at: upstream)?.payload == message.payload)
        upstream.say(message.unmasked)
        #expect(stage.wholeMessage(at: client)?.payload == message.payload)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("F10: last events, a Close, close_notify and FIN in one read reach the client in full")
    func lastWords() throws {
        let stage = try RelayStage { $0.isSecure = true }
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        // Even behind the 101 itself: a provider that refuses within the session does just this.
        upstream.say(
            Array(stage.acceptance(of: head).utf8) + WireFrame.text("no").unmasked + WireFrame.close(3000, "x").unmasked
        )
        upstream.finish()
        #expect(stage.head(at: client)?.status == 101)
        #expect(stage.frame(at: client)?.text == "no")
        #expect(stage.frame(at: client)?.closeCode == 3000)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that takes nothing stops its upstream, and nothing is lost")
    func backpressure() throws {
        let stage = try RelayStage { $0.isSecure = true }
        let (client, upstream) = try stage.session()
        client.isReading = false
        let messages = (0..<100).map { index in WireFrame.binary([UInt8](repeating: UInt8(index), count: 200_000)) }
        for message in messages { upstream.say(message.unmasked) }
        #expect(stage.run { stage.stage.loop.blocks.leasedCount > 0 })
        stage.settle()
        #expect(!upstream.hasSaidAll)
        #expect(stage.stage.loop.blocks.leasedCount * 16_384 < 1_000_000)
        client.isReading = true
        for message in messages {
            let heard = try #require(stage.wholeMessage(at: client))
            #expect(heard.payload == message.payload)
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("F6: an upstream that speaks plaintext gets no byte of the request, and the client a 502")
    func plaintext() throws {
        let stage = try RelayStage { $0.isSecure = true }
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        upstream.sayOnWire(Array("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".utf8))
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 502)
        #expect(try ToldError(answer.body).code == "bad_gateway")
        #expect(upstream.received.isEmpty)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("F1: an upstream under a certificate that nobody vouches for gets no byte of the request")
    func untrusted() throws {
        let stranger = try CertificateAuthority(commonName: "Somebody Else")
        let stage = try RelayStage {
            $0.isSecure = true
            $0.describeUpstream = { $0.tls.caFile = stranger.certificateFile }
        }
        let client = try stage.client("POST", ChatScript.path, body: ChatScript.plain)
        let upstream = try #require(stage.upstream())
        #expect(stage.message(at: client)?.status == 502)
        #expect(stage.run { upstream.end != nil })
        #expect(upstream.received.isEmpty)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("F9: a body until close that ends without close_notify is no whole answer", arguments: [true, false])
    func truncated(notice: Bool) throws {
        let stage = try RelayStage { $0.isSecure = true }
        let (client, upstream, _) = try stage.chat()
        upstream.say("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"id\":1}")
        if notice { upstream.finish() } else { upstream.finishWithoutNotice() }
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == (notice ? 200 : 502))
        if notice { #expect(answer.text == #"{"id":1}"#) }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a request of several megabytes goes up whole")
    func largeRequest() throws {
        let stage = try RelayStage { $0.isSecure = true }
        let padding = String(repeating: "x", count: 6_000_000)
        let body = #"{"model":"talk","messages":["\#(padding)"]}"#
        let client = try stage.client("POST", ChatScript.path, body: body)
        let upstream = try #require(stage.upstream())
        #expect(stage.run { upstream.heardCount > body.utf8.count })
        let request = try #require(stage.message(at: upstream))
        #expect(request.text == #"{"model":"real-0","messages":["\#(padding)"]}"#)
        upstream.say(ChatScript.answer(200, "{}"))
        #expect(stage.message(at: client)?.text == "{}")
        stage.expectNothingLeft(client, upstream)
    }
}
