// What can be wrong with an HTTP/1.1 message (RFC 9110, RFC 9112), each with the status that answers it.
//
// The blame is always the remote side's. `status` is what a server answers to a request; whoever reads a response maps
// every case to 502 instead. After a violation the connection must be closed: where the next message starts is unknown.

/// A breach of HTTP/1.1 by the remote side.
package enum HTTPViolation: Error, Equatable, Sendable {
    // Start line.
    case malformedRequestLine
    case malformedStatusLine
    case unsupportedVersion
    case unsupportedMethod
    case invalidTarget
    case targetTooLong
    // Field lines.
    case headTooLarge
    case tooManyFields
    case bareLineFeed
    case bareCarriageReturn
    case controlByte
    case obsoleteFolding
    case invalidFieldName
    // Meaning of fields.
    case missingHost
    case duplicateHost
    case invalidHost
    case hostMismatch
    case invalidContentLength
    case invalidTransferEncoding
    case unsupportedTransferEncoding
    case conflictingLengths
    case lengthRequired
    case unknownExpectation
    case invalidQuery
    // Body.
    case bodyTooLarge
    case invalidChunk
    case chunkLineTooLong
    case invalidTrailer
    case trailersTooLarge
    case truncatedBody
    // Responses.
    case tooManyInterimResponses
}

extension HTTPViolation {
    /// The status with which a server answers the request.
    package var status: Int {
        switch self {
        case .malformedRequestLine, .malformedStatusLine, .invalidTarget, .bareLineFeed, .bareCarriageReturn,
            .controlByte, .obsoleteFolding, .invalidFieldName, .missingHost, .duplicateHost, .invalidHost,
            .hostMismatch, .invalidContentLength, .invalidTransferEncoding, .conflictingLengths, .lengthRequired,
            .invalidQuery, .invalidChunk, .chunkLineTooLong, .invalidTrailer, .truncatedBody,
            .tooManyInterimResponses:
            400
        case .bodyTooLarge: 413
        case .targetTooLong: 414
        case .unknownExpectation: 417
        case .headTooLarge, .tooManyFields, .trailersTooLarge: 431
        case .unsupportedMethod, .unsupportedTransferEncoding: 501
        case .unsupportedVersion: 505
        }
    }

    /// A stable token for error bodies, `reason=` in logs and metric labels.
    package var code: String {
        switch self {
        case .malformedRequestLine: "malformed_request_line"
        case .malformedStatusLine: "malformed_status_line"
        case .unsupportedVersion: "unsupported_http_version"
        case .unsupportedMethod: "unsupported_method"
        case .invalidTarget: "invalid_target"
        case .targetTooLong: "target_too_long"
        case .headTooLarge: "head_too_large"
        case .tooManyFields: "too_many_fields"
        case .bareLineFeed: "bare_line_feed"
        case .bareCarriageReturn: "bare_carriage_return"
        case .controlByte: "control_byte"
        case .obsoleteFolding: "obsolete_folding"
        case .invalidFieldName: "invalid_field_name"
        case .missingHost: "missing_host"
        case .duplicateHost: "duplicate_host"
        case .invalidHost: "invalid_host"
        case .hostMismatch: "host_mismatch"
        case .invalidContentLength: "invalid_content_length"
        case .invalidTransferEncoding: "invalid_transfer_encoding"
        case .unsupportedTransferEncoding: "unsupported_transfer_encoding"
        case .conflictingLengths: "conflicting_lengths"
        case .lengthRequired: "length_required"
        case .unknownExpectation: "unknown_expectation"
        case .invalidQuery: "invalid_query"
        case .bodyTooLarge: "request_too_large"
        case .invalidChunk: "invalid_chunk"
        case .chunkLineTooLong: "chunk_line_too_long"
        case .invalidTrailer: "invalid_trailer"
        case .trailersTooLarge: "trailers_too_large"
        case .truncatedBody: "truncated_body"
        case .tooManyInterimResponses: "too_many_interim_responses"
        }
    }

    /// One sentence for the person who reads the answer.
    package var message: String {
        switch self {
        case .malformedRequestLine: "The request line is not 'METHOD target HTTP/1.1'."
        case .malformedStatusLine: "The status line is not 'HTTP/1.1 code reason'."
        case .unsupportedVersion: "Only HTTP/1.1 and HTTP/1.0 are spoken here."
        case .unsupportedMethod: "This method is not implemented."
        case .invalidTarget: "The request target contains a character or a form that is not allowed."
        case .targetTooLong: "The request target is too long."
        case .headTooLarge: "The header block is too large."
        case .tooManyFields: "The header block has too many fields."
        case .bareLineFeed: "Lines must end with CR LF, not with LF alone."
        case .bareCarriageReturn: "A CR must be followed by LF."
        case .controlByte: "The header block contains a control character."
        case .obsoleteFolding: "A header field may not be continued on the next line."
        case .invalidFieldName: "A header field name is empty or contains a character that is not allowed."
        case .missingHost: "The Host header field is missing."
        case .duplicateHost: "The Host header field appears more than once."
        case .invalidHost: "The Host header field is not a host name or address with an optional port."
        case .hostMismatch: "The Host header field differs from the host in the request target."
        case .invalidContentLength: "Content-Length must appear once and be a plain decimal number."
        case .invalidTransferEncoding: "Transfer-Encoding must be exactly 'chunked', in an HTTP/1.1 message."
        case .unsupportedTransferEncoding: "Only the transfer coding 'chunked' is implemented."
        case .conflictingLengths: "Content-Length and Transfer-Encoding may not appear together."
        case .lengthRequired: "An HTTP/1.0 request with a body needs a Content-Length."
        case .unknownExpectation: "Only the expectation '100-continue' is understood."
        case .invalidQuery: "The query is not valid percent-encoded UTF-8 text, or has too many items."
        case .bodyTooLarge: "The body is too large."
        case .invalidChunk: "The chunked body is malformed."
        case .chunkLineTooLong: "A chunk-size line or its extensions are too long."
        case .invalidTrailer: "A trailer field is malformed."
        case .trailersTooLarge: "The trailer section is too large."
        case .truncatedBody: "The connection ended before the body was complete."
        case .tooManyInterimResponses: "Too many interim responses came before the final one."
        }
    }
}
