// The head of a request, from the server's side (RFC 9112 §3 and §6, RFC 9110 §7.2).
//
// Strict where the RFC lets a server choose: exactly one blank between the parts of the request line, no CONNECT, no
// absolute target whose authority differs from Host. Whatever two parsers might read differently is refused here, once.

/// Parses the heads of the requests of one connection, one after another.
package struct RequestParser: Sendable {
    private let limits: HTTPLimits
    private var scanner: HeadScanner

    package init(limits: HTTPLimits) {
        self.limits = limits
        self.scanner = HeadScanner(.request, limits: limits)
    }

    /// Parses a head from all bytes so far, from its first one on; nil while its end has not come.
    ///
    /// Each call must be given the bytes of the last one and what came since. Once a head was returned, the next call
    /// starts with the first byte after that request's body. After a violation the parser must not be used again.
    package mutating func parse(
        _ bytes: borrowing Span<UInt8>
    ) throws(HTTPViolation) -> (head: RequestHead, consumed: Int)? {
        guard let end = try scanner.advance(bytes) else { return nil }
        let line = scanner.start..<scanner.startLineEnd
        let fieldCount = scanner.fieldCount
        scanner = HeadScanner(.request, limits: limits)

        let (method, targetRange, minorVersion) = try Self.requestLine(bytes, line, limits)
        let target = Self.text(bytes, targetRange)
        let form = try Self.targetForm(bytes, targetRange, method)
        let fields = try FieldSection.parse(bytes, (line.upperBound + 2)..<end, count: fieldCount, limits: limits)
        try Self.checkHost(fields, minorVersion: minorVersion, authority: form.authority)
        let body = try Self.body(fields, method: method, minorVersion: minorVersion, limits: limits)
        var head = RequestHead(
            method: method,
            target: target,
            path: form.path,
            query: form.query,
            minorVersion: minorVersion,
            fields: fields,
            body: body
        )
        head.keepAlive = FieldSection.keepAlive(fields, minorVersion: minorVersion)
        head.isUpgrade = fields.containsToken("connection", "upgrade")
        head.expectsContinue = try Self.expectsContinue(fields, minorVersion: minorVersion, body: body)
        return (head, end)
    }

    /// RFC 9112 §3: method SP target SP version, nothing else.
    private static func requestLine(
        _ bytes: borrowing Span<UInt8>,
        _ line: Range<Int>,
        _ limits: HTTPLimits
    ) throws(HTTPViolation) -> (HTTPMethod, target: Range<Int>, minorVersion: Int) {
        guard let methodEnd = index(of: Grammar.space, bytes, line) else { throw .malformedRequestLine }
        let rest = (methodEnd + 1)..<line.upperBound
        guard let targetEnd = index(of: Grammar.space, bytes, rest) else { throw .malformedRequestLine }
        let target = rest.lowerBound..<targetEnd
        let version = (targetEnd + 1)..<line.upperBound
        guard !target.isEmpty else { throw .malformedRequestLine }
        guard target.count <= limits.targetBytes else { throw .targetTooLong }
        let method = HTTPMethod(text(bytes, line.lowerBound..<methodEnd))
        if target.count == 1, bytes[target.lowerBound] == 0x2A, method != .options { throw .invalidTarget }
        switch text(bytes, version) {
        case "HTTP/1.1": return (method, target, 1)
        case "HTTP/1.0": return (method, target, 0)
        case let other where other.hasPrefix("HTTP/") && other.utf8.count == 8: throw .unsupportedVersion
        default: throw .malformedRequestLine
        }
    }

    private struct TargetForm {
        var path: String
        var query: String?
        var authority: String?
    }

    /// RFC 9112 §3.2: origin-form, absolute-form, or "*" with OPTIONS; authority-form belongs to CONNECT, refused.
    private static func targetForm(
        _ bytes: borrowing Span<UInt8>,
        _ target: Range<Int>,
        _ method: HTTPMethod
    ) throws(HTTPViolation) -> TargetForm {
        guard method != .connect else { throw .unsupportedMethod }
        var pathStart = target.lowerBound
        var authority: String?
        if bytes[pathStart] == 0x2A, target.count == 1 { return TargetForm(path: "*") }
        if bytes[pathStart] != 0x2F {
            guard let authorityStart = authorityStart(bytes, target) else { throw .invalidTarget }
            pathStart = authorityStart
            while pathStart < target.upperBound, bytes[pathStart] != 0x2F, bytes[pathStart] != 0x3F { pathStart += 1 }
            guard Grammar.isAuthority(bytes.extracting(authorityStart..<pathStart)) else { throw .invalidTarget }
            authority = text(bytes, authorityStart..<pathStart)
        }
        let mark = index(of: 0x3F, bytes, pathStart..<target.upperBound)
        let path = text(bytes, pathStart..<(mark ?? target.upperBound))
        let query = mark.map { text(bytes, ($0 + 1)..<target.upperBound) }
        return TargetForm(path: path.isEmpty ? "/" : path, query: query, authority: authority)
    }

    /// The index after `http://` or `https://`, the only schemes a request to us can name.
    private static func authorityStart(_ bytes: borrowing Span<UInt8>, _ target: Range<Int>) -> Int? {
        for scheme in ["http://", "https://"] where target.count > scheme.utf8.count {
            let end = target.lowerBound + scheme.utf8.count
            if Grammar.equalIgnoringCase(bytes.extracting(target.lowerBound..<end), scheme.utf8.span) { return end }
        }
        return nil
    }

    /// RFC 9112 §3.2: exactly one Host in HTTP/1.1, at most one in HTTP/1.0, and the same as in an absolute target.
    private static func checkHost(
        _ fields: HeaderFields,
        minorVersion: Int,
        authority: String?
    ) throws(HTTPViolation) {
        switch fields.count(of: "host") {
        case 0:
            guard minorVersion == 0 else { throw .missingHost }
            return
        case 1: break
        default: throw .duplicateHost
        }
        guard fields.withFirstValue(of: "host", Grammar.isAuthority) == true else { throw .invalidHost }
        if let authority, fields.onlyValue(of: "host", equals: authority) != true { throw .hostMismatch }
    }

    /// RFC 9112 §6.3: a request without either length field has no body.
    private static func body(
        _ fields: HeaderFields,
        method: HTTPMethod,
        minorVersion: Int,
        limits: HTTPLimits
    ) throws(HTTPViolation) -> BodyFraming {
        switch try FieldSection.length(fields, minorVersion: minorVersion) {
        case .chunked: return .chunked
        case .length(let length):
            guard length <= limits.bodyBytes else { throw .bodyTooLarge }
            return length == 0 ? .none : .length(length)
        case .unstated:
            // An HTTP/1.0 client may mean "until I close", which no request may (RFC 9112 §6.3 rule 7).
            guard minorVersion >= 1 || !method.usuallyHasBody else { throw .lengthRequired }
            return .none
        }
    }

    /// RFC 9110 §10.1.1: an expectation in HTTP/1.0 is ignored, one without a body has nothing to wait for.
    private static func expectsContinue(
        _ fields: HeaderFields,
        minorVersion: Int,
        body: BodyFraming
    ) throws(HTTPViolation) -> Bool {
        guard minorVersion >= 1, let isContinue = fields.onlyValue(of: "expect", equals: "100-continue") else {
            return false
        }
        guard isContinue else { throw .unknownExpectation }
        return body != .none
    }

    private static func index(of byte: UInt8, _ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Int? {
        for index in range where bytes[index] == byte { return index }
        return nil
    }

    private static func text(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
        let part = bytes.extracting(range)
        return unsafe part.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
