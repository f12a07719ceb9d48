// The head of a response (RFC 9112 §4), interim ones included.
//
// Invariants: `status` is 100...599; a head that cannot have a body (1xx, 204, 304, an answer to HEAD) has framing
// `.none`; `keepAlive` is false whenever the end of the message is the end of the connection.

/// The head of a response.
package struct ResponseHead: Equatable, Sendable {
    package var status: Int
    package var reason: String
    /// 0 or 1.
    package var minorVersion: Int
    package var fields: HeaderFields
    package var body: BodyFraming
    /// Whether the connection can be used again once the body has ended.
    package var keepAlive: Bool

    package init(
        status: Int,
        reason: String = "",
        minorVersion: Int = 1,
        fields: HeaderFields,
        body: BodyFraming = .none,
        keepAlive: Bool = true
    ) {
        self.status = status
        self.reason = reason
        self.minorVersion = minorVersion
        self.fields = fields
        self.body = body
        self.keepAlive = keepAlive
    }

    /// Whether another head follows this one: 1xx other than 101, after which HTTP ends (RFC 9110 §15.2).
    package var isInterim: Bool {
        status < 200 && status != 101
    }
}
