// Server-sent events (WHATWG HTML §9.2), cut into events without losing a byte: each event is a range of the bytes as they
// came, line ends and comments included, so that it can be passed on unchanged or left out whole.
//
// Lines end in LF, CR or CR LF. A CR ends its line at once, so an event is never held back to see whether an LF follows; if
// one does and was not there yet, it comes out as a block of its own, marked `endsPrevious`. A BOM at the start of the stream belongs to the first event.
//
// Invariants: the ranges handed out are adjacent and in order; `pending` is what was not handed out yet, and at most
// `eventBytes` and what one piece added.

/// One event of a stream: ranges into the parser's buffer, valid until the next `append`.
package struct EventStreamBlock: Equatable, Sendable {
    /// All bytes of the event, the blank line that ends it included.
    package var raw: Range<Int>
    /// The value of the last `event` line.
    package var name: Range<Int>?
    /// The value of the first `data` line; `EventStreamParser.data(of:)` joins several.
    package var data: Range<Int>?
    package var dataLines = 0
    /// Whether this is no event but the LF of the CR LF that ended the event before.
    package var endsPrevious = false
}

/// Cuts an event stream into events.
package struct EventStreamParser: Sendable {
    private let limits: EventStreamLimits
    /// The bytes that ranges refer to.
    package private(set) var buffer: [UInt8] = []
    /// Where the event that is not complete yet starts.
    private var start = 0
    /// Where the line that is not complete yet starts.
    private var lineStart = 0
    /// No line end lies between `lineStart` and here.
    private var scanned = 0
    private var current = EventStreamBlock(raw: 0..<0)
    private var endedWithReturn = false
    private var isAtStreamStart = true

    /// A buffer that grew beyond this is given back once it is empty.
    private static let keptCapacity = 64 * 1024

    package init(limits: EventStreamLimits = EventStreamLimits()) {
        self.limits = limits
    }

    /// The bytes that belong to no complete event yet.
    package var pending: Range<Int> { start..<buffer.count }

    /// Takes the next bytes of the stream, of any number; ranges handed out before are no longer valid.
    package mutating func append(_ piece: borrowing Span<UInt8>) {
        if start == buffer.count {
            buffer.removeAll(keepingCapacity: buffer.capacity <= Self.keptCapacity)
        } else if start > 0 {
            buffer.removeSubrange(..<start)
        }
        lineStart -= start
        scanned -= start
        current.name = current.name.map { ($0.lowerBound - start)..<($0.upperBound - start) }
        current.data = current.data.map { ($0.lowerBound - start)..<($0.upperBound - start) }
        start = 0
        unsafe piece.withUnsafeBufferPointer { unsafe buffer.append(contentsOf: $0) }
    }

    /// The next complete event; nil if more bytes are needed.
    package mutating func next() throws(EventStreamViolation) -> EventStreamBlock? {
        while true {
            if endedWithReturn, lineStart < buffer.count {
                // The LF of a CR LF whose CR has ended the line already.
                endedWithReturn = false
                if buffer[lineStart] == 0x0A {
                    let isBetweenEvents = lineStart == start
                    lineStart += 1
                    scanned = lineStart
                    if isBetweenEvents { return take(EventStreamBlock(raw: 0..<0, endsPrevious: true)) }
                }
            }
            if isAtStreamStart, !skipByteOrderMark() { return nil }
            let stop = ByteSearch.lineStop(buffer.span, from: scanned, to: buffer.count)
            scanned = stop
            guard stop - lineStart <= limits.lineBytes else { throw .lineTooLong }
            guard stop - start <= limits.eventBytes else { throw .eventTooLong }
            guard stop < buffer.count else { return nil }
            let line = lineStart..<stop
            lineStart = stop + 1
            scanned = lineStart
            endedWithReturn = buffer[stop] == 0x0D
            if line.isEmpty { return dispatch() }
            read(line)
        }
    }

    /// The data of an event: the values of its `data` lines joined by LF.
    package func data(of block: EventStreamBlock) -> [UInt8] {
        guard let first = block.data else { return [] }
        var result = Array(buffer[first])
        var index = block.dataLines > 1 ? first.upperBound + 1 : block.raw.upperBound
        while index < block.raw.upperBound {
            let stop = ByteSearch.lineStop(buffer.span, from: index, to: block.raw.upperBound)
            if let value = value(of: "data", in: index..<stop) {
                result.append(0x0A)
                result.append(contentsOf: buffer[value])
            }
            index = stop + 1
        }
        return result
    }

    private mutating func dispatch() -> EventStreamBlock {
        // The LF of a final CR LF that is in hand already is part of this event.
        if endedWithReturn, lineStart < buffer.count {
            endedWithReturn = false
            if buffer[lineStart] == 0x0A { lineStart += 1 }
            scanned = lineStart
        }
        let block = current
        current = EventStreamBlock(raw: 0..<0)
        return take(block)
    }

    /// Hands out everything before the line that comes next.
    private mutating func take(_ block: EventStreamBlock) -> EventStreamBlock {
        var block = block
        block.raw = start..<lineStart
        start = lineStart
        return block
    }

    private mutating func read(_ line: Range<Int>) {
        if let value = value(of: "data", in: line) {
            if current.data == nil { current.data = value }
            current.dataLines += 1
        } else if let value = value(of: "event", in: line) {
            current.name = value
        }
    }

    /// The value of a line if it is this field: behind the colon and one blank; empty if there is no colon.
    private func value(of field: StaticString, in line: Range<Int>) -> Range<Int>? {
        let count = field.utf8CodeUnitCount
        guard line.count >= count else { return nil }
        for offset in 0..<count where unsafe buffer[line.lowerBound + offset] != field.utf8Start[offset] { return nil }
        var index = line.lowerBound + count
        guard index < line.upperBound else { return index..<index }
        guard buffer[index] == 0x3A else { return nil }
        index += 1
        if index < line.upperBound, buffer[index] == 0x20 { index += 1 }
        return index..<line.upperBound
    }

    /// Passes over a BOM at the start of the stream; false if more bytes are needed to tell.
    private mutating func skipByteOrderMark() -> Bool {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        guard buffer.starts(with: mark.prefix(buffer.count)) else {
            isAtStreamStart = false
            return true
        }
        guard buffer.count >= mark.count else { return false }
        isAtStreamStart = false
        lineStart = mark.count
        scanned = mark.count
        return true
    }
}
