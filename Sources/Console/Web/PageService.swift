// `GET /` and what it needs: the console's pages. They hold nothing that is secret, and ask the API like anybody else;
// what keeps them from strangers is that without an admin key there is no console beyond this machine.

import HTTPFraming
import SessionCore
import Transport

/// Answers requests for pages.
struct PageService: Sendable {
    /// Scripts, styles and connections of our own only; no page of anybody's may frame ours.
    ///
    /// `blob:` is for pictures that are about to be sent, `data:` for those that were.
    static let policy = [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "img-src 'self' blob: data:", "worker-src 'self'", "manifest-src 'none'", "base-uri 'none'",
        "form-action 'none'", "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
    ].joined(separator: "; ")

    private let hasAdminKey: Bool

    init(hasAdminKey: Bool) {
        self.hasAdminKey = hasAdminKey
    }

    /// Whether a path is one of the pages'.
    static func serves(_ path: String) -> Bool {
        path == "/" || path == "/favicon.svg" || path.hasPrefix("/assets/")
    }

    /// Answers a request whose path is ours.
    func answer(_ head: RequestHead, _ visitor: Visitor, _ requestID: RequestID) -> HTTPAnswer {
        guard self.hasAdminKey || BrowserEvidence(visitor).isLocal else { return Self.refusal(requestID) }
        guard let file = PageFiles.byPath[head.path] else {
            return Self.text(404, "There is no such page.", requestID)
        }
        guard head.method == .get || head.method == .head else {
            var answer = Self.text(405, "This path answers GET and HEAD.", requestID)
            answer.fields.append("allow", "GET, HEAD")
            return answer
        }
        var fields = Self.fields(requestID)
        fields.append("etag", file.tag)
        // Asked for anew each time, which costs a 304: after an update no page meets a script of another version.
        fields.append("cache-control", "no-cache")
        if Self.has(file.tag, in: head.fields) { return HTTPAnswer(status: 304, fields: fields) }
        fields.append("content-type", file.mediaType)
        return HTTPAnswer(status: 200, fields: fields, body: file.bytes)
    }

    /// RFC 9110 §13.1.2: compared weakly.
    private static func has(_ tag: String, in fields: HeaderFields) -> Bool {
        fields.values("if-none-match").flatMap { $0.split(separator: ",") }.contains { item in
            let item = item.drop { $0 == " " }
            return item == "*" || item == tag || item == "W/\(tag)"
        }
    }

    private static func fields(_ requestID: RequestID) -> HeaderFields {
        HeaderFields([
            ("x-request-id", "\(requestID)"), ("request-id", "\(requestID)"),
            ("content-security-policy", self.policy), ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"), ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "microphone=(self), camera=(), geolocation=()"),
        ])
    }

    private static func refusal(_ requestID: RequestID) -> HTTPAnswer {
        self.text(
            403,
            "The console of this relay opens on the machine it runs on only: at http://localhost, 127.0.0.1 or [::1], and "
                + "not through a proxy. To open it elsewhere, set 'admin_key' in the configuration.",
            requestID
        )
    }

    private static func text(_ status: Int, _ text: String, _ requestID: RequestID) -> HTTPAnswer {
        var fields = self.fields(requestID)
        fields.append("cache-control", "no-store")
        fields.append("content-type", "text/plain; charset=utf-8")
        return HTTPAnswer(status: status, fields: fields, body: Array((text + "\n").utf8))
    }
}
