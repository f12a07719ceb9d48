// How far the incoming message is: RFC 6455 §5.4 (fragments), §8.1 (its text is UTF-8 as a whole, not frame by frame),
// §10.4 (limits). Only frames whose header was accepted are counted in.

/// The unfinished incoming message, if any.
package struct MessageProgress: Equatable, Sendable {
    /// A first frame has come, the final one not yet.
    package private(set) var isOpen = false
    package private(set) var kind: MessageKind = .binary
    package private(set) var isCompressed = false
    /// Payload bytes of all its frames so far, those still on their way included.
    // Both are bounded by limits of 32 bits, and every connection has them.
    private var storedByteCount: UInt32 = 0
    private var storedFrameCount: UInt32 = 0
    private var byteCount: Int {
        get { Int(self.storedByteCount) }
        set { self.storedByteCount = UInt32(clamping: newValue) }
    }
    private var frameCount: Int {
        get { Int(self.storedFrameCount) }
        set { self.storedFrameCount = UInt32(clamping: newValue) }
    }
    private var wasDelivered = false
    /// Needs no reset: a text message ends only where a character does.
    private var utf8 = UTF8Validator()

    package init() {}

    /// Payload bytes that the next frame may bring.
    package func remainingBytes(_ limits: WebSocketLimits) -> Int {
        // Never negative: each frame was accepted within the remainder it had.
        self.isOpen ? limits.messageBytes - self.byteCount : limits.messageBytes
    }

    /// Whether there may be one more frame.
    package func allowsFrame(_ limits: WebSocketLimits) -> Bool {
        (self.isOpen ? self.frameCount : 0) < limits.fragments
    }

    /// A first frame's kind, before any of its bytes are checked.
    ///
    /// Doing it again for the same frame does no harm as long as none of its bytes was consumed.
    package mutating func begin(_ header: FrameHeader) {
        switch header.opcode {
        case .text: self.kind = .text
        case .binary: self.kind = .binary
        case .continuation, .close, .ping, .pong: return
        }
        self.isCompressed = header.isCompressed
        self.byteCount = 0
        self.frameCount = 0
        self.wasDelivered = false
    }

    /// Counts a checked frame in.
    package mutating func accept(_ header: FrameHeader) {
        self.isOpen = true
        self.byteCount &+= header.payloadLength
        self.frameCount &+= 1
    }

    /// Checks the next bytes of the payload; false when they are no UTF-8 and had to be.
    package mutating func consume(_ bytes: Span<UInt8>) -> Bool {
        guard self.kind == .text, !self.isCompressed else { return true }
        return self.utf8.consume(bytes)
    }

    /// A run of payload is to be handed over.
    ///
    /// Nil when the message ends inside a character.
    package mutating func deliver(_ payload: Range<Int>, isLast: Bool) -> MessageChunk? {
        let isFirst = !self.wasDelivered
        self.wasDelivered = true
        if isLast {
            guard self.utf8.isComplete else { return nil }
            self.isOpen = false
        }
        return MessageChunk(
            kind: self.kind,
            isFirst: isFirst,
            isLast: isLast,
            payload: payload,
            compressed: self.isCompressed
        )
    }
}
