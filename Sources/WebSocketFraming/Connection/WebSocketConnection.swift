// One WebSocket connection after its handshake: RFC 6455 §5 to §8, in either role, without I/O.
//
// Bytes are worked on where they lie: `receive` unmasks in place, unless it `leavesMasks`, and answers with ranges, `frame`
// writes a header in front of a payload that stands in the caller's buffer. The steady state allocates nothing.
//
// Invariants
// - A frame up to `heldFrameBytes` is handed over only whole. While it is incomplete the caller keeps its bytes, and
//   `heldPayload` says how many of its payload bytes were unmasked and checked already, so none is touched twice.
// - A longer frame is consumed as it comes: `passing` knows what is left of it, and the caller keeps nothing.
// - Never both: `heldPayload > 0` implies `passing == nil`.
// - Outbound state is in `WebSocketConnection+Outbound.swift`.

/// A WebSocket connection's protocol state, both directions.
package struct WebSocketConnection: ~Copyable {
    // In an order that leaves no gaps: sessions are many and mostly idle.
    package let limits: WebSocketLimits
    package let role: Role
    /// permessage-deflate was negotiated, so RSV1 means a compressed message (RFC 7692 §6).
    package let allowsCompression: Bool
    /// Whether messages may be handed over as they came, with `MessageChunk.maskingKey`.
    ///
    /// For a relay that frames them for another connection: to take one mask off and put another on is one operation then.
    package var leavesMasks = false

    var closing = ClosingHandshake()
    var budget = ControlFrameBudget()
    /// A fragmented outbound message is unfinished: no other data message may start.
    package internal(set) var isMidMessageOutbound = false

    private var message = MessageProgress()
    /// Payload bytes of the incomplete frame at the cursor that were unmasked and checked.
    private var heldPayload: Int {
        get { Int(self.storedHeldPayload) }
        set { self.storedHeldPayload = UInt32(clamping: newValue) }
    }
    /// At most `heldFrameBytes`.
    private var storedHeldPayload: UInt32 = 0
    private var passing: PassingFrame?

    /// What is left of a frame whose header was consumed.
    private struct PassingFrame {
        /// At most `messageBytes`.
        private var storedRemaining: UInt32
        var remaining: Int {
            get { Int(self.storedRemaining) }
            set { self.storedRemaining = UInt32(clamping: newValue) }
        }
        /// Turned so that its first byte is the next one due.
        var maskingKey: UInt32?
        let isFinal: Bool

        init(remaining: Int, maskingKey: UInt32?, isFinal: Bool) {
            self.storedRemaining = UInt32(clamping: remaining)
            self.maskingKey = maskingKey
            self.isFinal = isFinal
        }
    }

    package init(role: Role, limits: WebSocketLimits, allowsCompression: Bool = false) {
        self.limits = limits
        self.role = role
        self.allowsCompression = allowsCompression
    }

    /// A message has begun and its end has not been handed over.
    package var isMidMessageInbound: Bool { self.message.isOpen || self.heldPayload > 0 }

    /// Reads on from `cursor` in the bytes before `end`: one frame, or one run of a long frame.
    ///
    /// Call again until it answers `needsMore` or `finished`. Ranges in the answer are positions in `bytes`.
    package mutating func receive(
        _ bytes: inout MutableSpan<UInt8>,
        from cursor: inout Int,
        to end: Int
    ) -> Received {
        switch self.closing.phase {
        case .open, .closeSent:
            break
        case .closeReceived, .closed, .failed:
            cursor = end
            return .finished
        }
        if self.passing != nil { return self.passOn(&bytes, from: &cursor, to: end) }
        if let chunk = self.receiveWhole(&bytes, from: &cursor, to: end) { return .message(chunk) }

        let rules = FrameParser.Rules(
            expectsMask: !self.role.masksOutbound,
            isMidMessage: self.message.isOpen,
            allowsCompression: self.allowsCompression,
            payloadLimit: self.message.remainingBytes(self.limits)
        )
        switch FrameParser.parse(bytes.span, from: cursor, to: end, rules: rules) {
        case .incomplete:
            return .needsMore
        case .violation(let violation):
            return self.fail(violation, cursor: &cursor, end: end)
        case .header(let header, let headerLength):
            let payloadStart = cursor + headerLength
            if header.opcode.isControl {
                guard end - payloadStart >= header.payloadLength else { return .needsMore }
                return self.receiveControl(header, payloadStart, in: &bytes, cursor: &cursor, end: end)
            }
            return self.receiveData(header, payloadStart, in: &bytes, cursor: &cursor, end: end)
        }
    }
}

extension WebSocketConnection {
    /// A data frame whose header is complete.
    private mutating func receiveData(
        _ header: FrameHeader,
        _ payloadStart: Int,
        in bytes: inout MutableSpan<UInt8>,
        cursor: inout Int,
        end: Int
    ) -> Received {
        if self.heldPayload == 0 {
            guard self.message.allowsFrame(self.limits) else {
                return self.fail(.tooManyFragments, cursor: &cursor, end: end)
            }
            self.message.begin(header)
        }

        let available = end - payloadStart
        if available >= header.payloadLength {
            let payload = payloadStart..<(payloadStart + header.payloadLength)
            guard self.take(header, payload, in: &bytes) else {
                return self.fail(.invalidUTF8, cursor: &cursor, end: end)
            }
            self.heldPayload = 0
            self.message.accept(header)
            guard let chunk = self.message.deliver(payload, isLast: header.isFinal) else {
                return self.fail(.invalidUTF8, cursor: &cursor, end: end)
            }
            cursor = payload.upperBound
            return .message(chunk)
        }

        if header.payloadLength <= self.limits.heldFrameBytes - (payloadStart - cursor) {
            guard self.take(header, payloadStart..<end, in: &bytes) else {
                return self.fail(.invalidUTF8, cursor: &cursor, end: end)
            }
            self.heldPayload = available
            return .needsMore
        }

        self.message.accept(header)
        self.passing = PassingFrame(
            remaining: header.payloadLength,
            maskingKey: header.maskingKey,
            isFinal: header.isFinal
        )
        cursor = payloadStart
        return self.passOn(&bytes, from: &cursor, to: end)
    }

    /// Unmasks and checks the bytes of `payload` behind those that were done in an earlier call.
    private mutating func take(_ header: FrameHeader, _ payload: Range<Int>, in bytes: inout MutableSpan<UInt8>) -> Bool
    {
        let fresh = (payload.lowerBound + self.heldPayload)..<payload.upperBound
        if let key = header.maskingKey {
            Masking.apply(Masking.rotate(key, by: self.heldPayload), to: &bytes, in: fresh)
        }
        return self.message.consume(bytes.span.extracting(fresh))
    }

    /// Hands over what has come of a long frame.
    private mutating func passOn(
        _ bytes: inout MutableSpan<UInt8>,
        from cursor: inout Int,
        to end: Int
    ) -> Received {
        guard cursor < end, var frame = self.passing else { return .needsMore }
        let payload = cursor..<(cursor + min(frame.remaining, end - cursor))
        if let key = frame.maskingKey {
            Masking.apply(key, to: &bytes, in: payload)
            frame.maskingKey = Masking.rotate(key, by: payload.count)
        }
        guard self.message.consume(bytes.span.extracting(payload)) else {
            return self.fail(.invalidUTF8, cursor: &cursor, end: end)
        }
        frame.remaining -= payload.count
        let isDone = frame.remaining == 0
        self.passing = isDone ? nil : frame
        guard let chunk = self.message.deliver(payload, isLast: isDone && frame.isFinal) else {
            return self.fail(.invalidUTF8, cursor: &cursor, end: end)
        }
        cursor = payload.upperBound
        return .message(chunk)
    }

    /// A control frame that is there as a whole (§5.5).
    private mutating func receiveControl(
        _ header: FrameHeader,
        _ payloadStart: Int,
        in bytes: inout MutableSpan<UInt8>,
        cursor: inout Int,
        end: Int
    ) -> Received {
        let payload = payloadStart..<(payloadStart + header.payloadLength)
        if let key = header.maskingKey { Masking.apply(key, to: &bytes, in: payload) }
        if header.opcode != .close {
            self.budget.receivedControlFrame()
            cursor = payload.upperBound
            return header.opcode == .ping ? .ping(payload) : .pong(payload)
        }

        var code: CloseCode?
        var reason = payload
        if !payload.isEmpty {
            guard payload.count >= 2 else { return self.fail(.closePayloadTooShort, cursor: &cursor, end: end) }
            let value = UInt16(bytes[payloadStart]) << 8 | UInt16(bytes[payloadStart + 1])
            guard CloseCode.isValidOnWire(value) else {
                return self.fail(.invalidCloseCode(value), cursor: &cursor, end: end)
            }
            code = CloseCode(value)
            reason = (payloadStart + 2)..<payload.upperBound
            guard UTF8Validator.isValid(bytes.span.extracting(reason)) else {
                return self.fail(.invalidCloseReason, cursor: &cursor, end: end)
            }
        }
        switch self.closing.receiveClose() {
        case .answer, .finish:
            cursor = payload.upperBound
            return .close(code: code, reason: reason)
        case .ignore:
            cursor = end
            return .finished
        }
    }

    /// §7.1.7, for a violation that was found outside: by inflation, or by whoever reads the messages.
    package mutating func fail() {
        self.closing.fail()
        self.passing = nil
        self.heldPayload = 0
    }

    private mutating func fail(_ violation: WebSocketViolation, cursor: inout Int, end: Int) -> Received {
        self.fail()
        cursor = end
        return .violation(violation)
    }
}
