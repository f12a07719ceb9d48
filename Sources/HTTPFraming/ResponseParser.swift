// The head of a response, from the client's side (RFC 9112 §4 and §6).
//
// Interim responses are returned like any other, and counted: a server that never comes to the point is refused. A 101 is
// a head without a body; what follows it is no longer HTTP and begins right after `consumed`.

/// Parses the heads of the responses to one request: interim ones, then the final one.
package struct ResponseParser: Sendable {
    private let limits: HTTPLimits
    private let requestMethod: HTTPMethod
    private var scanner: HeadScanner
    private var interimResponses = 0

    package init(limits: HTTPLimits, requestMethod: HTTPMethod) {
        self.limits = limits
        self.requestMethod = requestMethod
        self.scanner = HeadScanner(.response, limits: limits)
    }

    /// Parses a head from all bytes so far, from its first one on; nil while its end has not come.
    ///
    /// Each call must be given the bytes of the last one and what came since; after an interim head, those that follow
    /// it. After a violation the parser must not be used again.
    package mutating func parse(
        _ bytes: borrowing Span<UInt8>
    ) throws(HTTPViolation) -> (head: ResponseHead, consumed: Int)? {
        guard let end = try scanner.advance(bytes) else { return nil }
        let line = scanner.start..<scanner.startLineEnd
        let fieldCount = scanner.fieldCount
        scanner = HeadScanner(.response, limits: limits)

        let (status, minorVersion, reason) = try Self.statusLine(bytes, line)
        let fields = try FieldSection.parse(bytes, (line.upperBound + 2)..<end, count: fieldCount, limits: limits)
        var head = ResponseHead(status: status, reason: reason, minorVersion: minorVersion, fields: fields)
        if head.isInterim {
            interimResponses += 1
            guard interimResponses <= limits.interimResponses else { throw .tooManyInterimResponses }
        }
        let keepAlive = FieldSection.keepAlive(fields, minorVersion: minorVersion)
        (head.body, head.keepAlive) = try body(status, fields, minorVersion: minorVersion, keepAlive: keepAlive)
        return (head, end)
    }

    /// RFC 9112 §4: "HTTP/1.x", a code of three digits, and a reason that may be missing with its blank.
    private static func statusLine(
        _ bytes: borrowing Span<UInt8>,
        _ line: Range<Int>
    ) throws(HTTPViolation) -> (status: Int, minorVersion: Int, reason: String) {
        guard line.count >= 12 else { throw .malformedStatusLine }
        let start = line.lowerBound
        let minor = bytes[start + 7]
        guard Grammar.isDigit(minor), bytes[start + 8] == Grammar.space else { throw .malformedStatusLine }
        var status = 0
        for index in (start + 9)..<(start + 12) {
            guard Grammar.isDigit(bytes[index]) else { throw .malformedStatusLine }
            status = status * 10 + Int(bytes[index] - 0x30)
        }
        guard (100...599).contains(status) else { throw .malformedStatusLine }
        guard line.count > 12 else { return (status, minor == 0x30 ? 0 : 1, "") }
        guard bytes[start + 12] == Grammar.space else { throw .malformedStatusLine }
        let part = bytes.extracting((start + 13)..<line.upperBound)
        let reason = unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
        return (status, minor == 0x30 ? 0 : 1, reason)
    }

    /// RFC 9112 §6.3: which responses have a body, and how it ends.
    private func body(
        _ status: Int,
        _ fields: HeaderFields,
        minorVersion: Int,
        keepAlive: Bool
    ) throws(HTTPViolation) -> (BodyFraming, keepAlive: Bool) {
        let length = try FieldSection.length(fields, minorVersion: minorVersion)
        if status < 200 || status == 204 {
            // Neither may carry a length (RFC 9110 §8.6); bytes sent under one would pass for the next response.
            return (.none, keepAlive && (length == .unstated || length == .length(0)))
        }
        if requestMethod == .head || status == 304 { return (.none, keepAlive) }
        if requestMethod == .connect, status < 300 { return (.none, false) }
        switch length {
        case .chunked: return (.chunked, keepAlive)
        case .length(let length): return (length == 0 ? .none : .length(length), keepAlive)
        case .unstated: return (.untilClose, false)
        }
    }
}
