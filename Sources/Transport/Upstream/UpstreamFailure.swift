// Every way in which an upstream can fail us. `isTimeout` is what tells 504 from 502.

import EventLoop
package import HTTPFraming
package import OpenSSLTLS
package import WebSocketFraming

/// A stage of reaching an upstream, each with a deadline of its own.
package enum UpstreamStage: String, Sendable {
    case resolve
    case connect
    case tls
    case head
    case body
}

/// Why an upstream gave no usable answer.
package enum UpstreamFailure: Error, Equatable, Sendable {
    case unresolved(String)
    case unreachable(String)
    /// This process, or the system it runs on, has no descriptor, no memory or no turn at the resolver left for a connection:
    /// nothing is known of the upstream.
    case exhausted(String)
    case tls(TLSError)
    case timeout(UpstreamStage)
    /// The connection ended before the answer did. `nothingSent` means that no byte of the request had left.
    case ended(ChannelEnd, nothingSent: Bool)
    /// The upstream does not speak HTTP/1.1 as RFC 9112 has it.
    case violation(HTTPViolation)
    /// HTTP as it should be, with a body that is no answer to what was asked; the text says what it is.
    case unusable(String)
    /// A WebSocket handshake was answered with a status of its own; body bounded by `refusalBodyBytes`.
    case refused(status: Int, fields: HeaderFields, body: [UInt8])
    /// A 101 that is not the answer to our handshake (RFC 6455 §4.1).
    case badHandshake(ClientHandshakeFailure)

    /// Whether the upstream was too slow rather than wrong.
    package var isTimeout: Bool {
        if case .timeout = self { return true }
        return false
    }

    /// Whether it says something of us alone.
    package var isOurs: Bool {
        if case .exhausted = self { return true }
        return false
    }

    /// Whether the upstream may have begun to work: some of the request may have reached it.
    package var requestMayHaveLeft: Bool {
        switch self {
        case .unresolved, .unreachable, .exhausted, .tls, .timeout(.resolve), .timeout(.connect), .timeout(.tls): false
        case .ended(_, let nothingSent): !nothingSent
        case .timeout, .violation, .unusable, .refused, .badHandshake: true
        }
    }

    /// One constant token for logs and metrics.
    package var reason: String {
        switch self {
        case .unresolved: "upstream_unresolved"
        case .unreachable: "upstream_unreachable"
        case .exhausted: "relay_exhausted"
        case .tls: "upstream_tls"
        case .timeout(let stage): "upstream_timeout_\(stage.rawValue)"
        case .ended: "upstream_ended"
        case .violation: "upstream_http_violation"
        case .unusable: "upstream_unusable"
        case .refused: "upstream_refused"
        case .badHandshake: "upstream_bad_handshake"
        }
    }

    /// A sentence for the operator's log; never sent to clients, for it may name hosts.
    package var detail: String {
        switch self {
        case .unresolved(let text), .unreachable(let text), .exhausted(let text), .unusable(let text): text
        case .tls(let error): "\(error)"
        case .timeout(let stage): "no progress in stage '\(stage.rawValue)' within its timeout"
        case .ended(let end, _): "connection ended early: \(end)"
        case .violation(let violation): violation.message
        case .refused(let status, _, _): "answered status \(status)"
        case .badHandshake(let failure): "\(failure)"
        }
    }
}
