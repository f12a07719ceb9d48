// Pages of other origins as clients (WHATWG Fetch §3.2): which may read our answers, and what a preflight is told.
//
// Keys travel in fields that a page sets itself, never in cookies, so credentials mode is never offered and `*` is enough
// wherever `origins` names nobody. What a page may send is bounded by name: what SDKs send and nothing else.
// Only the public endpoints are opened; Longwire's own API and the console stay with their own origin.

import HTTPFraming
import SessionCore

/// What pages of other origins may do with the public endpoints.
struct CrossOrigin {
    enum Limits {
        /// Names in one `access-control-request-headers`.
        static let names = 64
        static let maximumAgeSeconds = 7_200
    }

    private static let methods = "GET, HEAD, POST, DELETE"
    /// Fields of requests, in lower case.
    private static let names: Set<String> = [
        "accept", "accept-language", "api-key", "authorization", "content-language", "content-type", "idempotency-key",
        "traceparent", "tracestate", "user-agent", "x-api-key", "x-client-request-id", "x-request-id",
    ]
    private static let prefixes = ["anthropic-", "openai-", "x-goog-", "x-longwire-", "x-stainless-"]
    /// `*` counts where no credentials are sent; older browsers know names alone.
    private static let exposed = [
        "x-request-id", "request-id", "retry-after", "x-should-retry", "x-ratelimit-limit-requests",
        "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests", "x-ratelimit-limit-tokens",
        "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens", "x-longwire-cache", "*",
    ].joined(separator: ", ")

    private let origins: OriginPolicy

    init(_ origins: OriginPolicy) {
        self.origins = origins
    }

    /// Whether a path is one of the public endpoints'.
    static func covers(_ path: String) -> Bool {
        path.hasPrefix("/v1/") || path.hasPrefix("/v1beta/")
    }

    /// Whether a request only asks what another may do.
    static func isPreflight(_ head: RequestHead) -> Bool {
        head.method == .options && head.fields.contains("origin")
            && head.fields.contains("access-control-request-method")
    }

    /// What every answer to a request carries.
    func fields(for head: RequestHead) -> HeaderFields {
        var fields = HeaderFields()
        if !self.origins.isOpen { fields.append("vary", "origin") }
        guard let origin = head.fields["origin"], self.origins.allows(origin) else { return fields }
        fields.append("access-control-allow-origin", self.origins.isOpen ? "*" : origin)
        fields.append("access-control-expose-headers", Self.exposed)
        return fields
    }

    /// What a preflight is told besides; nil for a page that may not.
    func preflight(_ head: RequestHead) -> HeaderFields? {
        guard self.origins.allows(head.fields["origin"]) else { return nil }
        var fields = HeaderFields([
            ("access-control-allow-methods", Self.methods),
            ("access-control-max-age", "\(Limits.maximumAgeSeconds)"),
            ("vary", "access-control-request-method, access-control-request-headers"),
        ])
        let asked = head.fields.values("access-control-request-headers").joined(separator: ",")
        let allowed = Self.allowed(of: asked)
        if !allowed.isEmpty { fields.append("access-control-allow-headers", allowed.joined(separator: ", ")) }
        return fields
    }

    /// Those of the names that a page may send.
    static func allowed(of list: String) -> [String] {
        list.split(separator: ",", maxSplits: Limits.names).prefix(Limits.names).compactMap { part in
            let name = part.trimmingPrefix { $0 == " " || $0 == "\t" }.prefix { $0 != " " && $0 != "\t" }.lowercased()
            let isKnown = self.names.contains(name) || self.prefixes.contains { name.hasPrefix($0) }
            return isKnown && name.utf8.allSatisfy(Self.isNameByte) ? name : nil
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "-")
    }
}
