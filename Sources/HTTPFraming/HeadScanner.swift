// Finds the end of a head (RFC 9112 §2.1) in bytes that may come one at a time, and refuses early what no later byte
// could mend: a scan goes on where the last one stopped, so dripping costs no more than one pass, and noise is refused
// at its first wrong byte instead of at the head timeout.
//
// States: `startLine` → `field` (a line is in progress) ⇄ `lineStart` → done. A CR moves to `startLineFeed` or
// `lineFeed`, where only LF is allowed. Before the start line of a request a few empty lines are passed over.

/// The incremental half of a head parser, for either role.
struct HeadScanner: Sendable {
    /// Which start line is expected.
    enum StartLine: Sendable {
        case request
        case response
    }

    private enum State: Sendable {
        case beforeStartLine
        case emptyLineFeed
        case startLine
        case startLineFeed
        case lineStart
        case field
        case fieldLineFeed
        case finalLineFeed
    }

    private let startLine: StartLine
    private let limits: HTTPLimits
    private var state = State.beforeStartLine
    private var emptyLines = 0
    /// Every byte before this one has been judged.
    private var scanned = 0
    /// Where the method ended, 0 while it has not.
    private var methodEnd = 0

    /// The index of the start line's first byte.
    private(set) var start = 0
    /// The index of the start line's CR.
    private(set) var startLineEnd = 0
    /// The number of field lines.
    private(set) var fieldCount = 0

    init(_ startLine: StartLine, limits: HTTPLimits) {
        self.startLine = startLine
        self.limits = limits
    }

    /// Goes on scanning; returns the index after the head once its final empty line has come, nil until then.
    mutating func advance(_ bytes: borrowing Span<UInt8>) throws(HTTPViolation) -> Int? {
        let end = min(bytes.count, limits.headBytes)
        while scanned < end {
            let byte = bytes[scanned]
            switch state {
            case .beforeStartLine: try beginStartLine(byte)
            case .emptyLineFeed: try expectLineFeed(byte, then: .beforeStartLine)
            case .startLine: try continueStartLine(byte)
            case .startLineFeed: try expectLineFeed(byte, then: .lineStart)
            case .lineStart: try beginLine(byte)
            case .field: try continueField(bytes, to: end)
            case .fieldLineFeed: try expectLineFeed(byte, then: .lineStart)
            case .finalLineFeed:
                try expectLineFeed(byte, then: .lineStart)
                return scanned
            }
        }
        if scanned >= limits.headBytes { throw .headTooLarge }
        return nil
    }

    private mutating func expectLineFeed(_ byte: UInt8, then next: State) throws(HTTPViolation) {
        guard byte == Grammar.lineFeed else { throw .bareCarriageReturn }
        state = next
        scanned += 1
    }

    private mutating func beginStartLine(_ byte: UInt8) throws(HTTPViolation) {
        if byte == Grammar.carriageReturn, startLine == .request {
            emptyLines += 1
            guard emptyLines <= limits.leadingEmptyLines else { throw .malformedRequestLine }
            state = .emptyLineFeed
            scanned += 1
        } else {
            start = scanned
            state = .startLine
        }
    }

    private mutating func continueStartLine(_ byte: UInt8) throws(HTTPViolation) {
        switch startLine {
        case .request: try judgeRequestLine(byte)
        case .response: try judgeStatusLine(byte)
        }
        if byte == Grammar.carriageReturn {
            startLineEnd = scanned
            state = .startLineFeed
        }
        scanned += 1
    }

    private mutating func judgeRequestLine(_ byte: UInt8) throws(HTTPViolation) {
        if byte == Grammar.lineFeed { throw .bareLineFeed }
        guard methodEnd > 0 else {
            if byte == Grammar.space, scanned > start {
                methodEnd = scanned
            } else {
                guard Grammar.isToken(byte), scanned - start < limits.methodBytes else { throw .malformedRequestLine }
            }
            return
        }
        guard byte != Grammar.carriageReturn else { return }
        // The version follows the target, so this allows for " HTTP/1.1"; the parser measures the target itself.
        guard scanned - methodEnd <= limits.targetBytes + 10 else { throw .targetTooLong }
        guard Grammar.isTargetByte(byte) || byte == Grammar.space else { throw .invalidTarget }
    }

    private func judgeStatusLine(_ byte: UInt8) throws(HTTPViolation) {
        if byte == Grammar.lineFeed { throw .bareLineFeed }
        let offset = scanned - start
        let version: StaticString = "HTTP/1."
        if offset < version.utf8CodeUnitCount {
            guard unsafe version.utf8Start[offset] == byte else { throw .malformedStatusLine }
        } else if byte != Grammar.carriageReturn, !Grammar.isFieldContent(byte) {
            throw .controlByte
        }
    }

    private mutating func beginLine(_ byte: UInt8) throws(HTTPViolation) {
        switch byte {
        case Grammar.carriageReturn:
            state = .finalLineFeed
            scanned += 1
        case Grammar.space, Grammar.horizontalTab:
            throw .obsoleteFolding
        default:
            guard fieldCount < limits.fieldCount else { throw .tooManyFields }
            fieldCount += 1
            state = .field
        }
    }

    private mutating func continueField(_ bytes: borrowing Span<UInt8>, to end: Int) throws(HTTPViolation) {
        var index = scanned
        while index < end, Grammar.isFieldContent(bytes[index]) { index += 1 }
        scanned = index
        guard index < end else { return }
        switch bytes[index] {
        case Grammar.carriageReturn:
            state = .fieldLineFeed
            scanned += 1
        case Grammar.lineFeed:
            throw .bareLineFeed
        default:
            throw .controlByte
        }
    }
}
