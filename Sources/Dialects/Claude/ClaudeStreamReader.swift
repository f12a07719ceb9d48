// The event stream of a Claude-dialect upstream, in no provider's words (protocol: http §2.4).

/// Reads streamed answers in the Claude dialect.
package struct ClaudeStreamReader: Sendable {
    private var parser: EventStreamParser
    private var progress = ClaudeStreamProgress()

    package init(limits: EventStreamLimits = .init()) {
        self.parser = EventStreamParser(limits: limits)
    }

    /// Whether `.ended` or `.failed` was said; nothing more is read.
    package var isOver: Bool { progress.isOver }

    /// Takes the next bytes of the body and appends what they say.
    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) throws(EventStreamViolation) {
        guard !isOver else { return }
        parser.append(piece)
        while !isOver, let block = try parser.next() {
            take(block, isLast: false, into: &events)
        }
    }

    /// Takes the end of the body; a last event that only lacks its line ends is read.
    ///
    /// `.ended` is said only if the answer is whole.
    package mutating func finish(into events: inout [GenerationEvent]) {
        guard !isOver, !parser.pending.isEmpty else { return }
        let lineEnds: [UInt8] = [0x0A, 0x0A]
        parser.append(lineEnds.span)
        do throws(EventStreamViolation) {
            while !isOver, let block = try parser.next() {
                take(block, isLast: true, into: &events)
            }
        } catch {
            return
        }
    }

    private mutating func take(_ block: EventStreamBlock, isLast: Bool, into events: inout [GenerationEvent]) {
        guard let data = block.data else { return }
        let isRead: Bool
        if block.dataLines > 1 {
            let joined = parser.data(of: block)
            isRead = Self.read(&progress, joined.span, 0..<joined.count, into: &events)
        } else {
            let buffer = parser.buffer
            isRead = Self.read(&progress, buffer.span, data, into: &events)
        }
        // A cut event at the end is for whoever misses the end to complain of.
        if !isRead, !isLast, isKnown(block.name) { progress.fail("an event is not JSON", into: &events) }
    }

    private static func read(
        _ progress: inout ClaudeStreamProgress,
        _ bytes: borrowing Span<UInt8>,
        _ data: Range<Int>,
        into events: inout [GenerationEvent]
    ) -> Bool {
        guard let event = ClaudeStreamEvent(bytes, data) else { return false }
        progress.take(event, bytes, data, into: &events)
        return true
    }

    /// Whether an event of this name carries a part of the answer.
    private func isKnown(_ name: Range<Int>?) -> Bool {
        guard let name else { return false }
        let text = parser.buffer[name]
        return text.starts(with: "message_".utf8) || text.starts(with: "content_block_".utf8)
    }
}
