// The sending half of a connection: RFC 6455 §5.4 (fragments in order), §5.5 (control frames), §7.1.2 (closing).
//
// What may not be sent is not sent: a call that would break the protocol answers nil or no bytes, and says so in its
// comment. Masking keys are arguments, fresh and unpredictable for every frame (§5.3); a server ignores them.

extension WebSocketConnection {
    package var closeSent: Bool { self.closing.closeSent }
    package var closeReceived: Bool { self.closing.closeReceived }
    package var closingState: ClosingHandshake.Phase { self.closing.phase }

    /// What the owner of the TCP connection is to do now; §7.1.1 says who ends it first.
    package var closingDuty: ClosingHandshake.Duty { self.closing.duty(of: self.role) }

    /// Data frames may be sent: neither side has closed and nothing failed.
    package var canSendData: Bool { self.closing.phase == .open }

    /// Writes a data frame's header so that it ends where the payload begins, takes off the mask that was left on the payload,
    /// and puts on ours when we are the client; answers where the frame begins.
    ///
    /// It ends at `chunk.payload.upperBound`.
    ///
    /// A fragmented message goes on with continuation frames whatever the chunk's kind says; the state of this side
    /// decides, not the frames it came in. Nil, with nothing changed, when data may not be sent, when a chunk that is
    /// `isFirst` comes inside an unfinished message, when it is compressed without that being negotiated, or when there
    /// is no room in front (`FrameHeader.encodedLength(payloadLength:masked:)`, at most 14 bytes).
    ///
    /// - Parameter floor: the first index that may be overwritten.
    package mutating func frame(
        _ chunk: MessageChunk,
        floor: Int = 0,
        in bytes: inout MutableSpan<UInt8>,
        maskingKey: UInt32
    ) -> Int? {
        if let start = self.frameWhole(chunk, floor: floor, in: &bytes, maskingKey: maskingKey) { return start }
        let isFirst = !self.isMidMessageOutbound
        guard self.canSendData, isFirst || !chunk.isFirst, self.allowsCompression || !chunk.compressed else {
            return nil
        }
        let header = FrameHeader(
            isFinal: chunk.isLast,
            isCompressed: chunk.compressed && isFirst,
            opcode: isFirst ? chunk.kind.opcode : .continuation,
            payloadLength: chunk.payload.count,
            maskingKey: self.role.masksOutbound ? maskingKey : nil
        )
        let start = chunk.payload.lowerBound - header.encodedLength
        guard start >= max(floor, 0), chunk.payload.upperBound <= bytes.count else { return nil }
        FrameSerializer.write(header, at: start, in: &bytes)
        let mask = chunk.maskingKey ^ (header.maskingKey ?? 0)
        Masking.apply(mask, to: &bytes, in: chunk.payload)
        self.isMidMessageOutbound = !chunk.isLast
        return start
    }

    /// A whole text message of our own, which the caller vouches to be UTF-8.
    ///
    /// No bytes when data may not be sent or a fragmented message is unfinished.
    package mutating func textFrame(_ utf8: Span<UInt8>, maskingKey: UInt32) -> [UInt8] {
        self.dataFrame(.text, utf8, maskingKey)
    }

    package mutating func textFrame(_ utf8: [UInt8], maskingKey: UInt32) -> [UInt8] {
        self.dataFrame(.text, utf8.span, maskingKey)
    }

    /// A whole binary message of our own, on the same terms.
    package mutating func binaryFrame(_ payload: Span<UInt8>, maskingKey: UInt32) -> [UInt8] {
        self.dataFrame(.binary, payload, maskingKey)
    }

    package mutating func binaryFrame(_ payload: [UInt8], maskingKey: UInt32) -> [UInt8] {
        self.dataFrame(.binary, payload.span, maskingKey)
    }

    /// A ping; a payload of more than 125 bytes is cut.
    ///
    /// No bytes after our Close.
    package mutating func pingFrame(_ payload: Span<UInt8>, maskingKey: UInt32) -> [UInt8] {
        self.controlFrame(.ping, payload, maskingKey)
    }

    package mutating func pingFrame(_ payload: [UInt8], maskingKey: UInt32) -> [UInt8] {
        self.controlFrame(.ping, payload.span, maskingKey)
    }

    /// The answer to a ping, on the same terms; counted as pending until `outboundDrained`.
    package mutating func pongFrame(_ payload: Span<UInt8>, maskingKey: UInt32) -> [UInt8] {
        let frame = self.controlFrame(.pong, payload, maskingKey)
        if !frame.isEmpty { self.budget.wrotePong() }
        return frame
    }

    package mutating func pongFrame(_ payload: [UInt8], maskingKey: UInt32) -> [UInt8] {
        self.pongFrame(payload.span, maskingKey: maskingKey)
    }

    /// Our Close; nil when one was sent already.
    ///
    /// No code and 1005 become a Close without payload, which leaves no place for a reason. Any other code that may not
    /// travel (1006, 1015, what §7.4 does not define) becomes 1011. The reason is cut to 123 bytes at a character.
    package mutating func closeFrame(code: CloseCode?, reason: String, maskingKey: UInt32) -> [UInt8]? {
        guard self.closing.sendClose() else { return nil }
        self.isMidMessageOutbound = false
        var payload = [UInt8]()
        if let code, code != .noStatusReceived {
            let wire = (code.isValidOnWire ? code : .internalError).rawValue
            payload.append(UInt8(truncatingIfNeeded: wire >> 8))
            payload.append(UInt8(truncatingIfNeeded: wire))
            for scalar in reason.unicodeScalars {
                guard let character = UTF8.encode(scalar),
                    payload.count + character.count <= FrameHeader.maximumControlPayload
                else { break }
                payload.append(contentsOf: character)
            }
        }
        return self.serialize(.close, payload.span, maskingKey)
    }

    /// §5.5.2, §10.4: too many pongs are pending or too many control frames came in this window, and reading should
    /// pause until `outboundDrained` or `beginControlWindow` clears that.
    package var shouldPauseReading: Bool { self.budget.isExhausted(self.limits) }

    /// Everything written so far was taken by the kernel.
    package mutating func outboundDrained() { self.budget.outboundDrained() }

    /// The owner's timer began a new window for counting control frames.
    package mutating func beginControlWindow() { self.budget.beginWindow() }

    private mutating func dataFrame(_ kind: MessageKind, _ payload: Span<UInt8>, _ key: UInt32) -> [UInt8] {
        guard self.canSendData, !self.isMidMessageOutbound else { return [] }
        return self.serialize(kind.opcode, payload, key)
    }

    private func controlFrame(_ opcode: Opcode, _ payload: Span<UInt8>, _ key: UInt32) -> [UInt8] {
        guard !self.closeSent else { return [] }
        return self.serialize(opcode, payload.extracting(first: FrameHeader.maximumControlPayload), key)
    }

    private func serialize(_ opcode: Opcode, _ payload: Span<UInt8>, _ key: UInt32) -> [UInt8] {
        let header = FrameHeader(
            opcode: opcode,
            payloadLength: payload.count,
            maskingKey: self.role.masksOutbound ? key : nil
        )
        return FrameSerializer.frame(header, payload: payload)
    }
}
