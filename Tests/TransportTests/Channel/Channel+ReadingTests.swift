// Input: joined with what was left over, at every split; TLS with its ends (`robustness.md` F6, F9-F11).

import EventLoop
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

@Suite("Channel+Reading", .ownThread)
struct ChannelReadingTests {

    @Test("an owner that takes only whole pieces gets all of them, whatever the split", arguments: 1...9)
    func everySplit(split: Int) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.appetite = { $0 / 4 * 4 }
        let message = Array("abcdefghijkl".utf8)
        for start in stride(from: 0, to: message.count, by: split) {
            peer.say(Array(message[start..<min(start + split, message.count)]))
            stage.settle()
        }
        #expect(owner.taken == message)
        #expect(channel.carriedBytes == 0)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("what is left over is offered unchanged with more behind it")
    func leftOver() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.appetite = { $0 >= 10 ? $0 : 0 }
        for text in ["abc", "def", "ghi", "j"] {
            peer.say(text)
            stage.settle()
        }
        #expect(owner.offers == [3, 6, 9, 10])
        #expect(String(decoding: owner.taken, as: UTF8.self) == "abcdefghij")
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("one wake-up reads at most readBytes")
    func readLimit() throws {
        let stage = try TransportStage { $0.readBytes = 1000 }
        let (channel, owner, peer) = try stage.channel()
        let bytes = noise(5_500)
        peer.say(bytes)
        #expect(stage.run { owner.taken.count == bytes.count })
        #expect(owner.offers == [1000, 1000, 1000, 1000, 1000, 500])
        #expect(owner.taken == bytes)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a read that was filled is followed by one as large as the owner has room for, within a bound")
    func largerReads() throws {
        let stage = try TransportStage { $0.readBytes = 1000 }
        let (channel, owner, peer) = try stage.channel()
        owner.room = 2500
        let bytes = noise(5_500)
        peer.say(bytes)
        #expect(stage.run { owner.taken.count == bytes.count })
        #expect(owner.offers == [1000, 2500, 2000])
        owner.room = .max
        let most = owner.offers.count
        let many = noise(2_000_000)
        peer.say(many)
        #expect(stage.run { owner.taken.count == bytes.count + many.count })
        #expect(owner.taken == bytes + many)
        #expect(owner.offers.dropFirst(most).allSatisfy { $0 < 192 * 1024 })
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("what is left of a long input is read without the poller's help, the end behind it too")
    func leftUnread() throws {
        let stage = try TransportStage { $0.readBytes = 1000 }
        let (_, owner, peer) = try stage.channel()
        let bytes = noise(100_000)
        peer.say(bytes)
        peer.finish()
        #expect(stage.run { owner.ends == [.clean] })
        #expect(owner.taken == bytes)
        stage.expectNothingLeft()
    }

    @Test("a read that fills the block is known to have left something")
    func fullBlock() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        let most = channel.carryLimit
        owner.appetite = { _ in 0 }
        let bytes = noise(most + 100)
        peer.say(Array(bytes[..<(most - 10)]))
        #expect(stage.run { channel.carriedBytes == most - 10 })
        stage.settle()
        owner.appetite = { $0 }
        peer.say(Array(bytes[(most - 10)...]))
        #expect(stage.run { owner.taken.count == bytes.count })
        #expect(owner.taken == bytes)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a channel says how much it is sure to send, nothing while it is congested")
    func sendRoom() throws {
        let stage = try TransportStage()
        let (channel, _, peer) = try stage.channel()
        let room = channel.sendRoom
        #expect(room > 0)
        channel.write(noise(room))
        #expect(!channel.isCongested)
        stage.calls.inject(.wouldBlock, into: .send)
        channel.write([1])
        #expect(channel.sendRoom == 0)
        #expect(stage.run { peer.received.count == room + 1 })
        stage.calls.inject(.fail(.outOfMemory), into: .sendRoom)
        #expect(channel.sendRoom == 0)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("the headroom in front of a delivery is the owner's")
    func headroom() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        var start = 0
        owner.onDelivery = { _, bytes, range in
            start = range.lowerBound
            for index in 0..<range.lowerBound { bytes[index] = 0xFF }
        }
        peer.say("abc")
        #expect(stage.run { owner.taken.count == 3 })
        #expect(start == ScratchBlock.headroom)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("an interrupted or empty read changes nothing", arguments: [FaultyCalls.Fault.interrupted, .wouldBlock])
    func retried(fault: FaultyCalls.Fault) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.appetite = { $0 == 6 ? 6 : 0 }
        peer.say("abc")
        stage.settle()
        stage.calls.inject(fault, into: .receive, times: 3)
        peer.say("def")
        #expect(stage.run { owner.taken.count == 6 })
        #expect(owner.ends.isEmpty)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("the end of the stream drops what no owner took and tells it")
    func endWithLeftOver() throws {
        let stage = try TransportStage()
        let (_, owner, peer) = try stage.channel()
        owner.appetite = { _ in 0 }
        peer.say("half a mess")
        peer.finish()
        #expect(stage.run { owner.ends == [.clean] })
        stage.expectNothingLeft()
    }

    // MARK: TLS

    @Test("a TLS handshake is told once, before any bytes, in both roles", arguments: [true, false])
    func secured(isServer: Bool) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) =
            try isServer ? stage.secureServerChannel() : stage.secureClientChannel()
        #expect(channel.isSecure)
        peer.say("hello")
        #expect(stage.run { owner.taken.count == 5 })
        #expect(owner.securings == 1)
        #expect(owner.takenWhenSecured == 0)
        channel.write(Array("hello yourself".utf8))
        #expect(stage.run { peer.text == "hello yourself" })
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a TLS stream arrives whole, its records cut anywhere", arguments: [1, 7, 333])
    func secureSplits(most: Int) throws {
        let stage = try TransportStage()
        stage.calls.inject(.short(most), into: .receive, times: .max)
        let (channel, owner, peer) = try stage.secureServerChannel()
        owner.appetite = { $0 / 100 * 100 }
        let bytes = noise(3_000)
        peer.say(bytes)
        for _ in 0..<20_000 where owner.taken.count < bytes.count {
            stage.stage.step()
            stage.stage.harness.turn()
        }
        #expect(owner.taken == bytes)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("more plaintext than fits the block is delivered in several turns, in order")
    func secureMuch() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.secureServerChannel()
        let bytes = noise(1_000_000)
        peer.say(bytes)
        #expect(stage.run { owner.taken.count == bytes.count })
        #expect(owner.taken == bytes)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("F9: FIN without close_notify is told as truncated, with it as clean", arguments: [true, false])
    func truncation(notice: Bool) throws {
        let stage = try TransportStage()
        let (_, owner, peer) = try stage.secureClientChannel()
        peer.say("abc")
        #expect(stage.run { owner.taken.count == 3 })
        if notice { peer.finish() } else { peer.finishWithoutNotice() }
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends == [notice ? .clean : .truncated])
        stage.expectNothingLeft()
    }

    @Test("F10: last data, close_notify and FIN in one segment lose nothing")
    func lastDataWithNotice() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.secureClientChannel()
        #expect(stage.run { owner.securings == 1 && peer.isSecured })
        channel.pauseReading()
        peer.say(noise(50_000))
        peer.finish()
        stage.settle()
        channel.resumeReading()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.taken == noise(50_000))
        #expect(owner.ends == [.clean])
        stage.expectNothingLeft()
    }

    @Test("F10: what the owner left for later is offered before a close_notify of the same read is told")
    func leftOverBeforeNotice() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.secureClientChannel()
        #expect(stage.run { owner.securings == 1 && peer.isSecured })
        owner.appetite = { _ in 2 }
        owner.onDelivery = { channel, _, _ in
            // As a handshake does that hands the channel to its next owner.
            channel.pauseReading()
            channel.resumeReading()
        }
        peer.say("abcdef")
        peer.finish()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(String(decoding: owner.taken, as: UTF8.self) == "abcdef")
        #expect(owner.ends == [.clean])
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("an end in the middle of the handshake is truncated")
    func endInHandshake() throws {
        let stage = try TransportStage()
        let (_, owner, peer) = try stage.secureServerChannel()
        peer.finishWithoutNotice()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends == [.truncated])
        #expect(owner.securings == 0)
        stage.expectNothingLeft()
    }

    @Test("F6: plaintext where TLS is due is refused and never delivered", arguments: [true, false])
    func plaintext(isServer: Bool) throws {
        let stage = try TransportStage()
        let (_, owner, peer) =
            try isServer ? stage.secureServerChannel() : stage.secureClientChannel()
        // A TLS peer would have said its hello first, so a fresh plain one takes its place.
        _ = peer
        let (descriptor, plain) = try stage.stage.pair()
        let session =
            try isServer
            ? TLSSession(server: Trust.shared().server, output: stage.context.tlsOutput)
            : TLSSession(
                client: Trust.shared().client(),
                serverName: "localhost",
                port: 443,
                output: stage.context.tlsOutput
            )
        let channel = try Channel(descriptor: descriptor, tls: session, context: stage.context)
        let other = RecordingOwner()
        channel.owner = other
        channel.resumeReading()
        plain.say("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        #expect(stage.run { !other.ends.isEmpty })
        #expect(other.ends == [.tls(.notTLS)])
        #expect(other.taken.isEmpty)
        #expect(owner.ends.isEmpty)
    }

    @Test("an alert tells a client whose handshake fails why")
    func alert() throws {
        let stranger = try CertificateAuthority(commonName: "Somebody Else")
        let stage = try TransportStage()
        let (descriptor, peer) = try stage.stage.pair(tls: Trust.shared().server)
        let session = try TLSSession(
            client: TLSContext(client: TLSClientConfiguration(trust: .file(stranger.certificateFile))),
            serverName: "localhost",
            port: 443,
            output: stage.context.tlsOutput
        )
        let channel = try Channel(descriptor: descriptor, tls: session, context: stage.context)
        let owner = RecordingOwner()
        channel.owner = owner
        try channel.startTLS()
        channel.resumeReading()
        #expect(stage.run { !owner.ends.isEmpty && peer.end != nil })
        guard case .tls(.certificateUntrusted)? = owner.ends.first else {
            Issue.record("ended by \(owner.ends)")
            return
        }
        guard case .tls(.peerAlert)? = peer.end else {
            Issue.record("the peer was told \(String(describing: peer.end))")
            return
        }
        stage.expectNothingLeft()
    }
}
