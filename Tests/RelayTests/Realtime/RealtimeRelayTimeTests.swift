// A session in time, moved by hand: pings, silence, caps; and a side that takes nothing stops the other.

import EventLoop
import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("RealtimeRelay in time", .ownThread)
struct RealtimeRelayTimeTests {
    @Test("§5.5.2: both sides are pinged in intervals, and live as long as they answer")
    func pings() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        for _ in 0..<6 {
            stage.advance(by: .seconds(20))
            #expect(stage.frame(at: client)?.opcode == 9)
            #expect(stage.frame(at: upstream)?.opcode == 9)
            client.say(WireFrame.pong().masked)
            upstream.say(WireFrame.pong().unmasked)
            stage.settle()
        }
        #expect(stage.service.sessionCount == 1)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that answers no pings is given up, and the upstream told 1001")
    func silentClient() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        for _ in 0..<2 {
            upstream.say(WireFrame.pong().unmasked)
            stage.advance(by: .seconds(20))
        }
        #expect(stage.service.sessionCount == 0)
        #expect(stage.log.entries("session ended").map { $0["cause"] } == ["client_silent"])
        #expect(stage.frame(at: upstream)?.opcode == 9)
        #expect(stage.frame(at: upstream)?.closeCode == 1001)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an upstream that answers no pings is a gateway timeout")
    func silentUpstream() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        for _ in 0..<2 {
            client.say(WireFrame.pong().masked)
            stage.advance(by: .seconds(20))
        }
        #expect(stage.frame(at: client)?.opcode == 9)
        #expect(stage.frame(at: client)?.opcode == 9)
        let event = try #require(stage.frame(at: client))
        #expect(try ToldError(event.payload).code == "gateway_timeout")
        #expect(stage.frame(at: client)?.closeCode == 1014)
        #expect(stage.log.entries("session ended").map { $0["cause"] } == ["upstream_silent"])
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a session ends at its longest life, on time")
    func longestLife() throws {
        let stage = try RelayStage { $0.settings.maximumSession = .seconds(15) }
        let (client, upstream) = try stage.session()
        stage.advance(by: .seconds(14))
        #expect(stage.service.sessionCount == 1)
        stage.advance(by: .seconds(1))
        let event = try #require(stage.frame(at: client))
        #expect(try ToldError(event.payload).code == "session_expired")
        #expect(stage.frame(at: client)?.closeCode == 1001)
        #expect(stage.frame(at: upstream)?.closeCode == 1001)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a session without messages ends; messages of either side keep it, pongs do not", arguments: [true, false])
    func idle(fromClient: Bool) throws {
        let stage = try RelayStage { $0.settings.idleSession = .seconds(60) }
        let (client, upstream) = try stage.session()
        func step(_ seconds: Int, speak: Bool) {
            for _ in 0..<(seconds / 5) {
                client.say(WireFrame.pong().masked)
                upstream.say(WireFrame.pong().unmasked)
                stage.advance(by: .seconds(5))
            }
            guard speak else { return }
            if fromClient { client.say(WireFrame.text("x").masked) } else { upstream.say(WireFrame.text("x").unmasked) }
            stage.settle()
        }
        step(50, speak: true)
        step(50, speak: true)
        step(50, speak: false)
        #expect(stage.service.sessionCount == 1)
        // Activity is noticed in quarters of the bound.
        step(30, speak: false)
        #expect(stage.service.sessionCount == 0)
        #expect(stage.log.entries("session ended").map { $0["cause"] } == ["session_idle"])
        #expect(stage.wholeMessage(at: fromClient ? upstream : client)?.text == "x")
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a side that takes nothing stops the other, and nothing is lost", arguments: [true, false])
    func backpressure(fromClient: Bool) throws {
        let stage = try RelayStage { $0.limits.readBytes = 16 * 1024 }
        let (client, upstream) = try stage.session()
        let (from, to) = fromClient ? (client, upstream) : (upstream, client)
        to.isReading = false
        let payload = (0..<64 * 1024).map { UInt8(truncatingIfNeeded: $0 &* 13) }
        let frame = fromClient ? WireFrame.binary(payload).masked : WireFrame.binary(payload).unmasked
        let count = 256
        for _ in 0..<count { from.say(frame) }
        #expect(stage.run { stage.stage.harness.isQuiet() })
        stage.settle()
        #expect(!from.hasSaidAll)
        to.isReading = true
        var messages: [WireFrame] = []
        let isComplete = stage.run {
            while let message = to.takeMessage() { messages.append(message) }
            return messages.count == count
        }
        #expect(isComplete)
        #expect(messages.allSatisfy { $0.opcode == 2 && $0.payload == payload })
        stage.expectNothingLeft(client, upstream)
    }

    @Test("§5.5.2: pings come in their interval whatever else the session waits for")
    func pingsBetweenOtherTimes() throws {
        let stage = try RelayStage { $0.settings.idleSession = .seconds(60) }
        let (client, upstream) = try stage.session()
        for second in stride(from: 5, through: 80, by: 5) {
            stage.advance(by: .seconds(5))
            guard second.isMultiple(of: 20) else {
                #expect(client.received.isEmpty)
                continue
            }
            #expect(stage.frame(at: client)?.opcode == 9)
            #expect(stage.frame(at: upstream)?.opcode == 9)
            client.say(WireFrame.pong().masked + WireFrame.text("x").masked)
            upstream.say(WireFrame.pong().unmasked)
            #expect(stage.wholeMessage(at: upstream)?.text == "x")
        }
        stage.expectNothingLeft(client, upstream)
    }

    @Test("C13: a message that is never finished ends the session", arguments: [true, false])
    func messageOverdue(fromClient: Bool) throws {
        let stage = try RelayStage { $0.limits.messageTimeout = .seconds(60) }
        let (client, upstream) = try stage.session()
        if fromClient {
            client.say(WireFrame.text("{", isFinal: false).masked)
        } else {
            upstream.say(WireFrame.text("{", isFinal: false).unmasked)
        }
        stage.settle()
        for _ in 0..<5 {
            if fromClient {
                client.say(WireFrame.continuation([32], isFinal: false).masked)
            } else {
                upstream.say(WireFrame.continuation([32], isFinal: false).unmasked)
            }
            client.say(WireFrame.pong().masked)
            upstream.say(WireFrame.pong().unmasked)
            stage.advance(by: .seconds(20))
        }
        let cause = fromClient ? "client_message_overdue" : "upstream_message_overdue"
        #expect(stage.log.entries("session ended").map { $0["cause"] } == [cause])
        #expect(stage.service.sessionCount == 0)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a client that takes nothing of what it is owed is given up")
    func stalledClient() throws {
        let stage = try RelayStage { $0.limits.pingInterval = .seconds(3_600) }
        let (client, upstream) = try stage.session()
        client.isReading = false
        let frame = WireFrame.binary([UInt8](repeating: 1, count: 64 * 1024)).unmasked
        for _ in 0..<256 { upstream.say(frame) }
        stage.settle()
        for _ in 0..<4 { stage.advance(by: .seconds(20)) }
        #expect(stage.log.entries("session ended").map { $0["cause"] } == ["client_stalled"])
        stage.expectNothingLeft(client, upstream)
    }
}
