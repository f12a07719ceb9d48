// A chat stream in no provider's words (protocol: http §1.4, §5, §8).
//
// When is an answer whole? When every candidate has told its finish reason: no reason is made up for one that never came,
// `[DONE]` or not. Without `[DONE]` the body must also have ended between two events, or behind an event that only lacks its
// line ends. Whoever knows that the connection broke does not call `finish`.
//
// `OpenAIChunkReader` knows what the chunks mean; here are their event stream and its end.

/// Reads a chat stream.
package struct OpenAIStreamReader: Sendable {
    private var parser: EventStreamParser
    private var chunks = OpenAIChunkReader()

    package init(limits: EventStreamLimits = EventStreamLimits()) {
        parser = EventStreamParser(limits: limits)
    }

    /// Whether `.ended` or `.failed` was said, or the body is over; nothing more is read.
    package var isOver: Bool { chunks.isOver }

    /// Takes the next bytes of the body and appends what they tell.
    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) throws(EventStreamViolation) {
        guard !isOver else { return }
        parser.append(piece)
        while !isOver, let block = try parser.next() {
            if !take(block, into: &events) {
                chunks.fail(
                    OpenAIResponseReader.nonsense("An event of the provider's stream is not JSON."),
                    into: &events
                )
            }
        }
    }

    /// Takes the end of the body; `.ended` is appended only if the answer is whole.
    package mutating func finish(into events: inout [GenerationEvent]) {
        guard !isOver else { return }
        if !parser.pending.isEmpty, !takeLast(into: &events) {
            chunks.cut()
        } else {
            chunks.finish(into: &events)
        }
    }

    /// Gives what has no line ends yet its own; false if that makes no event.
    private mutating func takeLast(into events: inout [GenerationEvent]) -> Bool {
        let lineEnds: [UInt8] = [0x0A, 0x0A]
        parser.append(lineEnds.span)
        do throws(EventStreamViolation) {
            while !isOver, let block = try parser.next() {
                guard take(block, into: &events) else { return false }
            }
            return true
        } catch {
            return false
        }
    }

    /// False if the event's data is nothing that a chunk could be.
    private mutating func take(_ block: EventStreamBlock, into events: inout [GenerationEvent]) -> Bool {
        Self.take(block, parser, &chunks, into: &events)
    }

    private static func take(
        _ block: EventStreamBlock,
        _ parser: borrowing EventStreamParser,
        _ chunks: inout OpenAIChunkReader,
        into events: inout [GenerationEvent]
    ) -> Bool {
        guard let data = block.data else { return true }
        let isError = block.name.map { parser.buffer[$0].elementsEqual("error".utf8) } ?? false
        if block.dataLines > 1 {
            let joined = parser.data(of: block)
            return chunks.read(joined.span, 0..<joined.count, isNamedError: isError, into: &events)
        }
        return chunks.read(parser.buffer.span, data, isNamedError: isError, into: &events)
    }
}
