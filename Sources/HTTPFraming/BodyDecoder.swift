// The body of a message (RFC 9112 §6 and §7.1), found in place: the decoder says which bytes are content and copies none.
//
// Chunked states: size → (extension) → sizeLineFeed → data → dataReturn → dataLineFeed → size …; after the chunk of size
// zero trailerStart → (trailerName → trailerValue → trailerLineFeed → trailerStart) → finalLineFeed → ended. A trailer is
// checked, counted and dropped. Every line ends in CR LF, sizes are bare hexadecimal digits.

/// What a body decoder found next.
package enum BodyEvent: Equatable, Sendable {
    /// All bytes offered are used up and the body goes on.
    case needsMore
    /// These bytes, by their index in the span, are content.
    case data(Range<Int>)
    /// The body is complete; what lies at the cursor belongs to the next message.
    case end
}

/// Finds the content of one body.
package struct BodyDecoder: Sendable {
    private enum State: Sendable {
        case length(remaining: Int)
        case untilClose
        case size
        case sizeExtension
        case sizeLineFeed
        case chunk(remaining: Int)
        case chunkReturn
        case chunkLineFeed
        case trailerStart
        case trailerName
        case trailerValue
        case trailerLineFeed
        case finalLineFeed
        case ended
    }

    private let limits: HTTPLimits
    private var state: State
    private var total = 0
    private var size = 0
    private var sizeDigits = 0
    private var lineBytes = 0
    private var extensionBytes = 0
    private var trailerBytes = 0

    package init(_ framing: BodyFraming, limits: HTTPLimits) {
        self.limits = limits
        switch framing {
        case .none: state = .ended
        case .length(let length): state = length > 0 ? .length(remaining: length) : .ended
        case .chunked: state = .size
        case .untilClose: state = .untilClose
        }
    }

    /// Whether the last byte of the body has been passed.
    package var isComplete: Bool {
        if case .ended = state { true } else { false }
    }

    /// Finds the next piece of content between `cursor` and `end` and moves the cursor past it.
    package mutating func next(
        _ bytes: borrowing Span<UInt8>,
        from cursor: inout Int,
        to end: Int
    ) throws(HTTPViolation) -> BodyEvent {
        let end = min(end, bytes.count)
        while true {
            switch state {
            case .ended:
                return .end
            case .length(let remaining):
                guard cursor < end else { return .needsMore }
                let range = take(remaining, from: &cursor, to: end)
                try count(range.count)
                state = range.count == remaining ? .ended : .length(remaining: remaining - range.count)
                return .data(range)
            case .untilClose:
                guard cursor < end else { return .needsMore }
                let range = take(Int.max, from: &cursor, to: end)
                try count(range.count)
                return .data(range)
            case .chunk(let remaining):
                guard cursor < end else { return .needsMore }
                let range = take(remaining, from: &cursor, to: end)
                state = range.count == remaining ? .chunkReturn : .chunk(remaining: remaining - range.count)
                return .data(range)
            case .size, .sizeExtension, .sizeLineFeed, .chunkReturn, .chunkLineFeed, .trailerStart, .trailerName,
                .trailerValue, .trailerLineFeed, .finalLineFeed:
                guard cursor < end else { return .needsMore }
                try step(bytes[cursor])
                cursor += 1
            }
        }
    }

    /// Tells that the connection has ended; throws unless the body may end here.
    package mutating func endOfStream() throws(HTTPViolation) {
        switch state {
        case .ended, .untilClose:
            state = .ended
        case .length, .size, .sizeExtension, .sizeLineFeed, .chunk, .chunkReturn, .chunkLineFeed, .trailerStart,
            .trailerName, .trailerValue, .trailerLineFeed, .finalLineFeed:
            throw .truncatedBody
        }
    }

    private func take(_ wanted: Int, from cursor: inout Int, to end: Int) -> Range<Int> {
        let start = cursor
        cursor += min(wanted, end - cursor)
        return start..<cursor
    }

    private mutating func count(_ bytes: Int) throws(HTTPViolation) {
        let (sum, overflow) = total.addingReportingOverflow(bytes)
        guard !overflow, sum <= limits.bodyBytes else { throw .bodyTooLarge }
        total = sum
    }

    /// Judges one byte that is not content.
    private mutating func step(_ byte: UInt8) throws(HTTPViolation) {
        switch state {
        case .size: try readSize(byte)
        case .sizeExtension: try readExtension(byte)
        case .sizeLineFeed:
            guard byte == Grammar.lineFeed else { throw .invalidChunk }
            try beginChunk()
        case .chunkReturn:
            guard byte == Grammar.carriageReturn else { throw .invalidChunk }
            state = .chunkLineFeed
        case .chunkLineFeed:
            guard byte == Grammar.lineFeed else { throw .invalidChunk }
            state = .size
        case .trailerStart, .trailerName, .trailerValue, .trailerLineFeed, .finalLineFeed:
            try readTrailer(byte)
        case .length, .untilClose, .chunk, .ended:
            break
        }
    }

    /// RFC 9112 §7.1: one to sixteen hexadecimal digits, then CR or an extension.
    private mutating func readSize(_ byte: UInt8) throws(HTTPViolation) {
        lineBytes += 1
        if let digit = Grammar.hexValue(byte) {
            sizeDigits += 1
            let (product, overflow) = size.multipliedReportingOverflow(by: 16)
            guard sizeDigits <= 16, !overflow else { throw .invalidChunk }
            // The product's low four bits are zero, so this cannot overflow.
            size = product | Int(digit)
        } else if sizeDigits > 0, byte == Grammar.carriageReturn {
            state = .sizeLineFeed
        } else if sizeDigits > 0, byte == Grammar.semicolon {
            state = .sizeExtension
        } else {
            throw .invalidChunk
        }
    }

    /// RFC 9112 §7.1.1: an extension is passed over; it may not grow or repeat without end.
    private mutating func readExtension(_ byte: UInt8) throws(HTTPViolation) {
        lineBytes += 1
        extensionBytes += 1
        if byte == Grammar.carriageReturn {
            state = .sizeLineFeed
            return
        }
        guard Grammar.isFieldContent(byte) else { throw .invalidChunk }
        guard lineBytes <= limits.chunkLineBytes, extensionBytes <= limits.chunkExtensionBytes else {
            throw .chunkLineTooLong
        }
    }

    private mutating func beginChunk() throws(HTTPViolation) {
        try count(size)
        state = size == 0 ? .trailerStart : .chunk(remaining: size)
        size = 0
        sizeDigits = 0
        lineBytes = 0
    }

    /// RFC 9112 §7.1.2: trailer fields are checked like header fields, then forgotten.
    private mutating func readTrailer(_ byte: UInt8) throws(HTTPViolation) {
        trailerBytes += 1
        guard trailerBytes <= limits.trailerBytes else { throw .trailersTooLarge }
        switch state {
        case .trailerStart:
            if byte == Grammar.carriageReturn {
                state = .finalLineFeed
            } else {
                guard Grammar.isToken(byte) else { throw .invalidTrailer }
                state = .trailerName
            }
        case .trailerName:
            if byte == Grammar.colon {
                state = .trailerValue
            } else {
                guard Grammar.isToken(byte) else { throw .invalidTrailer }
            }
        case .trailerValue:
            if byte == Grammar.carriageReturn {
                state = .trailerLineFeed
            } else {
                guard Grammar.isFieldContent(byte) else { throw .invalidTrailer }
            }
        case .trailerLineFeed:
            guard byte == Grammar.lineFeed else { throw .invalidTrailer }
            state = .trailerStart
        case .finalLineFeed:
            guard byte == Grammar.lineFeed else { throw .invalidTrailer }
            state = .ended
        case .length, .untilClose, .size, .sizeExtension, .sizeLineFeed, .chunk, .chunkReturn, .chunkLineFeed, .ended:
            break
        }
    }
}
