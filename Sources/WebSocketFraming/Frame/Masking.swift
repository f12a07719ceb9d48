// Masking and unmasking, which are the same operation: RFC 6455 §5.3.
//
// A key is held as a UInt32 whose least significant byte is the one that comes first on the wire. A frame that arrives
// in pieces is unmasked in pieces: `rotate` turns the key so that its first byte is the one due next.

/// The exclusive-or of a payload with its key.
package enum Masking {
    /// The key for the bytes behind the first `count` ones.
    package static func rotate(_ key: UInt32, by count: Int) -> UInt32 {
        let bits = UInt32(truncatingIfNeeded: count & 3) * 8
        return key &>> bits | key &<< (32 &- bits)
    }

    /// Applies a key, starting with its first byte, to `range` of the bytes.
    ///
    /// - Returns: whether all that came out is ASCII. It is known on the way at next to no cost, and spares text, which
    ///   nearly always is, a second look.
    @discardableResult
    package static func apply(_ key: UInt32, to bytes: inout MutableSpan<UInt8>, in range: Range<Int>) -> Bool {
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        return unsafe bytes.withUnsafeMutableBytes { buffer in
            guard var next = unsafe buffer.baseAddress.map({ unsafe $0 + range.lowerBound }) else { return true }
            var left = range.count
            let word = (UInt64(key) | UInt64(key) << 32).littleEndian

            // Four words at a time; the loads and stores need no alignment.
            let vector = SIMD4<UInt64>(repeating: word)
            var seenVector = SIMD4<UInt64>(repeating: 0)
            while left >= 32 {
                let masked = unsafe next.loadUnaligned(as: SIMD4<UInt64>.self) ^ vector
                unsafe next.storeBytes(of: masked, as: SIMD4<UInt64>.self)
                seenVector |= masked
                unsafe next += 32
                left &-= 32
            }
            var seen = seenVector[0] | seenVector[1] | seenVector[2] | seenVector[3]
            while left >= 8 {
                let masked = unsafe next.loadUnaligned(as: UInt64.self) ^ word
                unsafe next.storeBytes(of: masked, as: UInt64.self)
                seen |= masked
                unsafe next += 8
                left &-= 8
            }
            var rest = key
            while left > 0 {
                let masked = unsafe next.load(as: UInt8.self) ^ UInt8(truncatingIfNeeded: rest)
                unsafe next.storeBytes(of: masked, as: UInt8.self)
                seen |= UInt64(masked)
                unsafe next += 1
                left &-= 1
                rest = Self.rotate(rest, by: 1)
            }
            return seen & 0x8080_8080_8080_8080 == 0
        }
    }
}
