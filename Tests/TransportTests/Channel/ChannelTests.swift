// How a channel is paused and resumed, and how it ends: finishing → lingering → closed, by stall, or at once.

import EventLoop
import TestSupport
import Testing

@testable import Transport

@Suite("Channel", .ownThread)
struct ChannelTests {
    // MARK: Pause and resume

    @Test("reads nothing before it is told to, and nothing while it is paused")
    func pause() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel(reading: false)
        #expect(channel.isReadingPaused)
        peer.say("one")
        stage.settle()
        #expect(owner.offers.isEmpty)

        channel.resumeReading()
        #expect(stage.run { owner.taken.count == 3 })
        channel.pauseReading()
        peer.say("two")
        stage.settle()
        #expect(owner.taken.count == 3)

        channel.resumeReading()
        #expect(stage.run { owner.taken.count == 6 })
        #expect(String(decoding: owner.taken, as: UTF8.self) == "onetwo")
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("offers what was left over again when it is resumed, without new bytes")
    func resumeOffersLeftOver() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.appetite = { _ in 2 }
        owner.onDelivery = { channel, _, _ in channel.pauseReading() }
        peer.say("abcdef")
        #expect(stage.run { owner.taken.count == 2 })
        #expect(channel.carriedBytes == 4)

        channel.resumeReading()
        #expect(stage.run { owner.taken.count == 4 })
        channel.resumeReading()
        #expect(stage.run { owner.taken.count == 6 })
        #expect(owner.offers == [6, 4, 2])
        #expect(channel.carriedBytes == 0)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a resume inside a delivery offers the rest in the next turn, once for each call")
    func resumeInsideDelivery() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.appetite = { _ in 1 }
        owner.onDelivery = { channel, _, _ in channel.resumeReading() }
        peer.say("abc")
        #expect(stage.run { owner.taken.count == 3 })
        #expect(owner.offers == [3, 2, 1])

        owner.onDelivery = { _, _, _ in }
        peer.say("xyz")
        stage.settle()
        #expect(owner.offers == [3, 2, 1, 3])
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a pause that is over before news comes is none of the poller's business, one that lasts tells it once")
    func pausesAreToldLate() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        var changes: Int { stage.calls.count(of: .changePoller) }
        let before = changes
        channel.pauseReading()
        channel.resumeReading()
        peer.say("one")
        #expect(stage.run { owner.taken.count == 3 })
        #expect(changes == before)

        channel.pauseReading()
        peer.say("two")
        stage.settle()
        peer.say("three")
        stage.settle()
        #expect(changes == before + 1)
        #expect(owner.taken.count == 3)
        channel.resumeReading()
        #expect(stage.run { owner.taken.count == 11 })
        #expect(changes == before + 2)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a pause between a read and what is left of the input loses nothing of it, the end included")
    func pauseWithMoreBehind() throws {
        let stage = try TransportStage { $0.readBytes = 4 }
        let (channel, owner, peer) = try stage.channel(reading: false)
        owner.onDelivery = { channel, _, _ in channel.pauseReading() }
        peer.say("abcdefghij")
        peer.finish()
        stage.settle()
        for count in [4, 8, 10] {
            channel.resumeReading()
            #expect(stage.run { owner.taken.count == count })
            stage.settle()
            #expect(owner.taken.count == count)
            #expect(owner.ends.isEmpty)
        }
        channel.resumeReading()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends == [.clean])
        stage.expectNothingLeft()
    }

    @Test(
        "a reset that is met together with input is told although what stood before it is not wanted for now",
        arguments: [true, false]
    )
    func pauseWithResetBehind(insideDelivery: Bool) throws {
        let stage = try TransportStage { $0.readBytes = 4 }
        let (channel, owner, peer) = try stage.channel(reading: false)
        peer.say(noise(1000))
        peer.reset()
        if insideDelivery { owner.onDelivery = { channel, _, _ in channel.pauseReading() } }
        channel.resumeReading()
        stage.stage.harness.turn()
        #expect(0 < owner.taken.count && owner.taken.count < 1000)
        channel.pauseReading()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends == [.failed(.connectionReset)])
        stage.expectNothingLeft()
    }

    @Test("without an owner it keeps what comes for the next one")
    func withoutOwner() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        channel.owner = nil
        peer.say("early")
        #expect(stage.run { channel.carriedBytes == 5 })
        channel.owner = owner
        channel.resumeReading()
        #expect(stage.run { owner.taken.count == 5 })
        channel.close()
        stage.expectNothingLeft()
    }

    // MARK: Ends that the peer makes

    @Test("tells a clean end once, after all bytes")
    func cleanEnd() throws {
        let stage = try TransportStage()
        let (_, owner, peer) = try stage.channel()
        peer.say("last words")
        peer.finish()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends == [.clean])
        #expect(String(decoding: owner.taken, as: UTF8.self) == "last words")
        stage.expectNothingLeft()
    }

    @Test("tells a reset once")
    func reset() throws {
        let stage = try TransportStage()
        let (_, owner, peer) = try stage.channel()
        peer.reset()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends == [.failed(.connectionReset)])
        stage.expectNothingLeft()
    }

    @Test("hears of a reset even while it is paused, and does not spin on it")
    func resetWhilePaused() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel(reading: false)
        owner.closesAtEnd = false
        peer.reset()
        #expect(stage.run { !owner.ends.isEmpty })
        let waits = stage.calls.count(of: .waitPoller)
        stage.settle()
        #expect(owner.ends.count == 1)
        #expect(stage.calls.count(of: .waitPoller) - waits < 100)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a half-closed peer that is paused is not told to have ended before its bytes were read")
    func halfCloseWhilePaused() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel(reading: false)
        peer.say("abc")
        peer.finish()
        stage.settle()
        #expect(owner.ends.isEmpty)
        channel.resumeReading()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.taken.count == 3)
        #expect(owner.ends == [.clean])
        stage.expectNothingLeft()
    }

    // MARK: finish

    @Test("finishing sends everything, then FIN, and lingers over input until the peer closes")
    func finishLingers() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        let bytes = noise(12_000_000)
        peer.isReading = false
        channel.write(bytes)
        #expect(channel.isCongested)
        channel.finish()
        #expect(channel.owner == nil)
        peer.say("still talking")
        stage.settle()
        #expect(!channel.isClosed)

        peer.isReading = true
        #expect(stage.run { peer.end != nil })
        #expect(peer.end == .closed)
        #expect(peer.received == bytes)
        #expect(owner.taken.isEmpty)
        #expect(owner.drains == 0)
        #expect(!channel.isClosed)
        peer.say(noise(200_000))
        stage.settle()
        #expect(!channel.isClosed)
        peer.cut()
        #expect(stage.run { channel.isClosed })
        stage.expectNothingLeft()
    }

    @Test("lingering ends after lingerTimeout")
    func lingerTimeout() throws {
        let stage = try TransportStage { $0.lingerTimeout = .seconds(2) }
        let (channel, _, peer) = try stage.channel()
        channel.finish()
        #expect(stage.run { peer.end == .closed })
        stage.advance(by: .milliseconds(1999))
        #expect(!channel.isClosed)
        stage.advance(by: .milliseconds(1))
        #expect(channel.isClosed)
        stage.expectNothingLeft()
    }

    @Test("lingering discards no more than lingerBytes")
    func lingerBytes() throws {
        let stage = try TransportStage { $0.lingerBytes = 100_000 }
        let (channel, _, peer) = try stage.channel()
        channel.finish()
        peer.say(noise(100_000))
        #expect(stage.run { peer.hasSaidAll })
        stage.settle()
        #expect(!channel.isClosed)
        peer.say("x")
        #expect(stage.run { channel.isClosed })
        stage.expectNothingLeft()
    }

    @Test("a peer that takes nothing of our last bytes is cut after stalledTimeout")
    func finishStalls() throws {
        let stage = try TransportStage { $0.stalledTimeout = .seconds(30) }
        let (channel, owner, peer) = try stage.channel()
        peer.isReading = false
        channel.write(noise(6_000_000))
        channel.finish()
        stage.advance(by: .seconds(29))
        #expect(!channel.isClosed)
        stage.advance(by: .seconds(1))
        #expect(channel.isClosed)
        #expect(owner.ends.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("a reset ends finishing and lingering", arguments: [false, true])
    func resetAfterFinish(congested: Bool) throws {
        let stage = try TransportStage()
        let (channel, _, peer) = try stage.channel()
        peer.isReading = false
        if congested { channel.write(noise(6_000_000)) }
        channel.finish()
        stage.settle()
        peer.reset()
        #expect(stage.run { channel.isClosed })
        stage.expectNothingLeft()
    }

    @Test("after finish and close nothing is written, staged or read")
    func deafAfterEnd() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        channel.finish()
        channel.finish()
        channel.write([1, 2, 3])
        channel.resumeReading()
        peer.say("abc")
        stage.settle()
        #expect(peer.received.isEmpty)
        channel.close()
        channel.close()
        channel.write([1, 2, 3])
        channel.pauseReading()
        stage.settle()
        #expect(owner.offers.isEmpty)
        #expect(owner.ends.isEmpty)
        stage.expectNothingLeft()
    }

    // MARK: Stall

    @Test("tells a stall after stalledTimeout without progress, and progress starts the wait anew")
    func stall() throws {
        let stage = try TransportStage { $0.stalledTimeout = .seconds(30) }
        let (channel, owner, peer) = try stage.channel()
        peer.isReading = false
        channel.write(noise(24_000_000))
        let spilled = channel.spilledBytes
        #expect(spilled > 0)
        stage.advance(by: .seconds(29))
        #expect(owner.ends.isEmpty)

        _ = stage.run {
            peer.isReading = channel.spilledBytes == spilled
            return !peer.isReading
        }
        #expect(channel.isCongested)
        stage.advance(by: .seconds(29))
        #expect(owner.ends.isEmpty)
        stage.advance(by: .seconds(2))
        #expect(owner.ends == [.stalled])
        stage.expectNothingLeft()
    }

    @Test("a drained channel leaves no stall watch that could fire")
    func noStallAfterDrain() throws {
        let stage = try TransportStage { $0.stalledTimeout = .seconds(30) }
        let (channel, owner, peer) = try stage.channel()
        peer.isReading = false
        channel.write(noise(8_000_000))
        peer.isReading = true
        #expect(stage.run { owner.drains == 1 })
        stage.advance(by: .seconds(60))
        #expect(owner.ends.isEmpty)
        #expect(stage.loop.timerCount == 0)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a descriptor that the poller does not take fails the making of a channel")
    func notRegistered() throws {
        let stage = try TransportStage()
        let (descriptor, _) = try stage.stage.pair()
        stage.calls.inject(.fail(.tooManyOpenInProcess), into: .changePoller)
        #expect(throws: SystemError.self) {
            _ = try Channel(descriptor: descriptor, tls: nil, context: stage.context)
        }
        stage.calls.close(descriptor)
        stage.expectNothingLeft()
    }
}
