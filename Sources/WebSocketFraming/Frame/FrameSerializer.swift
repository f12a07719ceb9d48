// Writes frame headers: RFC 6455 §5.2. The length always takes its shortest form, which the RFC demands of a sender.

/// Writes frame headers into a buffer that has room for them.
package enum FrameSerializer {
    /// Writes a header at `start`; the caller has seen to it that `header.encodedLength` bytes stand there.
    @inline(__always)
    package static func write(_ header: FrameHeader, at start: Int, in bytes: inout MutableSpan<UInt8>) {
        precondition(start >= 0 && bytes.count - start >= header.encodedLength)
        var first = header.opcode.rawValue
        if header.isFinal { first |= 0x80 }
        if header.isCompressed { first |= 0x40 }
        let maskBit: UInt8 = header.maskingKey == nil ? 0 : 0x80
        let length = UInt64(truncatingIfNeeded: header.payloadLength)

        unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe buffer.storeBytes(of: first, toByteOffset: start, as: UInt8.self)
            var next = start &+ 1
            if length <= 125 {
                let short = maskBit | UInt8(truncatingIfNeeded: length)
                unsafe buffer.storeBytes(of: short, toByteOffset: next, as: UInt8.self)
                next &+= 1
            } else if length <= 0xFFFF {
                unsafe buffer.storeBytes(of: maskBit | 126, toByteOffset: next, as: UInt8.self)
                let wire = UInt16(truncatingIfNeeded: length).bigEndian
                unsafe buffer.storeBytes(of: wire, toByteOffset: next &+ 1, as: UInt16.self)
                next &+= 3
            } else {
                unsafe buffer.storeBytes(of: maskBit | 127, toByteOffset: next, as: UInt8.self)
                unsafe buffer.storeBytes(of: length.bigEndian, toByteOffset: next &+ 1, as: UInt64.self)
                next &+= 9
            }
            if let key = header.maskingKey {
                unsafe buffer.storeBytes(of: key.littleEndian, toByteOffset: next, as: UInt32.self)
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
