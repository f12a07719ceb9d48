// Masking and unmasking, which are the same operation: RFC 6455 §5.3.
//
// A key is held as a UInt32 whose least significant byte is the one that comes first on the wire. A frame that arrives
// in pieces is unmasked in pieces: `rotate` turns the key so that its first byte is the one due next.

/// The exclusive-or of a payload with its key.
///
/// The key 0 changes nothing, and a key over another one is the exclusive-or of both.
package enum Masking {
    /// The key for the bytes behind the first `count` ones.
    package static func rotate(_ key: UInt32, by count: Int) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: count & 3) * 8
        return key &>> bits | key &<< (32 &- bits)
    }

    /// Applies a key, starting with its first byte, to `range` of the bytes.
    @inline(__always)
    package static func apply(_ key: UInt32, to bytes: inout MutableSpan<UInt8>, in range: Range<Int>) {
        if key != 0 { Self.change(&bytes, in: range, by: key) }
    }

    @inline(never)
    private static func change(_ bytes: inout MutableSpan<UInt8>, in range: Range<Int>, by key: UInt32) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        unsafe bytes.withUnsafeMutableBytes { buffer in
            guard var next = unsafe buffer.baseAddress.map({ unsafe $0 + range.lowerBound }) else { return }
            var left = range.count
            let word = Self.word(of: key)

            // Eight words at a time; the loads and stores need no alignment.
            let vector = SIMD8<UInt64>(repeating: word)
            while left >= 64 {
                let masked = unsafe next.loadUnaligned(as: SIMD8<UInt64>.self) ^ vector
                unsafe next.storeBytes(of: masked, as: SIMD8<UInt64>.self)
                unsafe next += 64
                left &-= 64
            }
            while left >= 8 {
                let masked = unsafe next.loadUnaligned(as: UInt64.self) ^ word
                unsafe next.storeBytes(of: masked, as: UInt64.self)
                unsafe next += 8
                left &-= 8
            }
            var rest = key
            while left > 0 {
                let masked = unsafe next.load(as: UInt8.self) ^ UInt8(truncatingIfNeeded: rest)
                unsafe next.storeBytes(of: masked, as: UInt8.self)
                unsafe next += 1
                left &-= 1
                rest = Self.rotate(rest, by: 1)
            }
        }
    }

    /// Whether what stands in `range` under a key, whose first byte is the one for the first of them, is ASCII.
    @inline(__always)
    package static func isASCII(_ bytes: Span<UInt8>, in range: Range<Int>, under key: UInt32) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        return unsafe bytes.withUnsafeBytes { buffer in
            guard var next = unsafe buffer.baseAddress.map({ unsafe $0 + range.lowerBound }) else { return true }
            var left = range.count
            let word = Self.word(of: key)

            let vector = SIMD8<UInt64>(repeating: word)
            var seenVector = SIMD8<UInt64>(repeating: 0)
            while left >= 64 {
                seenVector |= unsafe next.loadUnaligned(as: SIMD8<UInt64>.self) ^ vector
                unsafe next += 64
                left &-= 64
            }
            var seen = seenVector.union
            while left >= 8 {
                seen |= unsafe next.loadUnaligned(as: UInt64.self) ^ word
                unsafe next += 8
                left &-= 8
            }
            var rest = key
            while left > 0 {
                seen |= UInt64(unsafe next.load(as: UInt8.self) ^ UInt8(truncatingIfNeeded: rest))
                unsafe next += 1
                left &-= 1
                rest = Self.rotate(rest, by: 1)
            }
            return seen & 0x8080_8080_8080_8080 == 0
        }
    }

    /// The key twice, as it lies over eight bytes in memory.
    @inline(__always)
    private static func word(of key: UInt32) -> UInt64 {
        (UInt64(key) | UInt64(key) << 32).littleEndian
    }
}

extension SIMD8<UInt64> {
    /// The bits that any of the words has.
    @inline(__always)
    var union: UInt64 {
        let four = self.lowHalf | self.highHalf
        let pair = four.lowHalf | four.highHalf
        return pair[0] | pair[1]
    }
}
