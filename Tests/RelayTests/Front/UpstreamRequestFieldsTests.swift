// What goes upstream: the provider's own credential in its own place, the few fields a provider may need, and no credential
// of the client's (design: Endpoints; `robustness.md` G1).

import HTTPFraming
import SessionCore
import Testing

@testable import Relay

@Suite("UpstreamRequestFields")
struct UpstreamRequestFieldsTests {
    private func candidate(
        _ authentication: Upstream.Authentication = .bearer,
        keys: [String] = ["ours"],
        model: String = "real"
    ) -> Candidate {
        Candidate(
            upstream: Upstream(
                name: "a",
                dialect: .openai,
                baseURL: BaseURL(scheme: .https, host: "a.example", port: 443, pathPrefix: "/v1"),
                apiKeys: keys.map { Secret($0) },
                authentication: authentication
            ),
            model: model
        )
    }

    private let head = RequestHead(
        method: .post,
        target: "/",
        path: "/",
        fields: HeaderFields([
            ("authorization", "Bearer theirs"), ("x-api-key", "theirs"), ("api-key", "theirs"),
            ("x-goog-api-key", "theirs"), ("proxy-authorization", "theirs"), ("cookie", "theirs"),
            ("sec-websocket-protocol", "openai-insecure-api-key.theirs"), ("x-forwarded-for", "theirs"),
            ("openai-organization", "theirs"), ("openai-project", "theirs"), ("user-agent", "theirs"),
            ("openai-beta", "realtime=v1"), ("openai-beta", "more"), ("openai-safety-identifier", "s"),
            ("idempotency-key", "i"),
        ])
    )

    @Test("no field of the client's but those that are passed", arguments: Upstream.Authentication.allCases)
    func fields(authentication: Upstream.Authentication) {
        let fields = UpstreamRequestFields.fields(
            for: self.candidate(authentication).upstream,
            key: Secret("ours"),
            from: self.head
        )
        var expected = [
            "user-agent: longwire/1.0", "openai-beta: realtime=v1", "openai-beta: more", "openai-safety-identifier: s",
            "idempotency-key: i",
        ]
        if let field = authentication.field(for: Secret("ours")) {
            expected.insert("\(field.name): \(field.value)", at: 0)
        }
        #expect(fields.pairs.map { "\($0.0): \($0.1)" } == expected)
    }

    @Test("an upstream without keys is shown none")
    func noKey() {
        let upstream = self.candidate(keys: []).upstream
        #expect(!UpstreamRequestFields.fields(for: upstream, key: nil, from: self.head).contains("authorization"))
    }

    private func target(
        _ query: String?,
        _ authentication: Upstream.Authentication = .bearer
    ) -> String {
        UpstreamRequestFields.target(
            "/chat/completions",
            of: self.candidate(authentication),
            key: Secret("ours"),
            items: UpstreamRequestFields.harmless((try? RequestTarget.queryItems(query ?? "")) ?? [])
        )
    }

    @Test("the target has the upstream's path, and the client's query without credentials and model")
    func target() {
        #expect(self.target(nil) == "/v1/chat/completions")
        #expect(self.target("model=talk&x=1") == "/v1/chat/completions?x=1")
        for name in ["key", "KEY", "api-key", "api_key", "access_token", "%6bey"] {
            #expect(self.target("\(name)=theirs&x=1") == "/v1/chat/completions?x=1")
        }
    }

    @Test("a key of ours that strayed into an item of another name, or into a field that is passed, stays here")
    func strayed() throws {
        let key = try KeyFormat.make().text
        #expect(self.target("voice=\(key)&\(key)=1&x=1") == "/v1/chat/completions?x=1")
        let head = RequestHead(
            method: .post,
            target: "/",
            path: "/",
            fields: HeaderFields([("openai-beta", key), ("idempotency-key", "i")])
        )
        let fields = UpstreamRequestFields.fields(for: self.candidate().upstream, key: nil, from: head)
        #expect(fields["openai-beta"] == nil && fields["idempotency-key"] == "i")
    }

    @Test("a provider that wants its key in the query gets ours alone")
    func keyInQuery() {
        #expect(self.target("key=theirs", .query) == "/v1/chat/completions?key=ours")
    }

    @Test("what a client writes stays one item of the query (RFC 3986 §2.3)")
    func encoding() {
        #expect(self.target("x=a%26key%3Db+%23%c3%a4") == "/v1/chat/completions?x=a%26key%3Db%20%23%C3%A4")
        // What could be read in two ways, or would end the request line, goes nowhere.
        #expect(self.target("x=a%0d%0aHost:%20b") == "/v1/chat/completions")
    }
}
