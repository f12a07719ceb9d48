// An HTTP answer as a schedule: the head, pieces of the body with the pause before each, and how it ends.
//
// The head goes out together with the first piece, or at once when there is none. `bodyLength` is what the head
// promises; nil asks for chunked coding. An answer that ends in `.cut` or `.stall` may carry less than it promised.

package import Dialects

/// An answer to one HTTP request.
package struct SimulatedHTTPAnswer: Equatable, Sendable {
    package struct Piece: Equatable, Sendable {
        /// The pause since the piece before, or since the request was complete.
        package var after: Duration
        package var bytes: [UInt8]

        package init(after: Duration, bytes: [UInt8]) {
            self.after = after
            self.bytes = bytes
        }
    }

    package enum End: Equatable, Sendable {
        /// As HTTP wants it; the connection may be used again.
        case clean
        /// The TCP connection is cut after the last piece.
        case cut
        /// Nothing follows the last piece, and the connection stays open.
        case stall
    }

    package var status: Int
    /// Without `content-length` and `transfer-encoding`, which follow from `bodyLength`.
    package var headers: [SimulatedHeader]
    package var bodyLength: Int?
    package var pieces: [Piece]
    package var end: End
    /// Whether not even a head is sent.
    package var isSilent = false

    /// Never a byte.
    package static let silence = SimulatedHTTPAnswer(
        status: 200,
        headers: [],
        bodyLength: 0,
        pieces: [],
        end: .stall,
        isSilent: true
    )

    /// A whole JSON body after a pause.
    package static func json(
        _ status: Int,
        _ body: JSONValue,
        headers: [SimulatedHeader] = [],
        after pause: Duration = .zero
    ) -> SimulatedHTTPAnswer {
        let bytes = body.rendered
        return SimulatedHTTPAnswer(
            status: status,
            headers: [SimulatedHeader("content-type", "application/json")] + headers,
            bodyLength: bytes.count,
            pieces: [Piece(after: pause, bytes: bytes)],
            end: .clean
        )
    }

    /// An error in the OpenAI shape (HTTP reference §1.5).
    package static func error(
        _ status: Int,
        type: String = "invalid_request_error",
        code: String,
        message: String,
        param: String? = nil,
        headers: [SimulatedHeader] = []
    ) -> SimulatedHTTPAnswer {
        let error: JSONValue = [
            "message": .string(message), "type": .string(type), "param": .optional(param), "code": .string(code),
        ]
        return .json(status, ["error": error], headers: headers)
    }

    static func modelNotFound(_ name: String) -> SimulatedHTTPAnswer {
        .error(
            404,
            code: "model_not_found",
            message: "The model '\(name.prefix(128))' does not exist or you do not have access to it.",
            param: "model"
        )
    }

    /// The answer of a `sim-refuse-…` model: what a provider says with that status.
    static func refusal(_ status: Int) -> SimulatedHTTPAnswer {
        let (type, code): (String, String) =
            switch status {
            case 401: ("invalid_request_error", "invalid_api_key")
            case 403: ("permission_error", "model_access_denied")
            case 404: ("invalid_request_error", "model_not_found")
            case 429: ("rate_limit_exceeded", "rate_limit_exceeded")
            case 500...599: ("server_error", status == 503 ? "service_unavailable" : "server_error")
            default: ("invalid_request_error", "invalid_value")
            }
        let limits =
            status == 429
            ? [
                SimulatedHeader("retry-after", "1"), SimulatedHeader("x-ratelimit-limit-requests", "10000"),
                SimulatedHeader("x-ratelimit-remaining-requests", "0"),
                SimulatedHeader("x-ratelimit-reset-requests", "1s"),
            ] : []
        return .error(
            status,
            type: type,
            code: code,
            message: "The simulator was asked to refuse with status \(status).",
            headers: limits
        )
    }
}
