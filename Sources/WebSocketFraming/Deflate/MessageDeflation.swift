// Messages going out compressed: RFC 7692 §7.2.1.
//
// Whether a message is compressed is decided at its first chunk (`CompressionRule`) and holds for all of it. The caller
// offers a chunk, with the place it has got to, and a buffer; it gets compressed chunks out of that buffer to be framed.
// The four bytes 00 00 FF FF at a message's end are not sent; until it is known where that is, the last four bytes of
// each run are kept back.

/// The deflating half of one connection.
package struct MessageDeflation: ~Copyable {
    /// What comes out of a call.
    package enum Deflated: Equatable, Sendable {
        /// The chunk goes out as it is: its message is not compressed.
        case asItIs
        /// The chunk is used up and nothing is to be sent yet.
        case needsMore
        /// Compressed bytes, in the output buffer. Unless this is the message's last chunk, call again with the same
        /// input.
        case message(MessageChunk)
    }

    /// Room that a call needs at least, beyond which zlib's flush marker is certain to come once.
    package static let minimumRoom = 64

    private static let tailBytes = 4

    private enum Mode {
        case idle
        case passing
        case deflating
    }

    private let direction: DeflateParameters.Direction
    private let rule: CompressionRule
    private var mode = Mode.idle
    private var deflater: Deflater?
    private var kept = KeptBytes()
    private var wasDelivered = false
    private var hadInput = false

    package init(_ direction: DeflateParameters.Direction, rule: CompressionRule = CompressionRule()) {
        self.direction = direction
        self.rule = rule
    }

    /// A zlib stream is held right now.
    package var holdsStream: Bool { self.deflater != nil }

    /// Deflates on from `cursor` in the chunk's payload into `output`, from `start` to its end.
    ///
    /// The payload itself is left alone.
    package mutating func deflate(
        _ chunk: MessageChunk,
        of input: Span<UInt8>,
        from cursor: inout Int,
        into output: inout MutableSpan<UInt8>,
        at start: Int,
        pool: DeflatePool
    ) -> Deflated {
        precondition(output.count - start >= Self.minimumRoom)
        if self.mode == .idle { self.begin(chunk, input, pool) }
        guard self.mode == .deflating, let deflater = self.deflater else {
            cursor = chunk.payload.upperBound
            self.mode = chunk.isLast ? .idle : .passing
            return .asItIs
        }

        var position = self.kept.restore(to: &output, at: start)
        let payloadEnd = chunk.payload.upperBound
        if cursor < payloadEnd { self.hadInput = true }
        let step = deflater.step(
            input.extracting(cursor..<payloadEnd),
            into: &output,
            room: position..<output.count,
            flushes: chunk.isLast
        )
        cursor += step.consumed
        position += step.produced

        // Room left over means that zlib has nothing more to say.
        if chunk.isLast, cursor == payloadEnd, position < output.count {
            return self.finish(chunk, &output, start, position, pool)
        }
        let end = self.kept.keep(from: output.span, start, position)
        guard end > start else { return .needsMore }
        return .message(self.next(chunk, isLast: false, start..<end))
    }

    private mutating func begin(_ chunk: MessageChunk, _ input: Span<UInt8>, _ pool: DeflatePool) {
        self.mode = .passing
        guard self.rule.compresses(chunk.kind, input.extracting(chunk.payload)) else { return }
        if self.deflater == nil {
            let bits = self.direction.windowBits
            self.deflater =
                self.direction.keepsContext ? pool.makeDeflater(windowBits: bits) : pool.lendDeflater(windowBits: bits)
        }
        // Without memory for a stream the message simply is not compressed.
        guard self.deflater != nil else { return }
        self.mode = .deflating
        self.kept = KeptBytes()
        self.wasDelivered = false
        self.hadInput = false
    }

    /// The flushed end of a message.
    private mutating func finish(
        _ chunk: MessageChunk,
        _ output: inout MutableSpan<UInt8>,
        _ start: Int,
        _ position: Int,
        _ pool: DeflatePool
    ) -> Deflated {
        self.mode = .idle
        if !self.direction.keepsContext, let deflater = self.deflater {
            self.deflater = nil
            pool.takeBack(deflater)
        }
        guard self.hadInput else {
            // §7.2.3.6: zlib flushes nothing when it was given nothing.
            output[start] = 0x00
            return .message(self.next(chunk, isLast: true, start..<(start + 1)))
        }
        let end = max(start, position - Self.tailBytes)
        // A whole message that did not shrink goes as it is, unless the next one will refer to it.
        if chunk.isFirst, !self.wasDelivered, !self.direction.keepsContext, end - start >= chunk.payload.count {
            return .asItIs
        }
        return .message(self.next(chunk, isLast: true, start..<end))
    }

    private mutating func next(_ chunk: MessageChunk, isLast: Bool, _ payload: Range<Int>) -> MessageChunk {
        let isFirst = !self.wasDelivered
        self.wasDelivered = true
        return MessageChunk(kind: chunk.kind, isFirst: isFirst, isLast: isLast, payload: payload, compressed: true)
    }

    /// Up to four bytes that may turn out to be the tail.
    private struct KeptBytes {
        private var bytes: InlineArray<4, UInt8> = [0, 0, 0, 0]
        private var count = 0

        /// Takes the last bytes of a run, and answers where what may be sent ends.
        mutating func keep(from output: Span<UInt8>, _ start: Int, _ position: Int) -> Int {
            self.count = min(MessageDeflation.tailBytes, position - start)
            let end = position - self.count
            for offset in 0..<self.count { self.bytes[offset] = output[end + offset] }
            return end
        }

        /// Puts them in front of the next run, and answers where that begins.
        func restore(to output: inout MutableSpan<UInt8>, at start: Int) -> Int {
            for offset in 0..<self.count { output[start + offset] = self.bytes[offset] }
            return start + self.count
        }
    }
}
