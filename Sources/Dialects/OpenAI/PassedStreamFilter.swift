// A stream of one of OpenAI's other endpoints on its way to the client: every event goes on byte for byte, but an error may be
// rewritten, since upstreams quote their keys and addresses in errors. (`/v1/completions` streams as chat does: its filter is
// `ChatStreamFilter`.)
//
// Such streams end with an event whose type says so, and have no `[DONE]`; what comes behind the end goes on as well.

/// Passes on and observes one stream of events that name their `type`.
package struct PassedStreamFilter: Sendable {
    private let rewriteError: (@Sendable (String) -> String)?
    private var gate: EventStreamGate

    /// The last usage that the upstream told.
    package private(set) var passedUsage: PassedUsage?
    /// Bytes of text in the answer so far, for an estimate where no usage is told.
    package private(set) var textBytes = 0
    /// Whether the event that ends the answer has come.
    package private(set) var sawDone = false
    /// Whether the upstream has said that it failed.
    package private(set) var sawError = false
    /// Events with data that went on to the client.
    package private(set) var forwardedEvents = 0

    /// `rewriteError` is given the text of each event that tells an error and returns the text that goes on.
    package init(
        limits: EventStreamLimits = EventStreamLimits(),
        rewriteError: (@Sendable (String) -> String)? = nil
    ) {
        self.rewriteError = rewriteError
        gate = EventStreamGate(limits: limits)
    }

    /// The tokens of the last usage; nil where none is told, or time instead.
    package var usage: ChatUsage? { passedUsage.flatMap { $0.tokens.isEmpty ? nil : $0.tokens } }

    /// Whether what went on so far ends where an event ends, so that an event of our own can follow.
    package var isBetweenEvents: Bool { gate.isBetweenEvents }

    /// Takes the next bytes from the upstream and appends to `output` what goes on to the client.
    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into output: inout [UInt8]
    ) throws(EventStreamViolation) {
        gate.append(piece)
        while let block = try gate.next() { pass(block, into: &output) }
        gate.releaseLongEvent(into: &output)
    }

    /// Takes the end of the upstream's body; a last event that only lacks its line ends is given them.
    ///
    /// Returns whether the stream ended between two events. False means that it was cut within one, which then has gone on
    /// in part only if `isBetweenEvents` is false.
    package mutating func finish(into output: inout [UInt8]) -> Bool {
        switch gate.finish(isWhole: { PassedEvent($0.span, 0..<$0.count) != nil || $0.starts(with: "[DONE]".utf8) }) {
        case .nothing: return true
        case .cut: return false
        case .event(let block):
            pass(block, into: &output)
            return true
        }
    }

    private mutating func pass(_ block: EventStreamBlock, into output: inout [UInt8]) {
        if observe(block), let rewriteError {
            gate.replace(block, rewriteError, into: &output)
        } else {
            gate.pass(block, into: &output)
        }
        if block.data != nil { forwardedEvents += 1 }
    }

    /// Learns what an event says; whether it tells an error.
    private mutating func observe(_ block: EventStreamBlock) -> Bool {
        guard let data = block.data else { return false }
        let event: PassedEvent?
        if block.dataLines > 1 {
            let joined = gate.parser.data(of: block)
            if ChatStreamFilter.isDone(joined.span, 0..<joined.count) { sawDone = true }
            event = PassedEvent(joined.span, 0..<joined.count)
        } else {
            if ChatStreamFilter.isDone(gate.parser.buffer.span, data) { sawDone = true }
            event = PassedEvent(gate.parser.buffer.span, data)
        }
        guard let event else { return false }
        if let told = event.usage { passedUsage = told }
        textBytes += event.textBytes
        if event.isEnd { sawDone = true }
        if event.isError { sawError = true }
        return event.isError
    }
}
