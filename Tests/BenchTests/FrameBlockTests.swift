// Blocks of frames hold the frames they claim: RFC 6455 §5.2, §5.3, read by both kinds of reader.

import BenchCore
import Testing
import WebSocketFraming

@Suite struct FrameBlockTests {
    private func bytes(_ block: FrameBlock, from offset: Int = 0) -> [UInt8] {
        unsafe block.withBytes(from: offset) { unsafe Array($0) }
    }

    /// Reads all messages with the framing layer of the product.
    private func messages(_ bytes: [UInt8], role: Role) -> [[UInt8]] {
        var connection = WebSocketConnection(role: role, limits: WebSocketLimits())
        var copy = bytes
        var span = copy.mutableSpan
        var cursor = 0
        var found: [[UInt8]] = []
        while case .message(let chunk) = connection.receive(&span, from: &cursor, to: span.count) {
            found.append(chunk.payload.map { span[$0] })
        }
        return found
    }

    @Test(arguments: [64, 67, 125, 126, 1024, 65_536], [true, false])
    func framesCarryTheirSessionAndNumber(_ size: Int, _ masked: Bool) throws {
        let event = try #require(RealtimeEvent(masked ? .audioAppend : .audioDelta, size: size))
        let block = FrameBlock(event, frames: 3, masked: masked)
        block.prepare(session: 0x12, number: 0xFFFF_FFFF, from: 0)
        let found = self.messages(self.bytes(block), role: masked ? .server : .client)
        let numbers = ["ffffffff", "00000000", "00000001"]
        #expect(found.count == 3)
        for (message, number) in zip(found, numbers) {
            var expected = event.bytes
            let name = Array("00000012\(number)".utf8)
            expected.replaceSubrange(event.nameOffset..<event.nameOffset + name.count, with: name)
            #expect(message == expected)
        }
    }

    @Test func preparingTheRestGivesTheSameBytesAsPreparingAll() throws {
        let event = try #require(RealtimeEvent(.audioAppend, size: 90))
        let block = FrameBlock(event, frames: 4, masked: true)
        block.prepare(session: 5, number: 100, from: 0)
        let whole = self.bytes(block)
        for offset in 0...block.count {
            block.prepare(session: 9, number: 7, from: 0)
            block.prepare(session: 5, number: 100, from: offset)
            #expect(self.bytes(block, from: offset) == Array(whole[offset...]))
        }
    }

    @Test func usualBlocksFillTheTargetButNeverNothing() throws {
        let small = try #require(RealtimeEvent(.audioDelta, size: 64))
        let large = try #require(RealtimeEvent(.audioDelta, size: 256 * 1024))
        #expect(FrameBlock.usualFrames(of: small) * (64 + 6) <= FrameBlock.targetBytes)
        #expect((FrameBlock.usualFrames(of: small) + 1) * (64 + 6) > FrameBlock.targetBytes)
        #expect(FrameBlock.usualFrames(of: large) == 1)
        #expect(FrameBlock(small, frames: 0, masked: false).frameCount == 1)
    }
}
