// A chat stream on its way from the upstream to the client (protocol §1.4): every event goes on byte for byte, but the
// extra usage chunk is left out for a client that did not ask for it, and an error may be rewritten, since upstreams quote
// their keys and addresses in errors.
//
// What is held back: only the last event while it is incomplete, so that a stream that is cut ends between two events and
// an error event can follow it. An incomplete event beyond `heldBytes` can be no usage chunk and flows as it comes.
// After `[DONE]` nothing goes on: the stream is over, whatever the upstream still sends.

/// Filters and observes one chat stream.
package struct ChatStreamFilter: Sendable {
    private let clientWantsUsage: Bool
    private let rewriteError: (@Sendable (String) -> String)?
    private var gate: EventStreamGate
    private var hasWithheldLast = false

    /// The last usage that the upstream told.
    package private(set) var usage: ChatUsage?
    /// Bytes of text in the answer so far, for an estimate where no usage is told.
    package private(set) var textBytes = 0
    /// Whether `[DONE]` has come.
    package private(set) var sawDone = false
    /// Whether an event with a top-level `error` has come.
    package private(set) var sawError = false
    /// Events with data that went on to the client, `[DONE]` included.
    package private(set) var forwardedEvents = 0

    /// `rewriteError` is given the text of each event that tells an error and returns the text that goes on.
    package init(
        clientWantsUsage: Bool,
        limits: EventStreamLimits = EventStreamLimits(),
        rewriteError: (@Sendable (String) -> String)? = nil
    ) {
        self.clientWantsUsage = clientWantsUsage
        self.rewriteError = rewriteError
        self.gate = EventStreamGate(limits: limits)
    }

    /// Whether what went on so far ends where an event ends, so that an event of our own can follow.
    package var isBetweenEvents: Bool { gate.isBetweenEvents }

    /// Takes the next bytes from the upstream and appends to `output` what goes on to the client.
    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into output: inout [UInt8]
    ) throws(EventStreamViolation) {
        guard !sawDone else { return }
        gate.append(piece)
        while !sawDone, let block = try gate.next() {
            pass(block, into: &output)
        }
        if !sawDone { gate.releaseLongEvent(into: &output) }
    }

    /// Takes the end of the upstream's body; a last event that only lacks its line ends is given them.
    ///
    /// Returns whether the stream ended between two events. False means that it was cut within one, which then has gone on
    /// in part only if `isBetweenEvents` is false.
    package mutating func finish(into output: inout [UInt8]) -> Bool {
        guard !sawDone else { return true }
        let rest = gate.finish { data in
            Self.isDone(data.span, 0..<data.count) || ChatChunk(data.span, 0..<data.count) != nil
        }
        switch rest {
        case .nothing: return true
        case .cut: return false
        case .event(let block):
            pass(block, into: &output)
            return true
        }
    }

    /// What becomes of an event.
    private enum Verdict {
        case forward
        case withhold
        case rewrite
    }

    private mutating func pass(_ block: EventStreamBlock, into output: inout [UInt8]) {
        // The late LF of a CR LF shares the fate of the event that it ends.
        let verdict = block.endsPrevious ? (hasWithheldLast ? .withhold : .forward) : observe(block)
        switch verdict {
        case .forward: gate.pass(block, into: &output)
        case .withhold: gate.withhold(block)
        case .rewrite: gate.replace(block, rewriteError ?? { $0 }, into: &output)
        }
        hasWithheldLast = verdict == .withhold
        if verdict != .withhold, block.data != nil { forwardedEvents += 1 }
    }

    /// Learns what an event says and decides what becomes of it.
    private mutating func observe(_ block: EventStreamBlock) -> Verdict {
        guard let data = block.data else { return .forward }
        let chunk: ChatChunk?
        if block.dataLines > 1 {
            let joined = gate.parser.data(of: block)
            sawDone = Self.isDone(joined.span, 0..<joined.count)
            chunk = sawDone ? nil : ChatChunk(joined.span, 0..<joined.count)
        } else {
            sawDone = Self.isDone(gate.parser.buffer.span, data)
            chunk = sawDone ? nil : ChatChunk(gate.parser.buffer.span, data)
        }
        guard let chunk else { return .forward }
        textBytes += chunk.textBytes
        if let told = chunk.usage { usage = told }
        if chunk.hasError { sawError = true }
        guard gate.released == 0 else { return .forward }
        if chunk.isUsageChunk, !clientWantsUsage { return .withhold }
        return chunk.hasError && rewriteError != nil ? .rewrite : .forward
    }

    /// Clients end at data that starts with this, whatever follows it.
    static func isDone(_ bytes: borrowing Span<UInt8>, _ data: Range<Int>) -> Bool {
        let mark: StaticString = "[DONE]"
        guard data.count >= mark.utf8CodeUnitCount else { return false }
        for offset in 0..<mark.utf8CodeUnitCount where unsafe bytes[data.lowerBound + offset] != mark.utf8Start[offset]
        {
            return false
        }
        return true
    }
}
