// Compressed messages coming in: RFC 7692 §7.2.2, bounded while it runs (RFC 6455 §10.4).
//
// The caller offers a compressed chunk, with the place it has got to, and a buffer; it gets inflated chunks out of that
// buffer until the chunk is used up. The limits hold for what comes out: a bomb costs one buffer, and is told when the
// message limit is crossed. Text is checked to be UTF-8 as it comes out.
//
// A message ends where its last frame ends; the four bytes 00 00 FF FF that its sender took away are put back behind it.

/// The inflating half of one connection.
package struct MessageInflation: ~Copyable {
    /// What comes out of a call.
    package enum Inflated: Equatable, Sendable {
        /// The chunk is used up, and what it says is not over.
        case needsMore
        /// Inflated bytes, in the output buffer. Unless this is the message's last chunk, call again with the same input.
        case message(MessageChunk)
        /// The connection is to be failed (`WebSocketConnection.fail()`).
        case violation(WebSocketViolation)
        /// zlib has no memory, for which the peer is not to blame: close with 1011.
        case exhausted
    }

    private static let tail: [UInt8] = [0x00, 0x00, 0xFF, 0xFF]

    private let direction: DeflateParameters.Direction
    private let messageBytes: Int
    /// Streams ended within one message (§7.2.3.4), each of which costs far more than the two bytes it takes.
    private let streamEnds: Int

    private var inflater: Inflater?
    private var progress = Progress()

    /// What is known of the message that is being inflated.
    private struct Progress {
        var isOpen = false
        var wasDelivered = false
        var consumed = 0
        var produced = 0
        var streamEnds = 0
        /// Bytes of the tail that were put back.
        var tail = 0
        /// A stream has just ended, and there is no block for the tail to complete.
        var isAtStreamStart = false
        /// The room was used up, and more may be waiting inside zlib.
        ///
        /// Without asking for it, what comes out of a frame would depend on the size of the room.
        var mayBePending = false
        var utf8 = UTF8Validator()
    }

    package init(_ direction: DeflateParameters.Direction, limits: WebSocketLimits) {
        self.direction = direction
        self.messageBytes = limits.messageBytes
        self.streamEnds = limits.fragments
    }

    /// A zlib stream is held right now.
    package var holdsStream: Bool { self.inflater != nil }

    /// Inflates on from `cursor` in the chunk's payload into `output`, from `start` to its end.
    package mutating func inflate(
        _ chunk: MessageChunk,
        of input: Span<UInt8>,
        from cursor: inout Int,
        into output: inout MutableSpan<UInt8>,
        at start: Int,
        pool: DeflatePool
    ) -> Inflated {
        precondition(start < output.count)
        if !self.progress.isOpen {
            self.progress = Progress()
            self.progress.isOpen = true
        }
        guard let inflater = self.inflater ?? self.open(pool) else { return .exhausted }
        self.inflater = inflater

        // One byte more than allowed is enough to know.
        let allowed = self.messageBytes - self.progress.produced
        let end = output.count - start > allowed ? start + allowed + 1 : output.count
        var position = start
        while position < end, self.hasWork(chunk, cursor) {
            if let violation = self.advance(inflater, chunk, input, &cursor, &output, &position, end) {
                return self.fail(violation)
            }
        }
        guard position - start <= allowed else { return self.fail(.messageTooBig) }
        self.progress.produced += position - start

        if chunk.kind == .text, !self.progress.utf8.consume(output.span.extracting(start..<position)) {
            return self.fail(.invalidUTF8)
        }
        let isLast = chunk.isLast && !self.hasWork(chunk, cursor)
        if isLast {
            if let violation = self.finish(inflater, pool) { return self.fail(violation) }
        } else if position == start {
            return .needsMore
        }
        let isFirst = !self.progress.wasDelivered
        self.progress.wasDelivered = true
        return .message(
            MessageChunk(kind: chunk.kind, isFirst: isFirst, isLast: isLast, payload: start..<position)
        )
    }

    /// With context takeover the stream is the session's own, made when it is first needed.
    private func open(_ pool: DeflatePool) -> Inflater? {
        self.direction.keepsContext ? Inflater(windowBits: self.direction.windowBits) : pool.lendInflater()
    }

    private func hasWork(_ chunk: MessageChunk, _ cursor: Int) -> Bool {
        cursor < chunk.payload.upperBound || self.progress.mayBePending || (chunk.isLast && self.owesTail)
    }

    private var owesTail: Bool {
        // A message without any bytes is taken for an empty one: its sender took away more than four bytes.
        self.progress.tail < Self.tail.count && !self.progress.isAtStreamStart && self.progress.consumed > 0
    }

    /// One call to zlib: with payload, else with the tail, else for what is waiting inside.
    private mutating func advance(
        _ inflater: Inflater,
        _ chunk: MessageChunk,
        _ input: Span<UInt8>,
        _ cursor: inout Int,
        _ output: inout MutableSpan<UInt8>,
        _ position: inout Int,
        _ end: Int
    ) -> WebSocketViolation? {
        let step: Inflater.Step
        var hasInput = true
        if cursor < chunk.payload.upperBound {
            let rest = input.extracting(cursor..<chunk.payload.upperBound)
            step = inflater.step(rest, into: &output, room: position..<end)
            cursor += step.consumed
            self.progress.consumed &+= step.consumed
        } else if chunk.isLast, self.owesTail {
            let rest = Self.tail.span.extracting(self.progress.tail..<Self.tail.count)
            step = inflater.step(rest, into: &output, room: position..<end)
            self.progress.tail += step.consumed
        } else {
            step = inflater.step(Self.tail.span.extracting(0..<0), into: &output, room: position..<end)
            hasInput = false
        }
        // With input and room zlib always does something; were it not so, this would go on for ever.
        if hasInput, step.outcome == .advanced, step.consumed == 0, step.produced == 0 { return .corruptCompression }
        position += step.produced
        self.progress.mayBePending = position == end && step.outcome == .advanced
        if step.consumed > 0 { self.progress.isAtStreamStart = false }
        switch step.outcome {
        case .advanced:
            return nil
        case .ended:
            self.progress.isAtStreamStart = true
            self.progress.streamEnds += 1
            return self.progress.streamEnds <= self.streamEnds ? nil : .tooManyFragments
        case .corrupt:
            return .corruptCompression
        }
    }

    /// The end of a message, with everything inflated.
    private mutating func finish(_ inflater: Inflater, _ pool: DeflatePool) -> WebSocketViolation? {
        guard self.progress.utf8.isComplete else { return .invalidUTF8 }
        // With the tail in place a whole message ends with a block; one that was cut short does not.
        let isWhole = self.progress.consumed == 0 || self.progress.isAtStreamStart || inflater.isAtBlockEnd
        guard isWhole else { return .corruptCompression }
        self.progress.isOpen = false
        if !self.direction.keepsContext {
            self.inflater = nil
            pool.takeBack(inflater)
        }
        return nil
    }

    /// Frees the stream: what follows on this connection is never read.
    private mutating func fail(_ violation: WebSocketViolation) -> Inflated {
        self.inflater = nil
        return .violation(violation)
    }
}
