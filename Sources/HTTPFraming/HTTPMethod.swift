// Request methods (RFC 9110 §9.1). Names are case-sensitive: `get` is an unknown method, not GET.

/// A request method.
package enum HTTPMethod: Equatable, Hashable, Sendable {
    case get
    case head
    case post
    case put
    case patch
    case delete
    case options
    case connect
    case trace
    /// Any other token; a server answers 501 or 405.
    case other(String)

    /// Takes a method's name as it stands in a request line.
    package init(_ text: String) {
        switch text {
        case "GET": self = .get
        case "HEAD": self = .head
        case "POST": self = .post
        case "PUT": self = .put
        case "PATCH": self = .patch
        case "DELETE": self = .delete
        case "OPTIONS": self = .options
        case "CONNECT": self = .connect
        case "TRACE": self = .trace
        default: self = .other(text)
        }
    }

    /// The name as it stands in a request line.
    package var text: String {
        switch self {
        case .get: "GET"
        case .head: "HEAD"
        case .post: "POST"
        case .put: "PUT"
        case .patch: "PATCH"
        case .delete: "DELETE"
        case .options: "OPTIONS"
        case .connect: "CONNECT"
        case .trace: "TRACE"
        case .other(let text): text
        }
    }

    /// Whether RFC 9110 gives a request of this method a body as a rule.
    var usuallyHasBody: Bool {
        switch self {
        case .post, .put, .patch: true
        case .get, .head, .delete, .options, .connect, .trace, .other: false
        }
    }
}
