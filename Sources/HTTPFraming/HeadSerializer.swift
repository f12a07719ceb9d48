// Writes heads (RFC 9112 §3 and §4), always as HTTP/1.1.
//
// Nothing given to it can break out of its line: `HeaderFields` holds no control character, a method loses every byte that is
// no token, and a byte that may not stand in a target is percent-encoded.

/// Writes request and response heads.
package enum HeadSerializer {
    /// Room for a head of the usual size, so that it does not grow line by line.
    private static let usualBytes = 960

    /// The bytes of a request head.
    package static func request(method: String, target: String, fields: HeaderFields) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(usualBytes)
        appendRequest(method: method, target: target, fields: fields, to: &output)
        return output
    }

    /// The bytes of a response head.
    package static func response(status: Int, fields: HeaderFields) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(usualBytes)
        appendResponse(status: status, fields: fields, to: &output)
        return output
    }

    /// Appends a request head.
    package static func appendRequest(
        method: String,
        target: String,
        fields: HeaderFields,
        to output: inout [UInt8]
    ) {
        for byte in method.utf8 where Grammar.isToken(byte) { output.append(byte) }
        output.append(Grammar.space)
        for byte in target.utf8 {
            if Grammar.isTargetByte(byte) {
                output.append(byte)
            } else {
                Grammar.appendEncoded(byte, to: &output)
            }
        }
        output.append(contentsOf: " HTTP/1.1\r\n".utf8)
        fields.write(to: &output)
        appendLineEnd(to: &output)
    }

    /// Appends a response head; a status that is not of three digits becomes 500.
    package static func appendResponse(status: Int, fields: HeaderFields, to output: inout [UInt8]) {
        let status = (100...999).contains(status) ? status : 500
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        output.append(contentsOf: String(status).utf8)
        output.append(Grammar.space)
        output.append(contentsOf: reasonPhrase(status).utf8)
        appendLineEnd(to: &output)
        fields.write(to: &output)
        appendLineEnd(to: &output)
    }

    /// The reason phrase of a status (RFC 9110 §15), empty for one that has none.
    package static func reasonPhrase(_ status: Int) -> String {
        switch status {
        case 100: "Continue"
        case 101: "Switching Protocols"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 402: "Payment Required"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 421: "Misdirected Request"
        case 422: "Unprocessable Content"
        case 426: "Upgrade Required"
        case 428: "Precondition Required"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        default: ""
        }
    }

    private static func appendLineEnd(to output: inout [UInt8]) {
        output.append(Grammar.carriageReturn)
        output.append(Grammar.lineFeed)
    }
}
