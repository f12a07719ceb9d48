// What the way a connection ended means for whoever started rtcat: one sentence and one exit code.

/// How a connection ended.
package enum Ending: Equatable, Sendable {
    /// The peer's Close came first.
    case closedByPeer(code: UInt16?, reason: String)
    /// Ours came first and was answered; `code` is the peer's answer.
    case closedByUs(code: UInt16?)
    /// Ours came first and the peer never answered it.
    case closeUnanswered
    /// The peer broke the protocol.
    case violation(String)
    /// The connection ended without a Close.
    case lost(String)
    /// The peer answered no pings.
    case silent
}

/// An exit code and its reason.
package struct ExitVerdict: Equatable, Sendable {
    package static let fine: Int32 = 0
    package static let connectionFailed: Int32 = 1
    package static let protocolFailed: Int32 = 2

    package let code: Int32
    package let text: String

    package init(_ ending: Ending) {
        switch ending {
        case .closedByPeer(let code, let reason):
            self.code = Self.exitCode(ofClose: code)
            self.text = "closed by the server: " + Self.describe(code, reason)
        case .closedByUs(let code):
            self.code = Self.fine
            self.text = "closed: " + Self.describe(code, "")
        case .closeUnanswered:
            self.code = Self.connectionFailed
            self.text = "the server did not answer our Close; connection cut"
        case .violation(let what):
            self.code = Self.protocolFailed
            self.text = "the server broke the WebSocket protocol: \(what)"
        case .lost(let how):
            self.code = Self.connectionFailed
            self.text = "connection lost without a Close (1006): \(how)"
        case .silent:
            self.code = Self.connectionFailed
            self.text = "the server answered no pings; connection cut"
        }
    }

    /// A Close of the peer: an end in order, a complaint about the protocol, or a failure.
    private static func exitCode(ofClose code: UInt16?) -> Int32 {
        switch code {
        case nil, 1000, 1001, 1005: self.fine
        case 1002, 1003, 1007, 1009, 1010: self.protocolFailed
        default: self.connectionFailed
        }
    }

    private static func describe(_ code: UInt16?, _ reason: String) -> String {
        guard let code else { return "no code (1005)" }
        let name = self.name(code).map { " \($0)" } ?? ""
        return "\(code)\(name)" + (reason.isEmpty ? "" : ", \"\(VisibleText.safe(reason))\"")
    }

    /// RFC 6455 §7.4.1, the IANA registry, and what realtime servers use (§9 of the provider's reference).
    private static func name(_ code: UInt16) -> String? {
        switch code {
        case 1000: "normal"
        case 1001: "going away"
        case 1002: "protocol error"
        case 1003: "unsupported data"
        case 1007: "invalid payload"
        case 1008: "policy violation"
        case 1009: "message too big"
        case 1010: "extension required"
        case 1011: "internal error"
        case 1012: "service restart"
        case 1013: "try again later"
        case 1014: "bad gateway"
        case 3000: "unauthorized"
        case 3003: "forbidden"
        case 4000: "bad request"
        case 4004: "not found"
        default: nil
        }
    }
}
