// What travels upstream: the provider's own credential and nothing of the client's that could identify or steer.

import Dialects
import HTTPFraming
import SessionCore
import Transport

/// Builds the fields and targets of requests to upstreams.
enum UpstreamRequestFields {
    static let userAgent = "longwire/1.0"
    /// Fields of a client's request that a provider may need; everything else stays here.
    static let passed = ["openai-beta", "openai-safety-identifier", "idempotency-key"]
    /// Query items that carry credentials, in lower case.
    static let credentialItems: Set<String> = [
        "key", "api-key", "api_key", "apikey", "access_token", "access-token", "token", "authorization", "auth",
    ]

    /// The version of Claude's API that still knows all parameters (protocol: http §2.1).
    private static let claudeVersion = "2023-06-01"

    /// All fields of a model's request.
    static func fields(
        _ call: UpstreamCall,
        of candidate: Candidate,
        key: Secret?,
        at endpoint: UpstreamEndpoint,
        from head: RequestHead
    ) -> HeaderFields {
        var fields = HeaderFields([("host", endpoint.authority)])
        fields.append(
            contentsOf: self.fields(
                for: candidate.upstream,
                key: key,
                from: head,
                passing: call.dialect == .openai ? self.passed : ["idempotency-key"]
            )
        )
        fields.append(contentsOf: call.fields)
        fields.append("content-type", call.contentType)
        fields.append("accept", call.accept)
        // What is read here must come as it is (protocol: http §8).
        fields.append("accept-encoding", "identity")
        fields.append("content-length", "\(call.body.count)")
        return fields
    }

    /// Fields that belong to a dialect; `head` is that of a client who speaks it, too.
    static func dialectFields(_ dialect: ChatDialect, from head: RequestHead?) -> [(name: String, value: String)] {
        guard dialect == .claude else { return [] }
        let version = head.flatMap { self.harmlessValues("anthropic-version", of: $0).first }
        let betas = head.map { self.harmlessValues("anthropic-beta", of: $0) } ?? []
        return [("anthropic-version", version ?? self.claudeVersion)] + betas.map { ("anthropic-beta", $0) }
    }

    /// The provider's credential and the few fields that are passed on.
    static func fields(
        for upstream: Upstream,
        key: Secret?,
        from head: RequestHead,
        passing names: [String] = Self.passed
    ) -> HeaderFields {
        var fields = HeaderFields()
        if let key, let field = upstream.authentication.field(for: key) {
            fields.append(field.name, field.value)
        }
        fields.append("user-agent", self.userAgent)
        for name in names {
            for value in self.harmlessValues(name, of: head) { fields.append(name, value) }
        }
        return fields
    }

    /// A field's values without those that hold a key, which may have strayed in there.
    static func harmlessValues(_ name: String, of head: RequestHead) -> [String] {
        head.fields.values(name).filter { !self.holdsKey($0) }
    }

    /// Whether a text holds something that looks like a key.
    static func holdsKey(_ text: String) -> Bool {
        Redaction.withoutKeys(text) != text
    }

    /// Path and query of a model's request.
    static func target(_ call: UpstreamCall, of candidate: Candidate, key: Secret?, clientQuery: String?) -> String {
        let own = call.query.map { items in
            items.map { "\($0.name)=\(RequestTarget.encodeQueryComponent($0.value))" }.joined(separator: "&")
        }
        let items = (try? RequestTarget.queryItems(own ?? clientQuery ?? "")) ?? []
        return self.target(call.path, of: candidate, key: key, items: self.harmless(items))
    }

    /// The items of a client's query that may travel: no credential, and no name of a model.
    static func harmless(_ items: [(name: String, value: String)]) -> [(name: String, value: String)] {
        items.filter { item in
            item.name != "model" && !self.credentialItems.contains(item.name.lowercased())
                // A key that strayed into an item of another name stays here as well.
                && !self.holdsKey(item.name) && !self.holdsKey(item.value)
        }
    }

    /// Path and query at the upstream, with our key where it wants it there.
    static func target(
        _ path: String,
        of candidate: Candidate,
        key: Secret?,
        items pairs: [(name: String, value: String)]
    ) -> String {
        var items = pairs.map { item in
            "\(RequestTarget.encodeQueryComponent(item.name))=\(RequestTarget.encodeQueryComponent(item.value))"
        }
        if candidate.upstream.authentication == .query, let key {
            items.append("key=\(RequestTarget.encodeQueryComponent(key.reveal()))")
        }
        let target = candidate.upstream.baseURL.pathPrefix + path
        return items.isEmpty ? target : target + "?" + items.joined(separator: "&")
    }
}
