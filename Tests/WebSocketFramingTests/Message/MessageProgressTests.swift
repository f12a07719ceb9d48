// RFC 6455 §5.4, §10.4: what is counted over the frames of one message.

import Testing
import WebSocketFraming

struct MessageProgressTests {
    static let limits = WebSocketLimits(messageBytes: 10, fragments: 2)

    static func header(_ opcode: Opcode, _ length: Int, final: Bool = false) -> FrameHeader {
        FrameHeader(isFinal: final, opcode: opcode, payloadLength: length)
    }

    @Test func countsBytesAndFramesOfTheOpenMessage() {
        var progress = MessageProgress()
        #expect(progress.remainingBytes(Self.limits) == 10)
        progress.begin(Self.header(.text, 4))
        progress.accept(Self.header(.text, 4))
        #expect(progress.isOpen)
        #expect(progress.remainingBytes(Self.limits) == 6)
        #expect(progress.allowsFrame(Self.limits))
        progress.begin(Self.header(.continuation, 6))
        progress.accept(Self.header(.continuation, 6))
        #expect(progress.remainingBytes(Self.limits) == 0)
        #expect(!progress.allowsFrame(Self.limits))
    }

    @Test func startsAnewAfterTheLastChunk() {
        var progress = MessageProgress()
        progress.begin(Self.header(.text, 10))
        progress.accept(Self.header(.text, 10))
        #expect(progress.deliver(0..<4, isLast: false)?.isFirst == true)
        #expect(progress.deliver(4..<10, isLast: true)?.isFirst == false)
        #expect(!progress.isOpen)
        #expect(progress.remainingBytes(Self.limits) == 10)
        #expect(progress.allowsFrame(Self.limits))
        progress.begin(Self.header(.binary, 0))
        let next = progress.deliver(0..<0, isLast: false)
        #expect(next == MessageChunk(kind: .binary, isFirst: true, isLast: false, payload: 0..<0))
    }

    /// §8.1: only text is UTF-8, and only as a whole.
    @Test func textEndsWithACharacter() {
        let half: [UInt8] = [0xC3]
        var text = MessageProgress()
        text.begin(Self.header(.text, 1))
        #expect(text.consume(half.span) == true)
        #expect(text.deliver(0..<1, isLast: false) != nil)
        #expect(text.deliver(1..<1, isLast: true) == nil)

        var binary = MessageProgress()
        binary.begin(Self.header(.binary, 1))
        #expect(binary.consume(half.span) == true)
        #expect(binary.deliver(0..<1, isLast: true) != nil)
    }

    /// RFC 7692 §6: compressed text is checked after inflation, elsewhere.
    @Test func compressedTextIsNotChecked() {
        let bad: [UInt8] = [0xFF]
        var progress = MessageProgress()
        var header = Self.header(.text, 1)
        header.isCompressed = true
        progress.begin(header)
        #expect(progress.consume(bad.span) == true)
        #expect(progress.deliver(0..<1, isLast: true)?.compressed == true)
    }
}
