// Frames made once and sent many times: RFC 6455 §5.2 and §5.3. Before each send only the digits that name session and
// number are written into those frames that will leave, masked as the rest of the frame is.

import WebSocketFraming

/// A run of equal frames, shared by all sessions that send them.
///
/// Belongs to one thread. What `prepare` wrote holds until the next call of it.
@safe
package final class FrameBlock {
    /// Blocks are not made longer than this unless a single frame is.
    package static let targetBytes = 64 * 1024
    /// Fixed, because the load generator is no part of what §5.3 protects; no byte of it is zero.
    package static let maskingKey: UInt32 = 0xA7_3C_91_5E

    package let frameCount: Int
    package let frameLength: Int
    package let count: Int
    private let storage: UnsafeMutableRawPointer
    /// Where the name stands in each frame.
    private let nameOffset: Int
    /// What the eight bytes at `nameOffset`, and those behind them, are masked with.
    private let nameMask: UInt64

    /// - Parameter masked: true for frames of a client.
    package init(_ event: RealtimeEvent, frames: Int, masked: Bool) {
        let key = masked ? Self.maskingKey : nil
        let header = FrameHeader(opcode: .text, payloadLength: event.bytes.count, maskingKey: key)
        let frame = FrameSerializer.frame(header, payload: event.bytes.span)
        self.frameCount = max(frames, 1)
        self.frameLength = frame.count
        self.count = self.frameCount * frame.count
        self.nameOffset = header.encodedLength + event.nameOffset
        let turned = UInt64(Masking.rotate(key ?? 0, by: event.nameOffset))
        self.nameMask = (turned | turned << 32).littleEndian
        unsafe self.storage = .allocate(byteCount: self.count, alignment: 64)
        unsafe frame.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            for index in 0..<self.frameCount {
                unsafe (self.storage + index * source.count).copyMemory(from: base, byteCount: source.count)
            }
        }
    }

    deinit {
        unsafe self.storage.deallocate()
    }

    /// As many frames as a block of the usual length holds.
    package static func usualFrames(of event: RealtimeEvent) -> Int {
        let header = FrameHeader.encodedLength(payloadLength: event.bytes.count, masked: true)
        return max(self.targetBytes / (event.bytes.count + header), 1)
    }

    /// Names the frames from the one at byte `offset` on, the block's first being message `number` of the session.
    package func prepare(session: UInt32, number: UInt32, from offset: Int) {
        guard offset >= 0 else { return }
        let session = HexDigits.word(session) ^ self.nameMask
        var index = offset / self.frameLength
        while index < self.frameCount {
            let place = index &* self.frameLength &+ self.nameOffset
            let digits = HexDigits.word(number &+ UInt32(truncatingIfNeeded: index)) ^ self.nameMask
            unsafe self.storage.storeBytes(of: session, toByteOffset: place, as: UInt64.self)
            unsafe self.storage.storeBytes(of: digits, toByteOffset: place &+ HexDigits.count, as: UInt64.self)
            index &+= 1
        }
    }

    /// Lends the bytes from `offset` on.
    package func withBytes<R>(from offset: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
        let start = min(max(offset, 0), self.count)
        return unsafe body(UnsafeRawBufferPointer(start: self.storage + start, count: self.count - start))
    }
}

@available(*, unavailable)
extension FrameBlock: Sendable {}
