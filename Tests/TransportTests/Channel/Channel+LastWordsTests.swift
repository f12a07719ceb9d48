// What a peer said before it was gone is delivered before a failed write is told.

import EventLoop
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

@Suite("Channel+LastWords", .ownThread)
struct ChannelLastWordsTests {
    private static let gone: [SystemError] = [.brokenPipe, .connectionReset]

    @Test("a write that finds the peer gone is told behind what the peer had said", arguments: gone)
    func plain(error: SystemError) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        peer.say("last words")
        stage.calls.inject(.fail(error), into: .send)
        channel.write(Array("abc".utf8))
        #expect(owner.ends.isEmpty)
        stage.settle()
        #expect(owner.taken == Array("last words".utf8))
        #expect(owner.ends == [.failed(error)])
        stage.expectNothingLeft()
    }

    @Test("TLS: what came encrypted is delivered as well", arguments: [true, false])
    func secure(isServer: Bool) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try isServer ? stage.secureServerChannel() : stage.secureClientChannel()
        #expect(stage.run { owner.securings == 1 && peer.isSecured })
        peer.say("last words")
        stage.calls.inject(.fail(.brokenPipe), into: .send)
        channel.write(Array("abc".utf8))
        stage.settle()
        #expect(owner.taken == Array("last words".utf8))
        #expect(owner.ends == [.failed(.brokenPipe)])
        stage.expectNothingLeft()
    }

    @Test("a peer that answers early and resets is heard, its bytes before its end")
    func resetMidWrite() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        peer.isReading = false
        channel.write(noise(5_000_000))
        stage.settle()
        #expect(channel.isCongested)
        let words = noise(100_000, seed: 2)
        peer.say(words)
        // Unread input makes the kernel reset the connection, behind what was said.
        peer.cut()
        #expect(stage.run { !owner.ends.isEmpty })
        let isWhole = owner.taken == words
        #expect(isWhole)
        #expect(owner.ends.count == 1)
        #expect(owner.ends != [.clean])
        stage.expectNothingLeft()
    }

    @Test("an owner that takes pieces gets all of them", arguments: [1, 3, 10])
    func pieces(size: Int) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.appetite = { min($0, size) }
        owner.onDelivery = { channel, _, _ in channel.resumeReading() }
        peer.say("last words")
        stage.calls.inject(.fail(.connectionReset), into: .send)
        channel.write([1])
        stage.settle()
        #expect(owner.taken == Array("last words".utf8))
        #expect(owner.ends == [.failed(.connectionReset)])
        stage.expectNothingLeft()
    }

    @Test("an owner that has paused is told at once")
    func paused() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel(reading: false)
        peer.say("last words")
        stage.calls.inject(.fail(.connectionReset), into: .send)
        channel.write([1])
        stage.loop.runOnce(timeout: .zero)
        #expect(owner.ends == [.failed(.connectionReset)])
        #expect(owner.taken.isEmpty)
        stage.expectNothingLeft()
    }

    @Test("who goes on for ever is heard no longer than lingerBytes")
    func bounded() throws {
        let stage = try TransportStage { $0.lingerBytes = 100_000 }
        let (channel, owner, peer) = try stage.channel()
        peer.say(noise(4_000_000))
        stage.calls.inject(.fail(.connectionReset), into: .send)
        channel.write([1])
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends == [.failed(.connectionReset)])
        #expect(owner.taken.count <= 100_000)
        peer.cut()
        stage.expectNothingLeft()
    }

    @Test("an owner that closes on the last words hears no more")
    func closes() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.onDelivery = { channel, _, _ in channel.close() }
        peer.say("last words")
        stage.calls.inject(.fail(.connectionReset), into: .send)
        channel.write([1])
        stage.settle()
        #expect(owner.taken == Array("last words".utf8))
        #expect(owner.ends.isEmpty)
        stage.expectNothingLeft()
    }
}
