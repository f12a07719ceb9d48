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
}
