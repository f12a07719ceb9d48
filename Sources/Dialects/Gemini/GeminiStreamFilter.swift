// A Gemini stream on its way from the upstream to the client (protocol: http §3.4): every byte goes on as it came, be the
// stream events or a JSON array, but an error may be rewritten, since upstreams quote their keys and addresses in errors.
//
// What is held back: only the last chunk while it is incomplete, so that a stream that is cut ends between two chunks and
// an error can follow it. An incomplete chunk beyond `heldBytes` flows as it comes. Gemini has no word for the end: a
// stream is whole when its body ends, or its array closes, after every candidate has said why it ended. The end of an
// array that is not whole goes on to nobody, so that there, too, an error can follow.

/// Filters and observes one stream.
package struct GeminiStreamFilter: Sendable {
    /// The longest incomplete chunk that is held back.
    package static let heldBytes = 16 * 1024

    private let rewriteError: (@Sendable (String) -> String)?
    private var framing: GeminiFraming?
    private var parser: EventStreamParser
    private var array: JSONArrayParser
    /// What our own error would have around it.
    private var frame: GeminiFrame
    /// How many bytes of the incomplete chunk have gone on already.
    private var released = 0
    /// Whether the end of the body came within lines that went on without an end of ours.
    private var endsInsideEvent = false
    /// Whether something that does not belong there came behind an array.
    private var isSealed = false
    private var candidates: UInt64 = 0
    private var finished: UInt64 = 0
    private var isBlocked = false

    /// The last usage that the upstream told.
    package private(set) var usage: ChatUsage?
    /// Bytes of text in the answer so far, for an estimate where no usage is told.
    package private(set) var textBytes = 0
    /// Whether the stream has ended, and was whole.
    package private(set) var sawDone = false
    /// Whether an error has come.
    package private(set) var sawError = false
    /// Chunks that went on to the client.
    package private(set) var forwardedEvents = 0

    /// `isJSONArray`: what the client asked for, in case that nothing comes.
    ///
    /// `rewriteError` is given the text of each chunk that tells an error and returns the text that goes on.
    package init(
        isJSONArray: Bool = false,
        limits: EventStreamLimits = EventStreamLimits(),
        rewriteError: (@Sendable (String) -> String)? = nil
    ) {
        self.rewriteError = rewriteError
        parser = EventStreamParser(limits: limits)
        array = JSONArrayParser(limits: limits)
        frame = GeminiFrame(isArray: isJSONArray)
    }

    /// Whether what went on so far ends where a chunk ends, so that an error of our own can follow.
    package var isBetweenEvents: Bool { released == 0 && !endsInsideEvent }

    /// Whether every candidate has said why it ended.
    private var isWhole: Bool { candidates == 0 ? isBlocked : candidates == finished }

    /// Takes the next bytes from the upstream and appends to `output` what goes on to the client.
    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into output: inout [UInt8]
    ) throws(EventStreamViolation) {
        var blanks = 0
        if framing == nil {
            guard let found = GeminiFraming.detect(piece) else { return Self.append(piece, to: &output) }
            (framing, blanks) = (found.framing, found.blanks)
            frame = GeminiFrame(isArray: found.framing == .array)
            Self.append(piece.extracting(..<blanks), to: &output)
        }
        let rest = piece.extracting(blanks..<piece.count)
        if framing == .array { try feedArray(rest, &output) } else { try feedEvents(rest, &output) }
    }

    /// Takes the end of the upstream's body; a last event that only lacks its line ends is given them.
    ///
    /// Returns whether the stream ended between two chunks. False means that it was cut within one, which then has gone on
    /// in part only if `isBetweenEvents` is false.
    package mutating func finish(into output: inout [UInt8]) -> Bool {
        switch framing {
        case nil: return true
        case .array?: return array.hasEnded
        case .events?: return finishEvents(&output)
        }
    }

    /// Ends the client's stream with an error of ours, unless it has ended.
    package mutating func fail(
        _ error: ProviderError,
        status: Int,
        requestID: String,
        into output: inout [UInt8]
    ) {
        guard !sawError, !sawDone else { return }
        sawError = true
        if !isBetweenEvents { output.append(contentsOf: "\n\n".utf8) }
        frame.begin(&output)
        output.append(contentsOf: GeminiErrorBody.body(error, status: status, requestID: requestID))
        frame.end(&output)
        frame.close(&output)
    }

    private static func append(_ piece: borrowing Span<UInt8>, to output: inout [UInt8]) {
        unsafe piece.withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
    }

    // MARK: - Events

    private mutating func feedEvents(
        _ piece: borrowing Span<UInt8>,
        _ output: inout [UInt8]
    ) throws(EventStreamViolation) {
        parser.append(piece)
        while let block = try parser.next() { pass(block, &output) }
        let pending = parser.pending
        if pending.count > Self.heldBytes {
            output.append(contentsOf: parser.buffer[(pending.lowerBound + released)...])
            released = pending.count
        }
    }

    private mutating func pass(_ block: EventStreamBlock, _ output: inout [UInt8]) {
        var isError = false
        if let data = block.data {
            let look: GeminiChunkLook?
            if block.dataLines > 1 {
                let joined = parser.data(of: block)
                look = GeminiChunkLook(joined.span, 0..<joined.count)
            } else {
                look = GeminiChunkLook(parser.buffer.span, data)
            }
            isError = note(look)
            forwardedEvents += 1
        } else if parser.buffer[block.raw].first == JSONGrammar.openBrace {
            // An error within a stream may come as bare JSON (§1.8).
            isError = note(GeminiChunkLook(parser.buffer.span, block.raw))
        }
        forward(parser.buffer[block.raw], isError: isError, &output)
    }

    private mutating func finishEvents(_ output: inout [UInt8]) -> Bool {
        guard !parser.pending.isEmpty else {
            sawDone = isWhole
            return true
        }
        let pendingCount = parser.pending.count
        let lineEnds: [UInt8] = [0x0A, 0x0A]
        parser.append(lineEnds.span)
        guard var block = try? parser.next() else { return false }
        if block.data != nil {
            let data = parser.data(of: block)
            guard GeminiChunkLook(data.span, 0..<data.count) != nil else { return false }
        } else if parser.buffer[block.raw].first != JSONGrammar.openBrace {
            // Comments and the like need no end of ours.
            block.raw = block.raw.lowerBound..<(block.raw.lowerBound + min(block.raw.count, pendingCount))
            endsInsideEvent = true
        }
        pass(block, &output)
        sawDone = isWhole
        return true
    }

    // MARK: - Arrays

    private mutating func feedArray(
        _ piece: borrowing Span<UInt8>,
        _ output: inout [UInt8]
    ) throws(EventStreamViolation) {
        guard !array.hasEnded else { return appendBlanks(piece, to: &output) }
        array.append(piece)
        while let block = try array.next() {
            var isError = false
            if let value = block.value {
                isError = note(GeminiChunkLook(array.buffer.span, value))
                frame.hasElements = true
                forwardedEvents += 1
            } else if !isWhole, !sawError {
                return
            }
            forward(array.buffer[block.raw], isError: isError, &output)
        }
        if array.hasEnded {
            sawDone = isWhole
            let rest = Array(array.buffer[array.pending])
            return appendBlanks(rest.span, to: &output)
        }
        let pending = array.pending
        if pending.count > Self.heldBytes {
            output.append(contentsOf: array.buffer[(pending.lowerBound + released)...])
            released = pending.count
        }
    }

    /// Of what stands behind an array nothing goes on but blanks.
    private mutating func appendBlanks(_ piece: borrowing Span<UInt8>, to output: inout [UInt8]) {
        guard sawDone || sawError else { return }
        for index in 0..<piece.count where !isSealed {
            switch piece[index] {
            case 0x20, 0x09, 0x0A, 0x0D: output.append(piece[index])
            default: isSealed = true
            }
        }
    }

    // MARK: - Chunks

    /// Learns what a chunk says; whether that is an error.
    private mutating func note(_ look: GeminiChunkLook?) -> Bool {
        guard let look else { return false }
        if let told = look.usage { usage = told }
        textBytes += look.textBytes
        candidates |= look.candidates
        finished |= look.finished
        if look.isBlocked { isBlocked = true }
        if look.hasError { sawError = true }
        return look.hasError
    }

    private mutating func forward(_ raw: ArraySlice<UInt8>, isError: Bool, _ output: inout [UInt8]) {
        if isError, released == 0, let rewriteError {
            output.append(contentsOf: rewriteError(String(decoding: raw, as: UTF8.self)).utf8)
        } else {
            output.append(contentsOf: raw.dropFirst(released))
        }
        released = 0
    }
}
