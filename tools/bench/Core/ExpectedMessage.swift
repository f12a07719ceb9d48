// What a message must look like when it arrives, byte by byte. One copy serves all sessions: the digits that differ are
// written before each comparison, which costs less than a checksum would and finds more.

import Glibc

/// An event to compare arriving messages with.
///
/// Belongs to one thread.
@safe
package final class ExpectedMessage {
    package let count: Int
    private let bytes: UnsafeMutableRawPointer
    private let nameOffset: Int

    package init(_ event: RealtimeEvent) {
        self.count = event.bytes.count
        self.nameOffset = event.nameOffset
        unsafe self.bytes = .allocate(byteCount: max(event.bytes.count, 1), alignment: 64)
        for (index, byte) in event.bytes.enumerated() {
            unsafe self.bytes.storeBytes(of: byte, toByteOffset: index, as: UInt8.self)
        }
    }

    deinit {
        unsafe self.bytes.deallocate()
    }

    /// Whether `piece` is what stands at `position` of message `number` of a session.
    package func matches(_ piece: Span<UInt8>, at position: Int, session: UInt32, number: UInt32) -> Bool {
        guard position >= 0, piece.count <= self.count - position else { return false }
        unsafe self.bytes.storeBytes(of: HexDigits.word(session), toByteOffset: self.nameOffset, as: UInt64.self)
        unsafe self.bytes.storeBytes(
            of: HexDigits.word(number),
            toByteOffset: self.nameOffset + HexDigits.count,
            as: UInt64.self
        )
        return unsafe piece.withUnsafeBytes { piece in
            guard let base = piece.baseAddress else { return true }
            return unsafe memcmp(base, self.bytes + position, piece.count) == 0
        }
    }
}

@available(*, unavailable)
extension ExpectedMessage: Sendable {}
