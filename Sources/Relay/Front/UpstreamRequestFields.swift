// What travels upstream: the provider's own credential and nothing of the client's that could identify or steer.

import HTTPFraming
import SessionCore

/// Builds the fields and targets of requests to upstreams.
enum UpstreamRequestFields {
    static let userAgent = "longwire/1.0"
    /// Fields of a client's request that a provider may need; everything else stays here.
    private static let passed = ["openai-beta", "openai-safety-identifier", "idempotency-key"]
    /// Query items that carry credentials, in lower case.
    private static let credentialItems: Set<String> = [
        "key", "api-key", "api_key", "apikey", "access_token", "access-token", "token", "authorization", "auth",
    ]

    /// The provider's credential and the few fields that are passed on.
    static func fields(for upstream: Upstream, key: Secret?, from head: RequestHead) -> HeaderFields {
        var fields = HeaderFields([])
        if let key, let field = upstream.authentication.field(for: key) {
            fields.append(field.name, field.value)
        }
        fields.append("user-agent", self.userAgent)
        for name in self.passed {
            for value in head.fields.values(name) where !self.holdsKey(value) {
                fields.append(name, value)
            }
        }
        return fields
    }

    /// Whether a text holds something that looks like a key.
    private static func holdsKey(_ text: String) -> Bool {
        Redaction.withoutKeys(text) != text
    }

    /// Path and query at the upstream: the client's query without credentials, with the upstream's model.
    static func target(
        _ path: String,
        of candidate: Candidate,
        key: Secret?,
        clientQuery: String?,
        modelInQuery: Bool
    ) -> String {
        var items: [String] = []
        for item in (try? RequestTarget.queryItems(clientQuery ?? "")) ?? [] {
            if item.name == "model" || self.credentialItems.contains(item.name.lowercased()) { continue }
            // A key that strayed into an item of another name stays here as well.
            if self.holdsKey(item.name) || self.holdsKey(item.value) { continue }
            items.append(
                "\(RequestTarget.encodeQueryComponent(item.name))=\(RequestTarget.encodeQueryComponent(item.value))"
            )
        }
        if modelInQuery {
            items.insert("model=\(RequestTarget.encodeQueryComponent(candidate.model))", at: 0)
        }
        if candidate.upstream.authentication == .query, let key {
            items.append("key=\(RequestTarget.encodeQueryComponent(key.reveal()))")
        }
        let target = candidate.upstream.baseURL.pathPrefix + path
        return items.isEmpty ? target : target + "?" + items.joined(separator: "&")
    }
}
