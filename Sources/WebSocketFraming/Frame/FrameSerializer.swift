// Writes frame headers: RFC 6455 §5.2. The length always takes its shortest form, which the RFC demands of a sender.

/// Writes frame headers into a buffer that has room for them.
package enum FrameSerializer {
    /// Writes a header at `start`; the caller has seen to it that `header.encodedLength` bytes stand there.
    package static func write(_ header: FrameHeader, at start: Int, in bytes: inout MutableSpan<UInt8>) {
        var first = header.opcode.rawValue
        if header.isFinal { first |= 0x80 }
        if header.isCompressed { first |= 0x40 }
        bytes[start] = first

        let maskBit: UInt8 = header.maskingKey == nil ? 0 : 0x80
        let length = UInt64(truncatingIfNeeded: header.payloadLength)
        var next: Int
        if length <= 125 {
            bytes[start + 1] = maskBit | UInt8(truncatingIfNeeded: length)
            next = start + 2
        } else if length <= 0xFFFF {
            bytes[start + 1] = maskBit | 126
            bytes[start + 2] = UInt8(truncatingIfNeeded: length >> 8)
            bytes[start + 3] = UInt8(truncatingIfNeeded: length)
            next = start + 4
        } else {
            bytes[start + 1] = maskBit | 127
            for offset in 0..<8 {
                bytes[start + 2 + offset] = UInt8(truncatingIfNeeded: length >> UInt64(56 - 8 * offset))
            }
            next = start + 10
        }

        if let key = header.maskingKey {
            for offset in 0..<4 {
                bytes[next] = UInt8(truncatingIfNeeded: key >> UInt32(8 * offset))
                next += 1
            }
        }
    }

    /// A whole frame as bytes of its own, its payload masked when the header has a key.
    package static func frame(_ header: FrameHeader, payload: Span<UInt8>) -> [UInt8] {
        let headerLength = header.encodedLength
        var frame = [UInt8]()
        frame.reserveCapacity(headerLength + payload.count)
        for _ in 0..<headerLength { frame.append(0) }
        unsafe payload.withUnsafeBufferPointer { unsafe frame.append(contentsOf: $0) }
        var bytes = frame.mutableSpan
        self.write(header, at: 0, in: &bytes)
        if let key = header.maskingKey {
            Masking.apply(key, to: &bytes, in: headerLength..<bytes.count)
        }
        return frame
    }
}
