// What a chunk is unless told otherwise.

import Testing
import WebSocketFraming

struct MessageChunkTests {
    /// RFC 7692 §6: compression is the exception, message by message.
    @Test func isPlainUnlessToldOtherwise() {
        let chunk = MessageChunk(kind: .text, isFirst: true, isLast: false, payload: 3..<5)
        #expect(!chunk.compressed)
        #expect(chunk != MessageChunk(kind: .text, isFirst: true, isLast: false, payload: 3..<5, compressed: true))
        #expect(Received.message(chunk) != .needsMore)
    }

    /// RFC 6455 §5.3: the mask comes off the payload and nothing else, and once.
    @Test func takesOffTheMaskThatWasLeftOn() {
        var chunk = MessageChunk(kind: .text, isFirst: true, isLast: true, payload: 1..<6)
        #expect(chunk.maskingKey == 0)
        chunk.maskingKey = sampleKeyWord
        var buffer: [UInt8] = [0xEE, 0x7F, 0x9F, 0x4D, 0x51, 0x58, 0xEE]
        var bytes = buffer.mutableSpan
        for _ in 0..<2 {
            chunk.unmask(in: &bytes)
            #expect(chunk.maskingKey == 0)
        }
        #expect(buffer == [0xEE] + Array("Hello".utf8) + [0xEE])
    }
}
