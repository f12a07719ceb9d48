// A Claude stream on its way from an upstream to a client of the same dialect (protocol: http §2.4): every byte goes on as
// it came, but an error may be rewritten, since upstreams quote their keys and addresses in errors. After `message_stop`
// nothing goes on: the stream is over, whatever the upstream still sends.

/// Passes on and observes one Claude stream.
package struct ClaudeStreamFilter: Sendable {
    private let rewriteError: (@Sendable (String) -> String)?
    private var gate: EventStreamGate
    /// What `message_start` told, overlaid by what each `message_delta` did.
    private var told: ClaudeUsage?

    /// Bytes of text in the answer so far, for an estimate where no usage is told.
    package private(set) var textBytes = 0
    /// Whether `message_stop` has come.
    package private(set) var sawDone = false
    /// Whether an `error` has come.
    package private(set) var sawError = false
    /// Events with data that went on to the client, `message_stop` included.
    package private(set) var forwardedEvents = 0

    /// `rewriteError` is given the text of each event that tells an error and returns the text that goes on.
    package init(
        limits: EventStreamLimits = EventStreamLimits(),
        rewriteError: (@Sendable (String) -> String)? = nil
    ) {
        self.rewriteError = rewriteError
        gate = EventStreamGate(limits: limits)
    }

    /// The usage that the upstream has told so far.
    package var usage: ChatUsage? { told?.chatUsage }

    /// Whether what went on so far ends where an event ends, so that an event of our own can follow.
    package var isBetweenEvents: Bool { gate.isBetweenEvents }

    /// Takes the next bytes from the upstream and appends to `output` what goes on to the client.
    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into output: inout [UInt8]
    ) throws(EventStreamViolation) {
        guard !sawDone else { return }
        gate.append(piece)
        while !sawDone, let block = try gate.next() { pass(block, into: &output) }
        if !sawDone { gate.releaseLongEvent(into: &output) }
    }

    /// Takes the end of the upstream's body; a last event that only lacks its line ends is given them.
    ///
    /// Returns whether the stream ended between two events. False means that it was cut within one, which then has gone on
    /// in part only if `isBetweenEvents` is false.
    package mutating func finish(into output: inout [UInt8]) -> Bool {
        guard !sawDone else { return true }
        switch gate.finish(isWhole: { ClaudeStreamEvent($0.span, 0..<$0.count) != nil }) {
        case .nothing: return true
        case .cut: return false
        case .event(let block):
            pass(block, into: &output)
            return true
        }
    }

    private mutating func pass(_ block: EventStreamBlock, into output: inout [UInt8]) {
        let tellsError = observe(block)
        if tellsError { sawError = true }
        if tellsError, let rewriteError {
            gate.replace(block, rewriteError, into: &output)
        } else {
            gate.pass(block, into: &output)
        }
        if block.data != nil { forwardedEvents += 1 }
    }

    /// Learns what an event says; whether it tells an error.
    private mutating func observe(_ block: EventStreamBlock) -> Bool {
        guard let data = block.data else { return false }
        let buffer = block.dataLines > 1 ? gate.parser.data(of: block) : gate.parser.buffer
        let range = block.dataLines > 1 ? 0..<buffer.count : data
        let bytes = buffer.span
        // A client goes by the name, so an error without readable data is one, too.
        let isNamedError = block.name.map { gate.parser.buffer[$0].elementsEqual("error".utf8) } ?? false
        guard let event = ClaudeStreamEvent(bytes, range) else { return isNamedError }
        switch event.kind {
        case .messageStart, .messageDelta:
            if let news = event.usage(in: bytes) {
                var usage = told ?? ClaudeUsage()
                usage.overlay(news)
                told = usage
            }
        case .blockDelta: textBytes += event.textBytes(in: bytes)
        case .messageStop: sawDone = true
        case .blockStart, .blockStop, .error, .other: break
        }
        return event.kind == .error || isNamedError
    }
}
