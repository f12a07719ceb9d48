// Messages through a leg in both roles: every size, every split, in place and copied, and what it sends by itself.

import EventLoop
import TestSupport
import Testing
import WebSocketFraming

@testable import Transport

@Suite("WebSocketLeg", .ownThread)
struct WebSocketLegTests {
    private static let roles: [Role] = [.server, .client]

    // MARK: Messages

    @Test("§5.2: messages of every size come back as they were, in both roles", arguments: roles, [false, true])
    func sizes(role: Role, isSecure: Bool) throws {
        let stage = try LegStage(role, isSecure: isSecure)
        stage.echo()
        stage.leg.start()
        for size in [0, 1, 125, 126, 65_535, 65_536, 1_048_576] {
            let message = WireFrame.binary(noise(size, seed: UInt64(size)))
            stage.say(message)
            var answer: WireFrame?
            let isHeard = stage.run {
                answer = answer ?? stage.peer.takeMessage()
                return answer != nil
            }
            #expect(isHeard, "\(size)")
            #expect(plain(answer) == message, "\(size)")
        }
        #expect(stage.leg.messagesReceived == 7)
        #expect(stage.leg.bytesReceived == 1 + 125 + 126 + 65_535 + 65_536 + 1_048_576)
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("text stays text, in both roles and at every split", arguments: roles)
    func splits(role: Role) throws {
        let frames: [WireFrame] = [.text("grüße 👋"), .text(""), .binary([0, 255]), .text("ende")]
        let probe = try LegStage(role)
        let bytes = frames.flatMap { probe.bytes($0) }
        probe.expectNothingLeft()
        for split in 1..<bytes.count {
            let stage = try LegStage(role)
            stage.echo()
            stage.leg.start()
            stage.peer.say(Array(bytes[..<split]))
            stage.settle()
            stage.peer.say(Array(bytes[split...]))
            for frame in frames {
                #expect(plain(stage.frame()) == frame)
            }
            stage.expectNothingLeft()
        }
    }

    @Test("many messages of one read are all answered, gathered into few sends when they fit in place")
    func manyInOneRead() throws {
        // A bare frame is shorter than the masked one it came in, so its ranges have gaps, sixteen of them to a send;
        // a masked one does not fit in the place of the bare one it came in, and is copied.
        for (role, sends) in [(Role.server, 1...7), (.client, 1...100)] {
            let stage = try LegStage(role)
            stage.echo()
            let frames = (0..<100).map { WireFrame.binary(noise($0 % 200, seed: UInt64($0))) }
            stage.peer.say(frames.flatMap { stage.bytes($0) })
            stage.settle()
            stage.leg.start()
            var heard: [WireFrame] = []
            #expect(
                stage.run {
                    while let frame = stage.peer.takeFrame() { heard.append(frame) }
                    return heard.count == frames.count
                }
            )
            #expect(heard.map { plain($0) } == frames)
            let count = stage.transport.calls.count(of: .send) + stage.transport.calls.count(of: .sendGathered)
            #expect(sends.contains(count), "\(role)")
            stage.expectNothingLeft()
        }
    }

    @Test("§5.3: a client masks each frame with a key of its own")
    func maskingKeys() throws {
        let stage = try LegStage(.client)
        stage.leg.start()
        for _ in 0..<50 { stage.leg.send(binary: [0, 0, 0, 0]) }
        stage.leg.sendPing([0, 0, 0, 0])
        #expect(stage.run { stage.peer.received.count == 51 * 10 })
        let wire = stage.peer.takeAll()
        let keys = stride(from: 0, to: wire.count, by: 10).map { Array(wire[$0 + 2..<$0 + 6]) }
        #expect(Set(keys).count == keys.count)
        // The payload is zero, so on the wire it is the key itself.
        for start in stride(from: 0, to: wire.count, by: 10) {
            #expect(wire[start + 2..<start + 6].elementsEqual(wire[start + 6..<start + 10]))
        }
        stage.expectNothingLeft()
    }

    @Test("§5.4: fragments arrive as one message and go on as fragments", arguments: roles)
    func fragments(role: Role) throws {
        let stage = try LegStage(role)
        stage.echo()
        stage.leg.start()
        let frames: [WireFrame] = [
            .text("one ", isFinal: false), .continuation([], isFinal: false), .continuation(Array("two".utf8)),
            .text("three"),
        ]
        for frame in frames {
            stage.say(frame)
            stage.settle()
        }
        for frame in frames { #expect(plain(stage.frame()) == frame) }
        #expect(stage.handler.messages == [.text("one two"), .text("three")])
        stage.expectNothingLeft()
    }

    @Test("§5.4: no message of ours goes into the middle of another", arguments: roles)
    func midMessage(role: Role) throws {
        let stage = try LegStage(role)
        stage.echo()
        stage.leg.start()
        stage.say(.text("half", isFinal: false))
        #expect(plain(stage.frame()) == .text("half", isFinal: false))
        #expect(stage.leg.isMidMessage)
        stage.leg.send(text: Array("no".utf8))
        stage.leg.send(binary: [1])
        stage.say(.continuation(Array("whole".utf8)))
        #expect(plain(stage.frame()) == .continuation(Array("whole".utf8)))
        #expect(!stage.leg.isMidMessage)
        stage.leg.send(text: Array("yes".utf8))
        #expect(plain(stage.frame()) == .text("yes"))
        stage.expectNothingLeft()
    }

    @Test("what a handler leaves unread stays with the kernel, and all of it comes later", arguments: roles)
    func pause(role: Role) throws {
        let stage = try LegStage(role)
        stage.handler.onTurn = { leg, _ in leg.pauseReading() }
        stage.leg.start()
        let count = 3_000
        stage.peer.say((0..<count).flatMap { stage.bytes(.binary(noise(1_000, seed: UInt64($0)))) })
        #expect(stage.run { !stage.handler.messages.isEmpty })
        stage.settle()
        #expect(stage.handler.messages.count < 100)
        #expect(
            stage.run {
                stage.leg.resumeReading()
                return stage.handler.messages.count == count
            }
        )
        #expect(stage.handler.messages == (0..<count).map { .binary(noise(1_000, seed: UInt64($0))) })
        stage.expectNothingLeft()
    }

    // MARK: Pings

    @Test("§5.5.2: a ping is answered with its own payload, an unasked pong is told and not answered", arguments: roles)
    func pings(role: Role) throws {
        let stage = try LegStage(role)
        stage.leg.start()
        for size in [0, 1, 125] {
            stage.say(.pong(noise(size)), .ping(noise(size)))
            #expect(plain(stage.frame()) == .pong(noise(size)))
        }
        #expect(stage.handler.pongs == [0, 1, 125].map { noise($0) })
        #expect(stage.handler.messages.isEmpty)
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("§5.5.2: a ping that comes with a Close is answered before it", arguments: roles)
    func pingThenClose(role: Role) throws {
        let stage = try LegStage(role)
        stage.leg.start()
        stage.say(.ping([1]), .ping([2]), .close(1000))
        #expect(plain(stage.frame()) == .pong([1]))
        #expect(plain(stage.frame()) == .pong([2]))
        #expect(plain(stage.frame()) == .close(1000))
        stage.expectNothingLeft()
    }

    @Test(
        "C14: a peer that pings and reads nothing is not read any more, and gets every pong once it reads",
        arguments: [
            false, true,
        ]
    )
    func pingFlood(isSecure: Bool) throws {
        let stage = try LegStage(.server, isSecure: isSecure)
        stage.leg.start()
        stage.peer.isReading = false
        let count = 60_000
        stage.peer.say(repeated(WireFrame.ping(noise(125)).masked, count))
        #expect(stage.run { stage.leg.isCongested })
        stage.settle()
        // Sixteen pongs, and over TLS those of the records that were read already.
        #expect(stage.leg.channel.spilledBytes < (isSecure ? 200_000 : 10_000))
        #expect(stage.leg.channel.isReadingPaused)

        stage.peer.isReading = true
        #expect(stage.run { stage.peer.heardCount >= count * 127 })
        #expect(stage.peer.heardCount == count * 127)
        #expect(stage.handler.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("C15: a window full of control frames lets the loop's other connections go first, and nothing is lost")
    func controlWindow() throws {
        let stage = try LegStage(.server, limits: WebSocketLimits(controlFramesPerWindow: 10))
        stage.leg.start()
        stage.peer.say(repeated(WireFrame.pong([1]).masked, 95) + WireFrame.text("after").masked)
        #expect(stage.run { stage.handler.messages == [.text("after")] })
        #expect(stage.handler.turns >= 9)
        stage.expectNothingLeft()
    }

    @Test("a window full of control frames does not undo a handler's pause")
    func controlWindowWhilePaused() throws {
        let stage = try LegStage(.server, isSecure: true, limits: WebSocketLimits(controlFramesPerWindow: 10))
        stage.handler.onChunk = { leg, _, _, _ in leg.pauseReading() }
        stage.leg.start()
        let pongs = repeated(WireFrame.pong([1]).masked, 50)
        stage.peer.say(WireFrame.text("one").masked + pongs + WireFrame.text("two").masked)
        #expect(stage.run { !stage.handler.messages.isEmpty })
        stage.settle()
        #expect(stage.handler.messages == [.text("one")])
        stage.leg.resumeReading()
        #expect(stage.run { stage.handler.messages.count == 2 })
        stage.expectNothingLeft()
    }

    // MARK: Faults

    @Test("whichever call fails, the leg ends at most once and leaves nothing", arguments: roles)
    func everyFault(role: Role) throws {
        let faults: [FaultyCalls.Fault] = [
            .fail(.connectionReset), .fail(.brokenPipe), .short(1), .wouldBlock, .endOfStream,
        ]
        for call in [FaultyCalls.Call.receive, .send, .sendGathered, .changePoller] {
            for fault in faults {
                for nth in 1...5 {
                    let stage = try LegStage(role)
                    stage.transport.calls.inject(fault, into: call, at: nth)
                    stage.echo()
                    stage.leg.start()
                    for index in 0..<4 {
                        stage.say(.binary(noise(index == 1 ? 70_000 : 300, seed: UInt64(index))), .ping([1]))
                        stage.settle()
                    }
                    stage.say(.close(1000))
                    #expect(
                        stage.run { stage.handler.ends.count == 1 || stage.peer.end != nil },
                        "\(call) \(fault) \(nth)"
                    )
                    #expect(stage.handler.ends.count <= 1)
                    stage.expectNothingLeft()
                }
            }
        }
    }
}
