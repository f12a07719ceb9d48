// permessage-deflate (RFC 7692), agreed with each side of a session on its own.

import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("Compression of realtime sessions", .ownThread)
struct RealtimeCompressionTests {
    private static let agreed = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
    /// "Hello" as RFC 7692 §7.2.3.1 has it.
    private static let hello: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]

    private func say(_ peer: ScriptedPeer, isCompressed: Bool, isMasked: Bool) {
        let frame = isCompressed ? WireFrame(1, Self.hello, reserved: 4) : .text("Hello")
        peer.say(isMasked ? frame.masked : frame.unmasked)
    }

    /// RFC 7692 §7.2.2.
    private func inflated(_ payload: [UInt8]) throws -> [UInt8] {
        let inflater = try #require(Inflater(windowBits: 15))
        let input = payload + [0, 0, 0xFF, 0xFF]
        var output = [UInt8](repeating: 0, count: 64 * 1024)
        var span = output.mutableSpan
        let room = 0..<span.count
        let step = inflater.step(input.span, into: &span, room: room)
        return Array(output[..<step.produced])
    }

    @Test("whatever each side agrees to, the other hears the same message", arguments: [true, false], [true, false])
    func agreements(client clientAgrees: Bool, upstream upstreamAgrees: Bool) throws {
        let stage = try RelayStage {
            $0.limits.deflate = DeflateSettings()
            $0.settings.offeredUpstream = DeflateSettings()
        }
        let offer = clientAgrees ? "Sec-WebSocket-Extensions: permessage-deflate\r\n" : ""
        let client = try stage.realtimeClient("?model=talk", stage.bearer + offer)
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        #expect(head["sec-websocket-extensions"]?.hasPrefix("permessage-deflate") ?? false)
        upstream.say(
            stage.acceptance(of: head, upstreamAgrees ? "Sec-WebSocket-Extensions: \(Self.agreed)\r\n" : "")
        )
        let answer = try #require(stage.head(at: client))
        #expect((answer["sec-websocket-extensions"] != nil) == clientAgrees)
        self.say(client, isCompressed: clientAgrees, isMasked: true)
        #expect(stage.wholeMessage(at: upstream)?.text == "Hello")
        // One that begins like the one before it comes to be compressed with its mask still on.
        let words = String(repeating: "some words, again and again; ", count: 100)
        let item = #"{"type":"conversation.item.create","item":{"type":"message","text":"\#(words)"}}"#
        for _ in 0..<3 {
            client.say(WireFrame.text(item).masked)
            let heard = try #require(stage.wholeMessage(at: upstream))
            #expect((heard.reserved == 4) == upstreamAgrees)
            #expect(try heard.reserved == 4 ? self.inflated(heard.payload) == Array(item.utf8) : heard.text == item)
        }
        self.say(upstream, isCompressed: upstreamAgrees, isMasked: false)
        #expect(stage.wholeMessage(at: client)?.text == "Hello")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("compressed frames that nobody agreed to fail the side they come from (D4)", arguments: [true, false])
    func unasked(fromClient: Bool) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        self.say(fromClient ? client : upstream, isCompressed: true, isMasked: fromClient)
        if fromClient {
            #expect(stage.frame(at: client)?.closeCode == 1002)
            #expect(stage.frame(at: upstream)?.closeCode == 1001)
        } else {
            #expect(stage.frame(at: client)?.opcode == 1)
            #expect(stage.frame(at: client)?.closeCode == 1014)
            #expect(stage.frame(at: upstream)?.closeCode == 1002)
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream that answers what was not offered is a 502 (D7)")
    func badAnswer() throws {
        let stage = try RelayStage { $0.settings.offeredUpstream = DeflateSettings() }
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        let unknown = "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=99\r\n"
        upstream.say(stage.acceptance(of: head, unknown))
        #expect(stage.message(at: client)?.status == 502)
        stage.expectNothingLeft(client, upstream)
    }
}
