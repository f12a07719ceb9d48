// Output: straight to the kernel, spilled only when it refuses, gathered into one send where ranges are staged.

import EventLoop
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

@Suite("Channel+Writing", .ownThread)
struct ChannelWritingTests {
    // MARK: From memory

    @Test("writes go straight to the kernel and keep nothing")
    func straight() throws {
        let stage = try TransportStage()
        let (channel, _, peer) = try stage.channel()
        channel.write(Array("abc".utf8))
        channel.write([])
        #expect(!channel.isCongested)
        #expect(stage.calls.count(of: .send) == 1)
        #expect(stage.run { peer.text == "abc" })
        #expect(stage.loop.blocks.leasedCount == 0)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("what the kernel refuses is spilled, sent in order, and told once when it is gone")
    func spill() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        peer.isReading = false
        let bytes = noise(5_000_000)
        for start in stride(from: 0, to: bytes.count, by: 500_000) {
            channel.write(Array(bytes[start..<start + 500_000]))
        }
        #expect(channel.isCongested)
        #expect(channel.spilledBytes > 0)
        peer.isReading = true
        #expect(stage.run { owner.drains == 1 && peer.received.count == bytes.count })
        #expect(peer.received == bytes)
        #expect(!channel.isCongested)
        #expect(stage.loop.blocks.leasedCount == 0)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a short send spills the rest, and later writes stay behind it", arguments: [0, 1, 3])
    func short(most: Int) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        stage.calls.inject(most == 0 ? .wouldBlock : .short(most), into: .send)
        channel.write(Array("first ".utf8))
        #expect(channel.spilledBytes == 6 - most)
        channel.write(Array("second".utf8))
        #expect(channel.spilledBytes == 12 - most)
        #expect(stage.run { owner.drains == 1 })
        #expect(stage.run { peer.text == "first second" })
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a failing send is told at the end of the turn, once, never inside the write")
    func failing() throws {
        let stage = try TransportStage()
        let (channel, owner, _) = try stage.channel()
        stage.calls.inject(.fail(.brokenPipe), into: .send)
        channel.write(Array("abc".utf8))
        channel.write(Array("def".utf8))
        #expect(owner.ends.isEmpty)
        stage.settle()
        #expect(owner.ends == [.failed(.brokenPipe)])
        stage.expectNothingLeft()
    }

    @Test("after a send that failed nothing more goes out, so that the peer sees no hole")
    func noHole() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        channel.write(Array("abc".utf8))
        stage.calls.inject(.fail(.noBufferSpace), into: .send)
        channel.write(Array("lost".utf8))
        channel.write(Array("def".utf8))
        stage.settle()
        #expect(owner.ends == [.failed(.noBufferSpace)])
        #expect(peer.text == "abc")
        stage.expectNothingLeft()
    }

    @Test("a reset in the middle of a write ends the channel and frees its spill")
    func resetMidWrite() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        peer.isReading = false
        channel.write(noise(5_000_000))
        peer.reset()
        #expect(stage.run { !owner.ends.isEmpty })
        #expect(owner.ends.count == 1)
        channel.write([1])
        stage.expectNothingLeft()
    }

    // MARK: From the input block

    /// Delivers a read of `text` and stages the given pieces of it for `target`, or for the channel itself.
    private func stageRanges(
        _ ranges: [Range<Int>],
        of text: String,
        on stage: TransportStage,
        target: Channel? = nil
    ) throws -> ScriptedPeer {
        let (_, owner, peer) = try stage.channel()
        owner.onDelivery = { channel, bytes, range in
            let target = target ?? channel
            for piece in ranges {
                target.stage(range.lowerBound + piece.lowerBound..<range.lowerBound + piece.upperBound, in: &bytes)
            }
            target.flushStaged(in: &bytes)
        }
        peer.say(text)
        return peer
    }

    @Test("adjacent ranges leave in one send")
    func adjacent() throws {
        let stage = try TransportStage()
        let peer = try self.stageRanges([0..<2, 2..<5, 5..<6], of: "abcdef", on: stage)
        #expect(stage.run { peer.text == "abcdef" })
        #expect(stage.calls.count(of: .send) == 1)
        #expect(stage.calls.count(of: .sendGathered) == 0)
    }

    @Test("ranges with gaps leave in one gathered send")
    func gathered() throws {
        let stage = try TransportStage()
        let peer = try self.stageRanges([0..<2, 3..<4, 4..<4, 5..<6], of: "abcdef", on: stage)
        #expect(stage.run { peer.text == "abdf" })
        #expect(stage.calls.count(of: .send) == 0)
        #expect(stage.calls.count(of: .sendGathered) == 1)
    }

    @Test("more ranges than fit are flushed in order")
    func manyRanges() throws {
        let stage = try TransportStage()
        let text = String(repeating: "ab", count: 40)
        let peer = try self.stageRanges((0..<40).map { 2 * $0..<2 * $0 + 1 }, of: text, on: stage)
        #expect(stage.run { peer.text == String(repeating: "a", count: 40) })
        #expect(stage.calls.count(of: .sendGathered) == 3)
    }

    @Test("a gathered send that comes up short spills exactly the rest", arguments: 0...4)
    func shortGather(most: Int) throws {
        let stage = try TransportStage()
        stage.calls.inject(most == 0 ? .wouldBlock : .short(most), into: .sendGathered)
        let peer = try self.stageRanges([0..<3, 4..<7, 8..<11], of: "abc-def-ghi", on: stage)
        #expect(stage.run { peer.text == "abcdefghi" })
    }

    @Test("ranges of one channel are flushed when another's come")
    func twoTargets() throws {
        let stage = try TransportStage()
        let (first, _, firstPeer) = try stage.channel()
        let (second, _, secondPeer) = try stage.channel()
        let (_, owner, peer) = try stage.channel()
        owner.onDelivery = { _, bytes, range in
            for (offset, target) in [first, second, first, second].enumerated() {
                let start = range.lowerBound + 2 * offset
                target.stage(start..<start + 2, in: &bytes)
            }
            first.flushStaged(in: &bytes)
            second.flushStaged(in: &bytes)
        }
        peer.say("aabbccdd")
        #expect(stage.run { firstPeer.text == "aacc" && secondPeer.text == "bbdd" })
    }

    @Test("ranges staged for a channel that closes meanwhile are dropped")
    func stagedThenClosed() throws {
        let stage = try TransportStage()
        let (target, _, targetPeer) = try stage.channel()
        let (channel, owner, peer) = try stage.channel()
        owner.onDelivery = { channel, bytes, range in
            target.stage(range, in: &bytes)
            target.close()
            target.flushStaged(in: &bytes)
            channel.stage(range, in: &bytes)
            channel.flushStaged(in: &bytes)
        }
        peer.say("abc")
        #expect(stage.run { peer.text == "abc" && targetPeer.end == .closed })
        #expect(targetPeer.received.isEmpty)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("staged ranges go behind what is spilled already")
    func stagedBehindSpill() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.channel()
        owner.onDelivery = { channel, bytes, range in
            stage.calls.inject(.short(1), into: .send)
            channel.write(Array("first ".utf8))
            channel.stage(range.lowerBound..<range.lowerBound + 1, in: &bytes)
            channel.stage(range.lowerBound + 2..<range.lowerBound + 3, in: &bytes)
            channel.flushStaged(in: &bytes)
        }
        peer.say("abc")
        #expect(stage.run { peer.text == "first ac" })
        channel.close()
        stage.expectNothingLeft()
    }

    // MARK: TLS

    @Test("one write may be larger than the output of TLS, in both roles", arguments: [true, false])
    func secureMuch(isServer: Bool) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) =
            try isServer ? stage.secureServerChannel() : stage.secureClientChannel()
        #expect(stage.run { owner.securings == 1 })
        let bytes = noise(TLSLimits.outputBytes * 2 + 1_000_000)
        peer.isReading = false
        channel.write(bytes)
        #expect(channel.isCongested)
        peer.isReading = true
        #expect(stage.run { peer.received.count == bytes.count })
        #expect(peer.received == bytes)
        #expect(owner.ends.isEmpty)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("staged ranges are encrypted in order and leave in one send")
    func secureStaged() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.secureServerChannel()
        #expect(stage.run { owner.securings == 1 && peer.isSecured })
        stage.settle()
        let sends = stage.calls.count(of: .send)
        owner.onDelivery = { channel, bytes, range in
            channel.stage(range.lowerBound..<range.lowerBound + 2, in: &bytes)
            channel.stage(range.lowerBound + 3..<range.lowerBound + 5, in: &bytes)
            channel.flushStaged(in: &bytes)
        }
        peer.say("ab-de")
        #expect(stage.run { peer.text == "abde" })
        #expect(stage.calls.count(of: .send) == sends + 1)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("finish ends TLS with close_notify before FIN")
    func secureFinish() throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try stage.secureServerChannel()
        #expect(stage.run { owner.securings == 1 })
        peer.isReading = false
        channel.write(noise(3_000_000))
        channel.finish()
        peer.isReading = true
        #expect(stage.run { peer.end != nil })
        #expect(peer.end == .closed)
        #expect(peer.received == noise(3_000_000))
        peer.cut()
        #expect(stage.run { channel.isClosed })
        stage.expectNothingLeft()
    }

    // MARK: The n-th call fails

    @Test("whichever call fails, the owner hears of one end and nothing is left", arguments: [true, false])
    func everyFault(isSecure: Bool) throws {
        let kinds: [FaultyCalls.Call] = [.receive, .send, .sendGathered]
        let faults: [FaultyCalls.Fault] = [
            .fail(.connectionReset), .fail(.brokenPipe), .short(1), .wouldBlock, .endOfStream,
        ]
        for kind in kinds {
            for fault in faults {
                for nth in 1...8 {
                    try self.echo(isSecure, kind, fault, at: nth)
                }
            }
        }
    }

    private func echo(
        _ isSecure: Bool,
        _ kind: FaultyCalls.Call,
        _ fault: FaultyCalls.Fault,
        at nth: Int
    ) throws {
        let stage = try TransportStage()
        let (channel, owner, peer) = try isSecure ? stage.secureServerChannel() : stage.channel()
        stage.calls.inject(fault, into: kind, at: nth)
        owner.onDelivery = { channel, bytes, range in
            channel.stage(range, in: &bytes)
            channel.flushStaged(in: &bytes)
        }
        let bytes = noise(100_000)
        peer.say(bytes)
        #expect(stage.run { !owner.ends.isEmpty || peer.received.count == bytes.count })
        #expect(owner.ends.count <= 1)
        // What came back is a beginning of what was said, whatever went wrong.
        #expect(peer.received.elementsEqual(bytes.prefix(peer.received.count)), "\(kind) \(fault) \(nth)")
        channel.close()
        stage.expectNothingLeft()
    }
}
