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
        // ASCII is UTF-8 (RFC 3629 §3).
        let isASCII = frame.isMasked && Masking.apply(frame.maskingKey, to: &bytes, in: frame.payload)
        if frame.isText, !isASCII, !UTF8Validator.isValid(bytes.span.extracting(frame.payload)) {
            // The long way finds it once more, from the bytes as they came.
            if frame.isMasked {
                Masking.apply(frame.maskingKey, to: &bytes, in: frame.payload)
            }
            return nil
        }
        cursor = frame.payload.upperBound
        return MessageChunk(
            kind: frame.isText ? .text : .binary,
            isFirst: true,
            isLast: true,
            payload: frame.payload
        )
    }
}

/// A data frame that is final, not compressed, legal, and there to its end.
private struct WholeFrame {
    let isText: Bool
    let isMasked: Bool
    let maskingKey: UInt32
    let payload: Range<Int>

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
        self.maskingKey = key
        self.payload = next..<(next &+ length)
    }
}
