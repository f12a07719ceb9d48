// The bounds every HTTP/1.1 parser of this target works within, for either role.
//
// Nothing here is optional: whoever reads from a peer passes one of these values, and a parser that meets a bound throws
// the violation named beside it at the very byte that breaks it, not when the line or the message is complete.

/// Bounds for one HTTP/1.1 message.
package struct HTTPLimits: Sendable, Equatable {
    /// What happens to fields whose name contains an underscore.
    ///
    /// `Content_Length` and `Content-Length` are one variable to CGI-like servers behind us, so an underscored name is a
    /// way to smuggle a field past a check. Either way such a field is never taken for the hyphenated one.
    package enum UnderscoredNames: Sendable, Equatable {
        /// Checked and counted like any other, but absent from the parsed fields.
        case drop
        /// Kept under its own name.
        case keep
    }

    /// Bytes of a head, start line and final empty line included; more is `headTooLarge`.
    package var headBytes = 16 * 1024

    /// Field lines of a head; more is `tooManyFields`.
    package var fieldCount = 100

    /// Bytes of a request target; more is `targetTooLong`.
    package var targetBytes = 8 * 1024

    /// Bytes of a method name; more is `malformedRequestLine`.
    package var methodBytes = 32

    /// Empty lines tolerated before a request line (RFC 9112 §2.2); more is `malformedRequestLine`.
    package var leadingEmptyLines = 2

    /// Bytes of a body, declared or counted chunk by chunk; more is `bodyTooLarge`.
    package var bodyBytes = 32 * 1024 * 1024

    /// Bytes of one chunk-size line with its extensions; more is `chunkLineTooLong`.
    package var chunkLineBytes = 256

    /// Bytes of all chunk extensions of one body together; more is `chunkLineTooLong`.
    package var chunkExtensionBytes = 16 * 1024

    /// Bytes of the trailer section; more is `trailersTooLarge`.
    package var trailerBytes = 8 * 1024

    /// Interim (1xx) responses before the final one; more is `tooManyInterimResponses`.
    package var interimResponses = 8

    /// The treatment of fields whose name contains an underscore.
    package var underscoredNames = UnderscoredNames.drop

    /// The defaults for requests.
    package init() {}

    /// The defaults for responses, whose bodies (event streams) have no natural end.
    package static var response: HTTPLimits {
        var limits = HTTPLimits()
        limits.bodyBytes = Int.max
        return limits
    }
}
