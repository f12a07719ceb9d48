// HTTP/1.1 heads, bodies and targets (RFC 9112, RFC 3986).

import HTTPFraming

enum HTTPTargets {
    static func requestHead(_ input: [UInt8], piece: Int) -> Disagreement? {
        .between(self.request(input, piece: input.count), self.request(input, piece: piece))
    }

    private static func request(_ input: [UInt8], piece: Int) -> String {
        var parser = RequestParser(limits: HTTPLimits())
        return self.grow(input, piece) { bytes throws(HTTPViolation) in
            try parser.parse(bytes).map { "\($0)" }
        }
    }

    static func responseHead(_ input: [UInt8], piece: Int) -> Disagreement? {
        .between(self.response(input, piece: input.count), self.response(input, piece: piece))
    }

    private static func response(_ input: [UInt8], piece: Int) -> String {
        var parser = ResponseParser(limits: .response, requestMethod: .get)
        return self.grow(input, piece) { bytes throws(HTTPViolation) in
            try parser.parse(bytes).map { "\($0)" }
        }
    }

    /// Offers ever longer prefixes, as a connection does, until there is an answer.
    private static func grow(
        _ input: [UInt8],
        _ piece: Int,
        _ parse: (borrowing Span<UInt8>) throws(HTTPViolation) -> String?
    ) -> String {
        var end = 0
        while end < input.count {
            end = min(input.count, end + max(1, piece))
            do throws(HTTPViolation) {
                if let head = try parse(input.span.extracting(0..<end)) { return head }
            } catch {
                return "\(error)"
            }
        }
        return "more"
    }

    static func chunkedBody(_ input: [UInt8], piece: Int) -> Disagreement? {
        .between(self.body(input, piece: input.count), self.body(input, piece: piece))
    }

    private static func body(_ input: [UInt8], piece: Int) -> String {
        var decoder = BodyDecoder(.chunked, limits: HTTPLimits())
        var content: [UInt8] = []
        var (cursor, end) = (0, 0)
        do throws(HTTPViolation) {
            while end < input.count {
                end = min(input.count, end + max(1, piece))
                pieces: while true {
                    switch try decoder.next(input.span, from: &cursor, to: end) {
                    case .needsMore: break pieces
                    case .data(let range): content += input[range]
                    case .end: return "end \(content) \(cursor)"
                    }
                }
            }
            return "more \(content)"
        } catch {
            return "\(error) \(content)"
        }
    }

    /// What was encoded decodes to itself; judging and decoding never trap; a head never has more lines than fields.
    static func requestTarget(_ input: [UInt8]) -> Disagreement? {
        let text = String(decoding: input, as: UTF8.self)
        _ = RequestTarget.isNormal(text)
        _ = RequestTarget.decodeSegment(text)
        _ = try? RequestTarget.queryItems(text)
        let isPlain = !text.utf8.contains { $0 < 32 || $0 == 127 }
        let decoded = RequestTarget.decodeQueryComponent(RequestTarget.encodeQueryComponent(text))
        if let disagreement = Disagreement.between(isPlain ? text : "none", decoded ?? "none") { return disagreement }
        var fields = HeaderFields()
        fields.append(text, text)
        fields.append("x", text)
        let head = HeadSerializer.request(method: text, target: text, fields: fields)
        return .between("\(2 + fields.count)", "\(head.filter { $0 == 10 }.count)")
    }
}
