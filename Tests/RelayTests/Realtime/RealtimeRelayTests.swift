// A running session: messages pass byte for byte and in their frames' order (RFC 6455 §5.4), ends are carried from one leg
// to the other (§7.4; `robustness.md` E8, C14), and what one side cannot take stops the other.

import EventLoop
import SessionCore
import TestSupport
import Testing
import WebSocketFraming

@testable import Relay

@Suite("RealtimeRelay", .ownThread)
struct RealtimeRelayTests {
    // MARK: Messages

    @Test(
        "messages of every size go both ways byte for byte",
        arguments: [0, 1, 125, 126, 65_535, 65_536, 1 << 20]
    )
    func sizes(count: Int) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }
        let text = [UInt8](repeating: UInt8(ascii: "x"), count: count)
        client.say(WireFrame.binary(payload).masked + WireFrame(1, text).masked)
        upstream.say(WireFrame.binary(payload).unmasked + WireFrame(1, text).unmasked)
        for peer in [client, upstream] {
            for (opcode, expected) in [(UInt8(2), payload), (1, text)] {
                let message = try #require(stage.wholeMessage(at: peer))
                #expect(message.opcode == opcode)
                #expect(message.payload == expected)
            }
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§5.3: what goes upstream is masked, what goes to the client is not")
    func masking() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        client.say(WireFrame.text("up").masked)
        upstream.say(WireFrame.text("down").unmasked)
        let up = try #require(stage.frame(at: upstream))
        #expect(up.isMasked && up.text == "up")
        let down = try #require(stage.frame(at: client))
        #expect(!down.isMasked && down.text == "down")
        stage.expectNothingLeft(client, upstream)
    }

    @Test(
        "§5.4: a fragmented message arrives whole, with a ping between its fragments answered",
        arguments: [true, false]
    )
    func fragments(fromClient: Bool) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let (from, to) = fromClient ? (client, upstream) : (upstream, client)
        let frames = [
            WireFrame.text(#"{"type":"#, isFinal: false), .ping([1, 2, 3]),
            .continuation(Array(#""a","#.utf8), isFinal: false), .continuation([], isFinal: false),
            .continuation(Array(#""b":1}"#.utf8)), .text("next"),
        ]
        from.say(frames.flatMap { fromClient ? $0.masked : $0.unmasked })
        #expect(stage.wholeMessage(at: to)?.text == #"{"type":"a","b":1}"#)
        #expect(stage.wholeMessage(at: to)?.text == "next")
        let pong = try #require(stage.frame(at: from))
        #expect(pong.opcode == 10 && pong.payload == [1, 2, 3])
        stage.expectNothingLeft(client, upstream)
    }

    @Test("bytes that come one at a time make the same messages", arguments: [true, false])
    func byteByByte(fromClient: Bool) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let (from, to) = fromClient ? (client, upstream) : (upstream, client)
        let frames = [WireFrame.text(#"{"type":"häß"}"#), .binary([0, 255, 1]), .text("")]
        for byte in frames.flatMap({ fromClient ? $0.masked : $0.unmasked }) {
            from.say([byte])
            stage.stage.settle(turns: 2)
        }
        for frame in frames {
            let message = try #require(stage.wholeMessage(at: to))
            #expect(message.opcode == frame.opcode && message.payload == frame.payload)
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("messages in the segment of the upstream's 101 reach the client (E4)")
    func gluedToTheAnswer() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        upstream.say(Array(stage.acceptance(of: head).utf8) + WireFrame.text("created").unmasked)
        #expect(stage.head(at: client)?.status == 101)
        #expect(stage.wholeMessage(at: client)?.text == "created")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("messages glued to the client's handshake reach the upstream (B8)")
    func gluedToTheHandshake() throws {
        let stage = try RelayStage()
        let client = try stage.realtimeClient()
        client.say(WireFrame.text("eager").masked)
        let upstream = try #require(stage.upstream())
        upstream.say(stage.acceptance(of: try #require(stage.head(at: upstream))))
        #expect(stage.wholeMessage(at: upstream)?.text == "eager")
        stage.expectNothingLeft(client, upstream)
    }

    // MARK: Ends

    @Test(
        "§7.4: a Close is carried to the other side with code and reason",
        arguments: [true, false],
        [1000, 3000, 4999]
    )
    func closeCarried(fromClient: Bool, code: UInt16) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let (from, to) = fromClient ? (client, upstream) : (upstream, client)
        let close = WireFrame.close(code, "bye")
        from.say(fromClient ? close.masked : close.unmasked)
        let echo = try #require(stage.frame(at: from))
        #expect(echo.closeCode == code)
        let carried = try #require(stage.frame(at: to))
        #expect(carried.closeCode == code && carried.closeReason == "bye")
        #expect(stage.service.sessionCount == 0)
        let settled = stage.log.entries("session ended")
        #expect(settled.count == 1)
        #expect(settled.first?["close_code"] == "\(code)")
        #expect(settled.first?["cause"] == (fromClient ? "client_closed" : "upstream_closed"))
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§7.1.5: a Close without a code is carried without one", arguments: [true, false])
    func closeWithoutCode(fromClient: Bool) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let (from, to) = fromClient ? (client, upstream) : (upstream, client)
        from.say(fromClient ? WireFrame.close().masked : WireFrame.close().unmasked)
        let carried = try #require(stage.frame(at: to))
        #expect(carried.opcode == 8 && carried.payload.isEmpty)
        #expect(stage.log.entries("session ended").first?["close_code"] == "1005")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("what was said before a Close arrives before it", arguments: [true, false])
    func messageBeforeClose(fromClient: Bool) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let (from, to) = fromClient ? (client, upstream) : (upstream, client)
        let frames = [WireFrame.text("last words"), .close(1000)]
        from.say(frames.flatMap { fromClient ? $0.masked : $0.unmasked })
        #expect(stage.frame(at: to)?.text == "last words")
        #expect(stage.frame(at: to)?.closeCode == 1000)
        stage.expectNothingLeft(client, upstream)
    }

    enum Loss: CaseIterable {
        case ended, reset, violation
    }

    private func lose(_ peer: ScriptedPeer, _ loss: Loss, isClient: Bool) {
        switch loss {
        case .ended: peer.finish()
        case .reset: peer.reset()
        case .violation:
            // RFC 6455 §5.1: a client that does not mask, a server that does.
            peer.say(isClient ? WireFrame.text("x").unmasked : WireFrame.text("x").masked)
        }
    }

    @Test("a lost client is told upstream as 1001 (§7.4.1)", arguments: Loss.allCases)
    func clientLost(loss: Loss) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        self.lose(client, loss, isClient: true)
        #expect(stage.frame(at: upstream)?.closeCode == 1001)
        let settled = stage.log.entries("session ended")
        #expect(settled.map { $0["cause"] } == [loss == .violation ? "client_violation" : "client_lost"])
        #expect(settled.first?["close_code"] == (loss == .violation ? "1002" : "1006"))
        if loss == .violation { #expect(stage.frame(at: client)?.closeCode == 1002) }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a lost upstream is told as an error event and 1014", arguments: Loss.allCases)
    func upstreamLost(loss: Loss) throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        self.lose(upstream, loss, isClient: false)
        let event = try #require(stage.frame(at: client))
        #expect(event.opcode == 1)
        #expect(event.text.hasPrefix(#"{"type":"error","event_id":"event_"#))
        let told = try ToldError(event.payload)
        #expect(told.type == "api_error" && told.code == "bad_gateway")
        let close = try #require(stage.frame(at: client))
        #expect(close.closeCode == 1014 && close.closeReason == "api_error.bad_gateway")
        #expect(stage.log.entries("session ended").count == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream lost within a message: no event breaks into it, the Close says why (§5.4)")
    func upstreamLostMidMessage() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        upstream.say(WireFrame.text("half", isFinal: false).unmasked)
        #expect(stage.frame(at: client)?.text == "half")
        upstream.finish()
        let close = try #require(stage.frame(at: client))
        #expect(close.opcode == 8 && close.closeCode == 1014)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a drain tells the client to reconnect and the upstream 1001")
    func drain() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        var quiet = 0
        stage.service.onQuiet = { quiet += 1 }
        stage.service.drain()
        #expect(quiet == 1)
        let event = try #require(stage.frame(at: client))
        #expect(try ToldError(event.payload).code == "service_unavailable")
        #expect(stage.frame(at: client)?.closeCode == 1001)
        #expect(stage.frame(at: upstream)?.closeCode == 1001)
        stage.service.drain()
        #expect(quiet == 1)
        stage.expectNothingLeft(client, upstream)
    }
}
