// zlib's inflate as RFC 7692 §7.2.2 uses it: raw, in steps, into a buffer of the caller's.
//
// All of zlib that this module calls is in this file and in `Deflater.swift`. A stream lives at an address of its own,
// because zlib keeps a pointer back to it.

internal import CZlib

/// One inflating stream; bound to its loop, hence not Sendable.
@safe package final class Inflater {
    package let windowBits: Int
    private let stream: UnsafeMutablePointer<z_stream>

    /// Nil when zlib has no memory.
    package init?(windowBits: Int) {
        self.windowBits = windowBits
        unsafe self.stream = .allocate(capacity: 1)
        unsafe self.stream.initialize(to: z_stream())
        guard unsafe lw_inflate_init(self.stream, CInt(truncatingIfNeeded: windowBits)) == Z_OK else { return nil }
    }

    deinit {
        // Harmless on a stream whose init failed: it has no state.
        unsafe inflateEnd(self.stream)
        unsafe self.stream.deallocate()
    }

    package enum Outcome: Equatable, Sendable {
        /// Went as far as input and room allowed.
        case advanced
        /// A block marked as the last one ended; the stream is ready for another with the same window (§7.2.3.4).
        case ended
        case corrupt
    }

    package struct Step: Equatable, Sendable {
        package var consumed: Int
        package var produced: Int
        package var outcome: Outcome
    }

    /// Forgets everything.
    package func reset() {
        unsafe inflateReset(self.stream)
    }

    /// What was taken in so far ended where a block ends.
    package var isAtBlockEnd: Bool { unsafe lw_inflate_at_block_end(self.stream) != 0 }

    /// Inflates from `input` into `room` of the output until either is used up.
    package func step(_ input: Span<UInt8>, into output: inout MutableSpan<UInt8>, room: Range<Int>) -> Step {
        precondition(room.lowerBound >= 0 && room.upperBound <= output.count)
        let result = unsafe input.withUnsafeBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { target in
                unsafe lw_inflate(
                    self.stream,
                    source.baseAddress,
                    source.count,
                    target.baseAddress.map { unsafe $0 + room.lowerBound },
                    room.count
                )
            }
        }
        return Step(
            consumed: Int(clamping: result.consumed),
            produced: Int(clamping: result.produced),
            outcome: self.outcome(of: result.code)
        )
    }

    private func outcome(of code: CInt) -> Outcome {
        switch code {
        case Z_OK, Z_BUF_ERROR: .advanced
        case Z_STREAM_END: unsafe lw_inflate_restart(self.stream) == Z_OK ? .ended : .corrupt
        default: .corrupt
        }
    }
}
