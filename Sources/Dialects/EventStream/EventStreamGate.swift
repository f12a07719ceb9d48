// The gate of an event stream that passes through: whole events go on or stay, and what is held back is only the last event
// while it is incomplete, so that a stream that is cut ends between two events and an error event can follow it. An
// incomplete event beyond `heldBytes` flows as it comes.

/// Lets events through, byte for byte or not at all.
struct EventStreamGate: Sendable {
    /// The longest incomplete event that is held back.
    static let heldBytes = 16 * 1024

    private(set) var parser: EventStreamParser
    /// How many bytes of the incomplete event have gone on already.
    private(set) var released = 0
    /// Whether the end of the body came within lines that went on without an end of ours.
    private var endsInsideEvent = false

    init(limits: EventStreamLimits) {
        parser = EventStreamParser(limits: limits)
    }

    /// Whether what went on so far ends where an event ends.
    var isBetweenEvents: Bool { released == 0 && !endsInsideEvent }

    mutating func append(_ piece: borrowing Span<UInt8>) { parser.append(piece) }

    /// The next complete event, which is to be passed on or replaced before the one after it is asked for.
    mutating func next() throws(EventStreamViolation) -> EventStreamBlock? { try parser.next() }

    /// Passes an event on as it came.
    mutating func pass(_ block: EventStreamBlock, into output: inout [UInt8]) {
        output.append(contentsOf: parser.buffer[block.raw].dropFirst(released))
        released = 0
    }

    /// Leaves an event out, none of which has gone on yet.
    mutating func withhold(_ block: EventStreamBlock) { released = 0 }

    /// Passes another text on in the place of an event; what has begun to flow goes on as it came.
    mutating func replace(_ block: EventStreamBlock, _ change: (String) -> String, into output: inout [UInt8]) {
        guard released == 0 else {
            pass(block, into: &output)
            return
        }
        output.append(contentsOf: change(String(decoding: parser.buffer[block.raw], as: UTF8.self)).utf8)
    }

    /// Once there are no complete events: lets go of an incomplete one that is too long to be held.
    mutating func releaseLongEvent(into output: inout [UInt8]) {
        let pending = parser.pending
        guard pending.count > Self.heldBytes else { return }
        output.append(contentsOf: parser.buffer[(pending.lowerBound + released)...])
        released = pending.count
    }

    /// What the end of the body leaves.
    enum Rest: Equatable {
        case nothing
        /// A last event that only lacked its line ends, and is given them.
        case event(EventStreamBlock)
        /// An event that was cut.
        case cut
    }

    /// Takes the end of the body; `isWhole` tells whether the data of a last event is.
    mutating func finish(isWhole: ([UInt8]) -> Bool) -> Rest {
        guard !parser.pending.isEmpty else { return .nothing }
        let pendingCount = parser.pending.count
        let lineEnds: [UInt8] = [0x0A, 0x0A]
        parser.append(lineEnds.span)
        do throws(EventStreamViolation) {
            guard var block = try parser.next() else { return .cut }
            if block.data != nil {
                guard isWhole(parser.data(of: block)) else { return .cut }
            } else {
                // Comments and the like need no end of ours.
                block.raw = block.raw.lowerBound..<(block.raw.lowerBound + min(block.raw.count, pendingCount))
                endsInsideEvent = true
            }
            return .event(block)
        } catch {
            return .cut
        }
    }
}
