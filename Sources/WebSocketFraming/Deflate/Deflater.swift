// zlib's deflate as RFC 7692 §7.2.1 uses it: raw, in steps, flushed at the end of each message.

internal import CZlib

/// One deflating stream; bound to its loop, hence not Sendable.
@safe package final class Deflater {
    /// The window as it was agreed, which is not always the one zlib uses.
    package let windowBits: Int
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil when zlib has no memory.
    package init?(windowBits: Int, level: Int, memoryLevel: Int) {
        self.windowBits = windowBits
        unsafe self.stream = .allocate(capacity: 1)
        unsafe self.stream.initialize(to: z_stream())
        // zlib refuses raw windows of 8 bits. One of 9 serves: its matches reach back at most 2^9 - 262 = 250 bytes
        // (MAX_DIST in deflate.h), which a window of 256 holds.
        let zlibBits = max(windowBits, 9)
        guard
            unsafe lw_deflate_init(
                self.stream,
                CInt(truncatingIfNeeded: level),
                CInt(truncatingIfNeeded: zlibBits),
                CInt(truncatingIfNeeded: memoryLevel)
            ) == Z_OK
        else { return nil }
    }

    deinit {
        // Harmless on a stream whose init failed: it has no state.
        unsafe deflateEnd(self.stream)
        unsafe self.stream.deallocate()
    }

    package struct Step: Equatable, Sendable {
        package var consumed: Int
        package var produced: Int
    }

    /// Forgets everything.
    package func reset() {
        unsafe deflateReset(self.stream)
    }

    /// Deflates from `input` into `room` of the output until the input is taken in (and, with `flushes`, has come out)
    /// or the room is full.
    ///
    /// Room for more than six bytes is needed, or zlib repeats its flush marker.
    package func step(
        _ input: Span<UInt8>,
        into output: inout MutableSpan<UInt8>,
        room: Range<Int>,
        flushes: Bool
    ) -> Step {
        precondition(room.lowerBound >= 0 && room.upperBound <= output.count)
        let result = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe lw_deflate(
                    self.stream,
                    source.baseAddress,
                    source.count,
                    target.baseAddress.map { unsafe $0 + room.lowerBound },
                    room.count,
                    flushes ? 1 : 0
                )
            }
        }
        return Step(consumed: Int(clamping: result.consumed), produced: Int(clamping: result.produced))
    }
}
