// What a listener serves. Transport knows no paths, keys or dialects; a service does.

package import HTTPFraming

/// A whole answer, made before any of it is sent.
package struct HTTPAnswer: Sendable {
    package var status: Int
    package var fields: HeaderFields
    package var body: [UInt8]

    package init(status: Int, fields: HeaderFields = HeaderFields(), body: [UInt8] = []) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}

/// Why a request is answered before a service has seen it.
package enum HTTPRefusal: Equatable, Sendable {
    /// The bytes are not a request we accept.
    case violation(HTTPViolation)
    /// The head or the body did not come in time.
    case timeout
}

/// Answers the exchanges of one loop's connections.
///
/// Loop-bound.
package protocol HTTPService: AnyObject {
    /// Takes an exchange whose head is complete; it must be answered, now or later.
    func handle(_ exchange: ServerExchange)

    /// Renders the answer to what never became an exchange.
    func answer(to refusal: HTTPRefusal) -> HTTPAnswer

    /// The same where only the body was at fault.
    func answer(to refusal: HTTPRefusal, of head: RequestHead) -> HTTPAnswer
}

extension HTTPService {
    package func answer(to refusal: HTTPRefusal, of head: RequestHead) -> HTTPAnswer { self.answer(to: refusal) }
}
