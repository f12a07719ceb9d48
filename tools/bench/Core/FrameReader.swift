// Frames as they arrive: RFC 6455 §5.2, read apart from the framing layer under test, because the two ends of a
// measurement must not share its mistakes. Nothing is buffered but an unfinished header: payload is handed over as it
// comes, so a message may arrive in any number of frames and pieces.

import WebSocketFraming

/// The receiving half of one end.
package struct FrameReader {
    package enum Piece: Equatable, Sendable {
        /// All bytes are used up.
        case needsMore
        /// Payload of a message, unmasked, at this place of the bytes.
        case data(Range<Int>, endsMessage: Bool)
        /// Payload of a ping, pong or close.
        case control(UInt8, Range<Int>, endsFrame: Bool)
        case violation(String)
    }

    private let expectsMask: Bool
    private var header = InlineArray<14, UInt8>(repeating: 0)
    private var headerCount = 0
    private var isInFrame = false
    private var isMidMessage = false
    private var opcode: UInt8 = 0
    private var isFinal = false
    private var remaining = 0
    private var maskingKey: UInt32 = 0

    /// - Parameter expectsMask: true for the end that clients reach.
    package init(expectsMask: Bool) {
        self.expectsMask = expectsMask
    }

    /// Reads on from `cursor` to `end`; call again until it answers `needsMore`.
    package mutating func next(_ bytes: inout MutableSpan<UInt8>, from cursor: inout Int, to end: Int) -> Piece {
        if !self.isInFrame {
            guard self.readHeader(bytes.span, &cursor, end) else { return .needsMore }
            if let fault = self.beginFrame() { return .violation(fault) }
        }
        guard cursor < end || self.remaining == 0 else { return .needsMore }
        let payload = cursor..<(cursor + min(self.remaining, end - cursor))
        if self.expectsMask {
            Masking.apply(self.maskingKey, to: &bytes, in: payload)
            self.maskingKey = Masking.rotate(self.maskingKey, by: payload.count)
        }
        cursor = payload.upperBound
        self.remaining -= payload.count
        self.isInFrame = self.remaining > 0
        if self.opcode & 0x8 != 0 {
            return .control(self.opcode, payload, endsFrame: !self.isInFrame)
        }
        let endsMessage = self.isFinal && !self.isInFrame
        if endsMessage { self.isMidMessage = false }
        return .data(payload, endsMessage: endsMessage)
    }

    /// Takes header bytes until it is whole.
    private mutating func readHeader(_ bytes: Span<UInt8>, _ cursor: inout Int, _ end: Int) -> Bool {
        while self.headerCount < self.headerLength {
            guard cursor < end else { return false }
            self.header[self.headerCount] = bytes[cursor]
            self.headerCount += 1
            cursor += 1
        }
        return true
    }

    /// As far as the bytes that are there tell.
    private var headerLength: Int {
        guard self.headerCount >= 2 else { return 2 }
        let key = self.header[1] & 0x80 == 0 ? 0 : 4
        switch self.header[1] & 0x7F {
        case 126: return 4 + key
        case 127: return 10 + key
        default: return 2 + key
        }
    }

    /// Takes a whole header over; says what is wrong with it.
    private mutating func beginFrame() -> String? {
        let (first, second) = (self.header[0], self.header[1])
        let length = self.headerLength
        self.headerCount = 0
        guard first & 0x70 == 0 else { return "reserved bits are set" }
        guard (second & 0x80 != 0) == self.expectsMask else {
            return self.expectsMask ? "a frame from a client is not masked" : "a frame from a server is masked"
        }
        self.opcode = first & 0x0F
        self.isFinal = first & 0x80 != 0
        switch self.opcode {
        case 0:
            guard self.isMidMessage else { return "a continuation without a message" }
        case 1:
            guard !self.isMidMessage else { return "a message inside a message" }
            self.isMidMessage = true
        case 8, 9, 10:
            guard self.isFinal, second & 0x7F <= 125 else { return "a control frame is fragmented or too long" }
        default:
            return "opcode \(self.opcode), though only text was sent"
        }
        let keyLength = self.expectsMask ? 4 : 0
        var size: UInt64 = UInt64(second & 0x7F)
        if length - keyLength > 2 {
            size = 0
            for index in 2..<(length - keyLength) { size = size << 8 | UInt64(self.header[index]) }
        }
        guard let size = Int(exactly: size) else { return "a frame of \(size) bytes" }
        self.remaining = size
        self.maskingKey = 0
        for index in 0..<keyLength {
            self.maskingKey |= UInt32(self.header[length - 4 + index]) << UInt32(8 * index)
        }
        self.isInFrame = true
        return nil
    }
}
