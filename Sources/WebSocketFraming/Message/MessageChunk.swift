// What a connection hands over of a message: RFC 6455 §5.4 makes frame boundaries meaningless, so a chunk may be a
// whole message, one frame of it, or a part of a frame.

/// A run of one message's bytes, lying in the buffer that was offered.
package struct MessageChunk: Equatable, Sendable {
    package var kind: MessageKind
    /// No chunk of this message came before.
    package var isFirst: Bool
    /// No chunk of this message will follow.
    package var isLast: Bool
    /// Where the bytes stand: unmasked, but for `maskingKey`, and, in text that is not compressed, checked to be UTF-8 so far
    /// (a character may be cut in two by the end of a chunk that is not the last).
    package var payload: Range<Int>
    /// The key that the bytes are still masked with (RFC 6455 §5.3), its first byte for the first of them; 0, which changes
    /// nothing, unless the connection `leavesMasks`.
    package var maskingKey: UInt32 = 0
    /// The message is compressed (RFC 7692 §6, RSV1 of its first frame); the same for all its chunks.
    package var compressed: Bool

    package init(kind: MessageKind, isFirst: Bool, isLast: Bool, payload: Range<Int>, compressed: Bool = false) {
        self.kind = kind
        self.isFirst = isFirst
        self.isLast = isLast
        self.payload = payload
        self.compressed = compressed
    }

    /// Takes off the mask that was left on.
    package mutating func unmask(in bytes: inout MutableSpan<UInt8>) {
        Masking.apply(self.maskingKey, to: &bytes, in: self.payload)
        self.maskingKey = 0
    }
}

/// What `WebSocketConnection.receive` found.
package enum Received: Equatable, Sendable {
    /// Nothing more can be said. The bytes from the cursor on, if any, are to be offered again *unchanged* (they may be
    /// moved) with more behind them.
    case needsMore
    /// A run of message bytes; the cursor stands behind it.
    case message(MessageChunk)
    case ping(Range<Int>)
    case pong(Range<Int>)
    /// The peer's first Close, checked; nil when it carried no code.
    case close(code: CloseCode?, reason: Range<Int>)
    /// The connection failed: send a Close with the violation's code, then end TCP.
    case violation(WebSocketViolation)
    /// A Close or a violation came before; whatever still arrives is discarded.
    case finished
}
