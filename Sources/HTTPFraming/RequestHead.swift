// The head of a request (RFC 9112 §3), after everything in it that could be ambiguous has been refused.
//
// Invariants: `target` holds visible ASCII only, `path` starts with "/" unless the target is "*", the body framing is
// the only one the fields allow. The path is as sent, neither decoded nor normalised: `RequestTarget` judges it.

/// How the body of a message is delimited (RFC 9112 §6.3).
package enum BodyFraming: Equatable, Sendable {
    case none
    case length(Int)
    case chunked
    /// Responses only: the body ends with the connection.
    case untilClose
}

/// The head of a request.
package struct RequestHead: Equatable, Sendable {
    package var method: HTTPMethod
    /// The request target as sent.
    package var target: String
    /// What stands before "?", as sent; for an absolute target without the scheme and the authority.
    package var path: String
    /// What stands after "?", as sent.
    package var query: String?
    /// 0 or 1.
    package var minorVersion: Int
    package var fields: HeaderFields
    package var body: BodyFraming
    /// Whether the client lets the connection be used again.
    package var keepAlive: Bool
    /// Whether the client waits for a 100 before it sends the body (RFC 9110 §10.1.1).
    package var expectsContinue: Bool
    /// Whether `Connection` names `upgrade`.
    package var isUpgrade: Bool

    package init(
        method: HTTPMethod,
        target: String,
        path: String,
        query: String? = nil,
        minorVersion: Int = 1,
        fields: HeaderFields,
        body: BodyFraming = .none,
        keepAlive: Bool = true,
        expectsContinue: Bool = false,
        isUpgrade: Bool = false
    ) {
        self.method = method
        self.target = target
        self.path = path
        self.query = query
        self.minorVersion = minorVersion
        self.fields = fields
        self.body = body
        self.keepAlive = keepAlive
        self.expectsContinue = expectsContinue
        self.isUpgrade = isUpgrade
    }
}
