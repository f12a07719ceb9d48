// Why there is no connection, in sentences: what happened, what the server said, and what to do.

import EventLoop
import Foundation
import HTTPFraming
import OpenSSLTLS
import RTCatCore
import Transport
import WebSocketFraming

/// Explains failures.
enum FailureText {
    /// Bytes of a refusal's body that are shown.
    private static let bodyLimit = 2000

    /// Several lines, the remedy last.
    static func describe(_ failure: UpstreamFailure, _ destination: Destination) -> String {
        let address = destination.address
        let place = "\(address.host):\(address.port)"
        switch failure {
        case .unresolved(let why):
            return self.text("cannot find \(address.host) (\(why))", "check the name, or give an address")
        case .unreachable(let why):
            return self.text("cannot reach \(place): \(why)", "check host and port, and that the server runs")
        case .exhausted(let why):
            return self.text("no connection can be made here: \(why)", "close other programs, or raise `ulimit -n`")
        case .timeout(let stage):
            return self.text(
                "\(place) did not answer in time (\(stage.rawValue))",
                "check host and port; --connect-timeout SECONDS waits longer"
            )
        case .tls(let error):
            return self.text("TLS with \(place) failed: \(error)", self.remedy(error))
        case .ended(let end, _):
            let remedy =
                address.isSecure
                ? "if the server speaks plain WebSocket on this port, write ws://; else see its log"
                : "if the server speaks TLS on this port, write wss://; else see its log"
            return self.text("\(place) ended the connection during the handshake: \(self.describe(end))", remedy)
        case .violation(let violation):
            let remedy = address.isSecure ? "check path and port" : "if the server speaks TLS, write wss://"
            return self.text("\(place) does not answer as an HTTP server: \(violation.message)", remedy)
        case .badHandshake(let failure):
            return self.text(
                "\(place) answered the handshake wrongly (\(failure.code))",
                "check the path, and that subprotocols offered with -s are ones the server knows"
            )
        case .unusable(let what):
            return self.text("\(place) answered with something else: \(what)", "check the path")
        case .refused(let status, let fields, let body):
            return self.refusal(status, fields, body, destination)
        }
    }

    private static func refusal(
        _ status: Int,
        _ fields: HeaderFields,
        _ body: [UInt8],
        _ destination: Destination
    ) -> String {
        let advice = RefusalAdvice(
            status: status,
            body: body,
            location: fields["location"],
            hasKey: destination.hasKey
        )
        var lines = ["the server refused the handshake with status \(status)"]
        if !advice.reason.isEmpty { lines.append("reason: \(advice.reason)") }
        let text = VisibleText.safe(String(decoding: body.prefix(self.bodyLimit), as: UTF8.self))
            .trimmingCharacters(in: .whitespacesAndNewlines)
        if !text.isEmpty, text != advice.reason { lines.append("body: \(text)") }
        if let id = fields["x-request-id"] { lines.append("request id: \(VisibleText.safe(id))") }
        if let delay = fields["retry-after"] { lines.append("retry after: \(VisibleText.safe(delay))") }
        lines.append("remedy: \(advice.remedy)")
        return lines.joined(separator: "\n")
    }

    private static func text(_ reason: String, _ remedy: String) -> String {
        "\(reason)\nremedy: \(remedy)"
    }

    private static func remedy(_ error: TLSError) -> String {
        switch error {
        case .certificateUntrusted: "give the authority's certificate with --ca FILE, or -k to accept any"
        case .certificateExpired, .certificateNotYetValid, .hostnameMismatch: "-k accepts any certificate, for a test"
        case .notTLS: "if the server speaks plain WebSocket on this port, write ws://"
        default: "see the server's log; -k skips verification, for a test"
        }
    }

    /// How a connection ended, for people.
    static func describe(_ end: ChannelEnd) -> String {
        switch end {
        case .clean: "the server closed the connection"
        case .truncated: "cut off without the closing message of TLS"
        case .failed(let error): "\(error)"
        case .tls(let error): "\(error)"
        case .stalled: "the server took nothing any more"
        }
    }
}
