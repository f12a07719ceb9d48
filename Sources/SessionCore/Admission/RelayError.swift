// Every way in which Longwire says no, as one value: what it is, whose fault, whether another route may help, and what
// it becomes on the wire (HTTP status, `type` and `code` of the error body, close code of a realtime session).
//
// The rows of the error table are the static makers in `RelayError+Refusals.swift` and `RelayError+Upstream.swift`; the
// body in a client's dialect is rendered elsewhere. Messages name the reason and the remedy and never contain a key
// (robustness G1); text of the peer's appears in them only through `quoted`.

/// A refusal or a failure, ready to be told to a client.
package struct RelayError: Error, Sendable, Equatable {
    /// Whose fault it is.
    package enum Blame: String, Sendable, Equatable {
        case client
        case upstream
        case relay
    }

    /// Whether trying again elsewhere can help, as long as nothing was promised to the client.
    package enum Retry: String, Sendable, Equatable {
        case never
        case nextRoute
    }

    /// HTTP status.
    package var status: Int
    /// `error.type` in the OpenAI shape.
    package var type: String
    /// `error.code`: stable, for programs and for logs (`reason=`).
    package var code: String
    /// One or two sentences for people.
    package var message: String
    /// The parameter at fault.
    package var param: String?
    /// Close code of a realtime session that ends with this error (RFC 6455 §7.4).
    package var closeCode: UInt16
    /// Seconds after which trying again makes sense: `retry-after`.
    package var retryAfter: Int?
    /// `x-should-retry`, by which official clients decide; nil leaves it to the status.
    package var shouldRetry: Bool?
    /// The rates by which the client was refused: `x-ratelimit-*`.
    package var rateStatus: RateStatus?
    package var blame: Blame
    package var retry: Retry

    package init(
        status: Int,
        type: String,
        code: String,
        message: String,
        param: String? = nil,
        closeCode: UInt16,
        retryAfter: Int? = nil,
        blame: Blame = .client,
        retry: Retry = .never
    ) {
        self.status = status
        self.type = type
        self.code = code
        self.message = message
        self.param = param
        self.closeCode = closeCode
        self.retryAfter = retryAfter
        self.blame = blame
        self.retry = retry
    }

    /// `<type>.<code>`, the reason of the close frame as OpenAI words it; far below the 123 bytes of RFC 6455 §5.5.
    package var closeReason: String { "\(type).\(code)" }
}

extension RelayError {
    /// Longest piece of a peer's text that a message repeats, in bytes.
    private static let quotedLimit = 128

    /// Returns a peer's text fit for a message: short, one line, printable (robustness G12, A23), in quotes.
    package static func quoted(_ text: String) -> String {
        var result = "'"
        for (count, scalar) in text.unicodeScalars.enumerated() {
            guard count < quotedLimit else {
                result += "…"
                break
            }
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned:
                result += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                // A key pasted into the wrong place must not come back in a body or a log.
                result.unicodeScalars.append(scalar)
            }
        }
        return Redaction.withoutKeys(result + "'")
    }
}
