// The short way through a connection for what nearly everything is: a text or binary message in one frame that is there
// to its end. It takes what it is sure of and leaves all else, errors included, to the long way, which must come to the
// same end; `WebSocketConnection+WholeTests` holds the two together.

extension WebSocketConnection {
    /// Takes a whole message that stands in one frame at the cursor; nil, with nothing changed, when it is anything else.
    @inline(__always)
    mutating func receiveWhole(
        _ bytes: inout MutableSpan<UInt8>,
        from cursor: inout Int,
        to end: Int
    ) -> MessageChunk? {
        guard !self.isMidMessageInbound, self.limits.fragments > 0, end <= bytes.count,
            let frame = unsafe bytes.withUnsafeBytes({ unsafe WholeFrame($0, at: cursor, before: end) }),
            frame.isMasked != self.role.masksOutbound, frame.payload.count <= self.limits.messageBytes
        else { return nil }
        // ASCII is UTF-8 (RFC 3629 §3), and told under the mask.
        let isChecked =
            !frame.isText || frame.isMasked && Masking.isASCII(bytes.span, in: frame.payload, under: frame.maskingKey)
        if frame.isMasked, self.leavesMasks, isChecked {
            cursor = frame.payload.upperBound
            return frame.chunk(maskingKey: frame.maskingKey)
        }
        Masking.apply(frame.maskingKey, to: &bytes, in: frame.payload)
        if !isChecked, !UTF8Validator.isValid(bytes.span.extracting(frame.payload)) {
            // The long way finds it once more, from the bytes as they came.
            Masking.apply(frame.maskingKey, to: &bytes, in: frame.payload)
            return nil
        }
        cursor = frame.payload.upperBound
        return frame.chunk(maskingKey: 0)
    }
}

extension WebSocketConnection {
    /// Frames a whole message as `frame` does; nil, with nothing changed, when it is not short and simple, or may not be
    /// sent.
    @inline(__always)
    mutating func frameWhole(
        _ chunk: MessageChunk,
        floor: Int,
        in bytes: inout MutableSpan<UInt8>,
        maskingKey: UInt32
    ) -> Int? {
        let length = chunk.payload.count
        guard chunk.isFirst, chunk.isLast, !chunk.compressed, length <= 0xFFFF,
            !self.isMidMessageOutbound, self.canSendData, chunk.payload.upperBound <= bytes.count
        else { return nil }
        let isMasked = self.role.masksOutbound
        // As it stands on the wire, the first byte least significant.
        var head: UInt32 = chunk.kind == .text ? 0x81 : 0x82
        if isMasked { head |= 0x8000 }
        let isShort = length <= 125
        if isShort {
            head |= UInt32(truncatingIfNeeded: length) &<< 8
        } else {
            head |= 126 &<< 8 | UInt32(UInt16(truncatingIfNeeded: length).byteSwapped) &<< 16
        }
        let start = chunk.payload.lowerBound &- (isShort ? 2 : 4) &- (isMasked ? 4 : 0)
        guard start >= floor, start >= 0 else { return nil }
        unsafe bytes.withUnsafeMutableBytes { buffer in
            if isShort {
                let short = UInt16(truncatingIfNeeded: head).littleEndian
                unsafe buffer.storeBytes(of: short, toByteOffset: start, as: UInt16.self)
            } else {
                unsafe buffer.storeBytes(of: head.littleEndian, toByteOffset: start, as: UInt32.self)
            }
            if isMasked {
                let place = chunk.payload.lowerBound &- 4
                unsafe buffer.storeBytes(of: maskingKey.littleEndian, toByteOffset: place, as: UInt32.self)
            }
        }
        let mask = isMasked ? maskingKey ^ chunk.maskingKey : chunk.maskingKey
        Masking.apply(mask, to: &bytes, in: chunk.payload)
        return start
    }
}

/// A data frame that is final, not compressed, legal, and there to its end.
private struct WholeFrame {
    let isText: Bool
    let isMasked: Bool
    /// 0 without a mask.
    let maskingKey: UInt32
    let payload: Range<Int>

    @inline(__always)
    func chunk(maskingKey: UInt32) -> MessageChunk {
        let kind: MessageKind = self.isText ? .text : .binary
        var chunk = MessageChunk(kind: kind, isFirst: true, isLast: true, payload: self.payload)
        chunk.maskingKey = maskingKey
        return chunk
    }

    @inline(__always)
    init?(_ bytes: UnsafeRawBufferPointer, at start: Int, before end: Int) {
        // One load brings the longest header that is looked at here: two bytes, a length of two, a key of four.
        guard start >= 0, end - start >= 8, let base = bytes.baseAddress else { return nil }
        let head = UInt64(littleEndian: unsafe base.loadUnaligned(fromByteOffset: start, as: UInt64.self))
        let first = UInt8(truncatingIfNeeded: head)
        guard first == 0x81 || first == 0x82 else { return nil }
        let short = Int(head &>> 8 & 0x7F)
        var length = short
        var next = start &+ 2
        var key = UInt32(truncatingIfNeeded: head &>> 16)
        if short == 126 {
            length = Int(UInt16(truncatingIfNeeded: head &>> 16).byteSwapped)
            guard length > 125 else { return nil }
            next &+= 2
            key = UInt32(truncatingIfNeeded: head &>> 32)
        } else if short == 127 {
            return nil
        }
        let isMasked = head & 0x8000 != 0
        if isMasked { next &+= 4 }
        guard end &- next >= length else { return nil }
        self.isText = first == 0x81
        self.isMasked = isMasked
        self.maskingKey = isMasked ? key : 0
        self.payload = next..<(next &+ length)
    }
}
