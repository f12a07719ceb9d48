// UTF-8 as it streams: RFC 3629 §4, needed by RFC 6455 §8.1 for text messages and close reasons.
//
// Fails at the first byte that cannot continue any legal text, not at the end of a message: overlong forms, surrogates
// and values beyond U+10FFFF are all told by their second byte, because the lead byte narrows what that may be.

/// Checks that bytes are UTF-8, in pieces of any size.
package struct UTF8Validator: Equatable, Sendable {
    /// Continuation bytes that the character begun last still needs.
    private var owed: UInt8 = 0
    /// What the next continuation byte may be.
    private var lower: UInt8 = 0x80
    private var upper: UInt8 = 0xBF

    package init() {}

    /// No character is begun and unfinished.
    package var isComplete: Bool { self.owed == 0 }

    /// Whether the bytes are UTF-8 from first to last.
    package static func isValid(_ bytes: Span<UInt8>) -> Bool {
        var validator = Self()
        return validator.consume(bytes) && validator.isComplete
    }

    /// Checks the next bytes; false at the first bad one, after which the validator is of no further use.
    package mutating func consume(_ bytes: Span<UInt8>) -> Bool {
        unsafe bytes.withUnsafeBytes { unsafe self.consume($0) }
    }

    private mutating func consume(_ buffer: UnsafeRawBufferPointer) -> Bool {
        guard let base = buffer.baseAddress else { return true }
        let end = buffer.count
        var index = 0
        while self.owed > 0, index < end {
            guard self.step(unsafe base.load(fromByteOffset: index, as: UInt8.self)) else { return false }
            index &+= 1
        }
        while index < end {
            let byte = unsafe base.load(fromByteOffset: index, as: UInt8.self)
            if byte < 0x80 {
                index = unsafe Self.skipASCII(base, from: index, to: end)
            } else if end &- index >= 4 {
                let length = unsafe Self.sequenceLength(base + index, lead: byte)
                guard length > 0 else { return false }
                index &+= length
            } else {
                // The end is near and may lie inside a character: byte by byte.
                guard self.step(byte) else { return false }
                index &+= 1
                while self.owed > 0, index < end {
                    guard self.step(unsafe base.load(fromByteOffset: index, as: UInt8.self)) else { return false }
                    index &+= 1
                }
            }
        }
        return true
    }

    /// The index of the first byte that is not ASCII.
    private static func skipASCII(_ base: UnsafeRawPointer, from start: Int, to end: Int) -> Int {
        var index = start
        let highBits: UInt64 = 0x8080_8080_8080_8080
        while end &- index >= 128 {
            let first = unsafe base.loadUnaligned(fromByteOffset: index, as: SIMD8<UInt64>.self)
            let second = unsafe base.loadUnaligned(fromByteOffset: index &+ 64, as: SIMD8<UInt64>.self)
            if (first | second).union & highBits != 0 { break }
            index &+= 128
        }
        while end &- index >= 8 {
            let word = unsafe base.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let nonASCII = UInt64(littleEndian: word) & highBits
            if nonASCII != 0 { return index &+ nonASCII.trailingZeroBitCount / 8 }
            index &+= 8
        }
        while index < end, unsafe base.load(fromByteOffset: index, as: UInt8.self) < 0x80 {
            index &+= 1
        }
        return index
    }

    /// Bytes of the character at `start`, of which at least four can be read; 0 when it is none.
    private static func sequenceLength(_ start: UnsafeRawPointer, lead: UInt8) -> Int {
        let word = UInt32(littleEndian: unsafe start.loadUnaligned(as: UInt32.self))
        let second = UInt8(truncatingIfNeeded: word &>> 8)
        guard let first = FirstByte(lead), second >= first.lower, second <= first.upper else { return 0 }
        switch first.owed {
        case 1: return 2
        case 2: return word & 0x00C0_0000 == 0x0080_0000 ? 3 : 0
        default: return word & 0xC0C0_0000 == 0x8080_0000 ? 4 : 0
        }
    }

    /// One byte through the state.
    private mutating func step(_ byte: UInt8) -> Bool {
        if self.owed > 0 {
            guard byte >= self.lower, byte <= self.upper else { return false }
            self.owed &-= 1
            (self.lower, self.upper) = (0x80, 0xBF)
            return true
        }
        if byte < 0x80 { return true }
        guard let first = FirstByte(byte) else { return false }
        (self.owed, self.lower, self.upper) = (first.owed, first.lower, first.upper)
        return true
    }
}

/// What the lead byte of a character says about the rest of it: the table of RFC 3629 §4.
private struct FirstByte {
    let owed: UInt8
    let lower: UInt8
    let upper: UInt8

    /// Nil for bytes that begin no character.
    @inline(__always)
    init?(_ byte: UInt8) {
        switch byte {
        case 0xC2...0xDF: (self.owed, self.lower, self.upper) = (1, 0x80, 0xBF)
        // Below U+0800 three bytes would be too long a form.
        case 0xE0: (self.owed, self.lower, self.upper) = (2, 0xA0, 0xBF)
        // U+D800 to U+DFFF are surrogates, no characters.
        case 0xED: (self.owed, self.lower, self.upper) = (2, 0x80, 0x9F)
        case 0xE1...0xEF: (self.owed, self.lower, self.upper) = (2, 0x80, 0xBF)
        // Below U+10000 four bytes would be too long a form.
        case 0xF0: (self.owed, self.lower, self.upper) = (3, 0x90, 0xBF)
        case 0xF1...0xF3: (self.owed, self.lower, self.upper) = (3, 0x80, 0xBF)
        // Unicode ends at U+10FFFF.
        case 0xF4: (self.owed, self.lower, self.upper) = (3, 0x80, 0x8F)
        default: return nil
        }
    }
}
