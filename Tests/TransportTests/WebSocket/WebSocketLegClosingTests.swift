// How a leg ends (RFC 6455 §7): by either side's Close, by a violation, by loss, by silence (`robustness.md` C16-C19, C22).

import EventLoop
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("The end of a WebSocketLeg", .ownThread)
struct WebSocketLegClosingTests {
    private static let roles: [Role] = [.server, .client]

    // MARK: The peer closes

    @Test("§5.5.1: a Close is answered with its own code, told once, and ends TCP", arguments: roles)
    func peerCloses(role: Role) throws {
        let stage = try LegStage(role)
        stage.leg.start()
        stage.say(.text("last"), .close(4001, "enough"))
        #expect(plain(stage.frame()) == .close(4001, "enough"))
        #expect(stage.handler.messages == [.text("last")])
        #expect(stage.handler.ends == [.closed(code: CloseCode(4001), reason: "enough")])
        #expect(stage.run { stage.peer.end == .closed })
        stage.peer.finish()
        #expect(stage.run { stage.leg.channel.isClosed })
        stage.transport.expectNothingLeft()
    }

    @Test("§7.1.5: a Close without a code is answered without one", arguments: roles)
    func peerClosesWithoutCode(role: Role) throws {
        let stage = try LegStage(role)
        stage.leg.start()
        stage.say(.close())
        #expect(plain(stage.frame()) == .close())
        #expect(stage.handler.ends == [.closed(code: nil, reason: "")])
        stage.expectNothingLeft()
    }

    @Test("C16: what comes behind a Close is ignored; there is one answer", arguments: roles)
    func afterClose(role: Role) throws {
        let stage = try LegStage(role)
        stage.leg.start()
        stage.say(.close(1000), .close(1001), .text("ghost"), .ping())
        #expect(plain(stage.frame()) == .close(1000))
        stage.settle()
        stage.say(.text("ghost"))
        stage.settle()
        #expect(stage.peer.received.isEmpty)
        #expect(stage.handler.messages.isEmpty)
        #expect(stage.handler.ends.count == 1)
        stage.leg.send(text: [65])
        stage.leg.close(code: .normal, reason: "")
        stage.settle()
        #expect(stage.peer.received.isEmpty)
        stage.expectNothingLeft()
    }

    // MARK: We close

    @Test("§7.1.2: our Close goes out, messages after it are discarded, the peer's ends TCP", arguments: roles)
    func weClose(role: Role) throws {
        let stage = try LegStage(role)
        stage.leg.start()
        stage.leg.close(code: CloseCode(3000), reason: "invalid_request_error.invalid_api_key")
        #expect(!stage.leg.isOpen)
        #expect(plain(stage.frame()) == .close(3000, "invalid_request_error.invalid_api_key"))
        stage.say(.text("crossing"), .ping([1]))
        stage.settle()
        #expect(stage.peer.received.isEmpty)
        #expect(stage.peer.end == nil)
        stage.say(.close(3000))
        #expect(stage.run { stage.peer.end == .closed })
        #expect(stage.peer.received.isEmpty)
        #expect(stage.handler.messages.isEmpty)
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("C17: a peer that never answers our Close is cut after closeTimeout", arguments: roles)
    func closeTimeout(role: Role) throws {
        let stage = try LegStage(role) { $0.closeTimeout = .seconds(5) }
        stage.leg.start()
        stage.leg.close(code: .normal, reason: "")
        stage.leg.close(code: .normal, reason: "")
        #expect(plain(stage.frame()) == .close(1000))
        stage.advance(by: .milliseconds(4_999))
        #expect(!stage.leg.channel.isClosed)
        stage.advance(by: .milliseconds(1))
        #expect(stage.leg.channel.isClosed)
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("a slow peer may take what was sent before our Close, as long as it takes some of it", arguments: roles)
    func closeBehindSpill(role: Role) throws {
        let stage = try LegStage(role) {
            $0.closeTimeout = .seconds(5)
            $0.stalledTimeout = .seconds(30)
        }
        stage.leg.start()
        stage.peer.isReading = false
        let bytes = noise(12_000_000)
        stage.leg.send(binary: bytes)
        stage.leg.close(code: .normal, reason: "")
        stage.advance(by: .seconds(8))
        #expect(!stage.leg.channel.isClosed)
        stage.peer.isReading = true
        #expect(stage.run { stage.peer.heardCount > bytes.count })
        #expect(plain(stage.peer.takeFrame()) == .binary(bytes))
        #expect(plain(stage.frame()) == .close(1000))
        stage.advance(by: .seconds(10))
        #expect(stage.leg.channel.isClosed)
        stage.expectNothingLeft()
    }

    @Test("a peer that takes nothing of what comes before our Close is cut in the end")
    func closeBehindStall() throws {
        let stage = try LegStage(.server) {
            $0.closeTimeout = .seconds(5)
            $0.stalledTimeout = .seconds(30)
        }
        stage.leg.start()
        stage.peer.isReading = false
        stage.leg.send(binary: noise(12_000_000))
        stage.leg.close(code: .normal, reason: "")
        for _ in 0..<6 { stage.advance(by: .seconds(5)) }
        #expect(stage.leg.channel.isClosed)
        stage.expectNothingLeft()
    }

    @Test("a flood of pings does not keep a leg from seeing the answer to its Close", arguments: roles)
    func pingFloodWhileClosing(role: Role) throws {
        let stage = try LegStage(role)
        stage.leg.start()
        stage.leg.close(code: .normal, reason: "")
        stage.peer.isReading = false
        stage.peer.say(repeated(stage.bytes(.ping(noise(125))), 30_000))
        stage.say(.close(1000))
        stage.peer.finish()
        #expect(stage.run { stage.leg.channel.isClosed })
        stage.transport.expectNothingLeft()
    }

    // MARK: Violations and loss

    @Test("§7.1.7: a violation is told, answered with its code, and ends TCP")
    func violation() throws {
        for (role, bytes, code) in [
            (Role.server, WireFrame.text("bare").unmasked, UInt16(1002)),
            (.client, WireFrame.text("masked").masked, 1002), (.server, WireFrame(1, [0xFF, 0xFE]).masked, 1007),
            (.server, WireFrame(3).masked, 1002), (.client, WireFrame.text("x").unmasked + [0x80], 1002),
        ] {
            let stage = try LegStage(role)
            stage.leg.start()
            stage.peer.say(bytes)
            let close = try #require(stage.frame())
            #expect(close.closeCode == code)
            guard case .violation(let violation)? = stage.handler.ends.first else {
                Issue.record("ended by \(stage.handler.ends)")
                continue
            }
            #expect(violation.closeCode.rawValue == code)
            #expect(stage.handler.ends.count == 1)
            #expect(stage.run { stage.peer.end == .closed })
            stage.expectNothingLeft()
        }
    }

    @Test("C6: a message beyond the limit fails with 1009 at its header")
    func tooBig() throws {
        let stage = try LegStage(.server, limits: WebSocketLimits(messageBytes: 1000))
        stage.leg.start()
        stage.say(.binary(noise(1000)))
        #expect(stage.run { stage.handler.messages.count == 1 })
        stage.peer.say(Array(WireFrame.binary(noise(1001)).masked.prefix(4)))
        #expect(stage.frame()?.closeCode == 1009)
        stage.expectNothingLeft()
    }

    @Test("what came before a violation in the same read is delivered first", arguments: roles)
    func deliveredBeforeViolation(role: Role) throws {
        let stage = try LegStage(role)
        stage.echo()
        stage.leg.start()
        stage.say(.text("good"), WireFrame(3))
        #expect(plain(stage.frame()) == .text("good"))
        #expect(stage.frame()?.closeCode == 1002)
        #expect(stage.handler.messages == [.text("good")])
        stage.expectNothingLeft()
    }

    @Test("C18: FIN and reset in the middle of a frame are losses", arguments: [false, true])
    func lost(reset: Bool) throws {
        let stage = try LegStage(.server)
        stage.leg.start()
        stage.peer.say(Array(WireFrame.binary(noise(100)).masked.prefix(50)))
        stage.settle()
        if reset { stage.peer.reset() } else { stage.peer.finish() }
        #expect(stage.run { !stage.handler.ends.isEmpty })
        #expect(stage.handler.ends == [.lost(reset ? .failed(.connectionReset) : .clean)])
        stage.transport.expectNothingLeft()
    }

    @Test("a handler may close or drop the leg from within any call", arguments: ["close", "drop"])
    func endFromWithin(way: String) throws {
        let stage = try LegStage(.server)
        stage.handler.onChunk = { leg, _, _, _ in
            if way == "close" { leg.close(code: .normal, reason: "") } else { leg.drop() }
        }
        stage.leg.start()
        stage.say(.text("one"), .text("two"), .ping([1]), .close(1000))
        #expect(stage.run { stage.peer.end != nil })
        #expect(stage.handler.messages == [.text("one")])
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    // MARK: Silence

    @Test("C19: a leg pings at its interval, and one that hears nothing for two of them is dead", arguments: roles)
    func silence(role: Role) throws {
        let stage = try LegStage(role) { $0.pingInterval = .seconds(20) }
        stage.leg.start()
        stage.advance(by: .seconds(20))
        #expect(stage.frame()?.opcode == 9)
        #expect(stage.handler.ends.isEmpty)
        stage.advance(by: .seconds(20))
        #expect(stage.handler.ends == [.silent])
        #expect(stage.leg.channel.isClosed)
        stage.transport.expectNothingLeft()
    }

    @Test("any sign of life keeps a leg alive", arguments: [WireFrame.pong(), .text("hello"), .ping()])
    func alive(frame: WireFrame) throws {
        let stage = try LegStage(.server) { $0.pingInterval = .seconds(20) }
        stage.leg.start()
        for _ in 0..<6 {
            stage.advance(by: .seconds(19))
            stage.say(frame)
            stage.settle()
        }
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    /// A message that comes bit by bit.
    enum Dripping: CaseIterable {
        case fragments
        /// One frame, short enough to be handed over only whole.
        case shortFrame
        case longFrame
        case compressed
    }

    @Test("C13: a message that takes too long ends the leg, however lively it is", arguments: Dripping.allCases)
    func messageOverdue(how: Dripping) throws {
        let deflate = DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true)
        for role in Self.roles {
            let stage = try LegStage(role, deflate: how == .compressed ? deflate : nil) {
                $0.pingInterval = .seconds(20)
                $0.messageTimeout = .seconds(60)
            }
            stage.leg.start()
            let bits = Self.bits(of: how, on: stage)
            stage.peer.say(bits.first)
            stage.settle()
            // The first ping that sees the message does not know how old it is.
            for _ in 0..<4 {
                #expect(stage.handler.ends.isEmpty)
                stage.advance(by: .seconds(20))
                stage.peer.say(bits.next)
                stage.settle()
            }
            #expect(stage.handler.ends == [.messageOverdue])
            for _ in 0..<3 { #expect(stage.frame()?.opcode == 9) }
            #expect(plain(stage.frame()) == .close(1008, "message not finished in time"))
            stage.expectNothingLeft()
        }
    }

    /// How a message begins, and what may follow any number of times.
    private static func bits(of how: Dripping, on stage: LegStage) -> (first: [UInt8], next: [UInt8]) {
        let beginning = { (length: Int) in
            Array(stage.bytes(.binary([UInt8](repeating: 0, count: length))).prefix(40))
        }
        let fragment = stage.bytes(.continuation(Array("a time ".utf8), isFinal: false))
        switch how {
        case .fragments: return (stage.bytes(.text("once upon ", isFinal: false)), fragment)
        case .shortFrame: return (beginning(1_000), [1, 2, 3])
        case .longFrame: return (beginning(200_000), [1, 2, 3])
        case .compressed:
            // Stored blocks (RFC 1951 §3.2.4), empty: they inflate to nothing.
            let block: [UInt8] = [0, 0, 0, 0xFF, 0xFF]
            return (
                stage.bytes(WireFrame(2, block, isFinal: false, reserved: 4)),
                stage.bytes(.continuation(block, isFinal: false))
            )
        }
    }

    @Test("bytes that keep to no protocol may be the last word; nothing is told after it, and nothing stays")
    func finishSaying() throws {
        for role in Self.roles {
            let stage = try LegStage(role)
            stage.leg.start()
            stage.leg.finish(saying: [0x88, 0x02, 0x03, 0xED])
            stage.leg.finish(saying: [1])
            stage.settle()
            #expect(stage.peer.received == [0x88, 0x02, 0x03, 0xED])
            stage.peer.cut()
            stage.settle()
            #expect(stage.handler.ends.isEmpty && stage.leg.handler == nil)
            stage.expectNothingLeft()
        }
    }

    @Test("C13: many short intervals make a long one")
    func shortIntervals() throws {
        let stage = try LegStage(.server) {
            $0.pingInterval = .seconds(1)
            $0.messageTimeout = .seconds(300)
        }
        stage.leg.start()
        stage.say(.text("once upon ", isFinal: false))
        stage.settle()
        for _ in 0..<300 {
            stage.advance(by: .seconds(1))
            stage.say(.pong())
            stage.settle()
        }
        #expect(stage.handler.ends.isEmpty)
        stage.advance(by: .seconds(1))
        #expect(stage.handler.ends == [.messageOverdue])
        stage.expectNothingLeft()
    }

    @Test("C13: many long messages, one after the other, are no endless one", arguments: [Duration.seconds(60), .zero])
    func messagesInTime(timeout: Duration) throws {
        let stage = try LegStage(.server) {
            $0.pingInterval = .seconds(20)
            $0.messageTimeout = timeout
        }
        stage.leg.start()
        stage.say(.text("0", isFinal: false))
        for round in 1..<12 {
            stage.settle()
            stage.advance(by: .seconds(20))
            // Without a limit one message goes on and on.
            stage.say(.continuation([48], isFinal: timeout > .zero))
            if timeout > .zero { stage.say(.text("\(round)", isFinal: false)) }
        }
        stage.settle()
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("C13: who is not read cannot finish a message, and is not to blame")
    func pausedIsNotOverdue() throws {
        let stage = try LegStage(.server) {
            $0.pingInterval = .seconds(20)
            $0.messageTimeout = .seconds(20)
        }
        stage.leg.start()
        stage.say(.text("half", isFinal: false))
        #expect(stage.run { stage.leg.bytesReceived == 4 })
        stage.leg.pauseReading()
        for _ in 0..<10 { stage.advance(by: .seconds(20)) }
        #expect(stage.handler.ends.isEmpty)
        stage.leg.resumeReading()
        stage.advance(by: .seconds(20))
        stage.say(.pong())
        stage.settle()
        #expect(stage.handler.ends.isEmpty, "the time until now was our own doing")
        stage.advance(by: .seconds(20))
        #expect(stage.handler.ends == [.messageOverdue])
        stage.expectNothingLeft()
    }

    @Test("no pings without an interval, and none where the owner keeps time", arguments: [true, false])
    func noPings(owned: Bool) throws {
        let stage = try LegStage(.server) { $0.pingInterval = owned ? .seconds(20) : .zero }
        stage.leg.start(pings: !owned)
        #expect(stage.transport.loop.timerCount == 0)
        stage.advance(by: .seconds(3600))
        #expect(stage.peer.received.isEmpty)
        if owned {
            // An hour without a word is no fault of a peer that nobody asked; a ping without an answer is.
            stage.leg.keepAlive()
            #expect(stage.handler.ends.isEmpty)
            stage.leg.keepAlive()
            #expect(stage.handler.ends == [.silent])
        }
        stage.expectNothingLeft()
    }

    @Test("a peer that is not listened to is not silent, nor at once when it is listened to again")
    func pausedIsNotSilent() throws {
        let stage = try LegStage(.server) { $0.pingInterval = .seconds(20) }
        stage.leg.start()
        stage.leg.pauseReading()
        for _ in 0..<10 { stage.advance(by: .seconds(20)) }
        #expect(stage.handler.ends.isEmpty)
        stage.leg.resumeReading()
        stage.leg.keepAlive()
        #expect(stage.handler.ends.isEmpty)
        stage.say(.text("still here"))
        #expect(stage.run { stage.handler.messages.count == 1 })
        stage.expectNothingLeft()
    }
}
