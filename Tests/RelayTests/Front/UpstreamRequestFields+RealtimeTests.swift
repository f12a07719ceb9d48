// The handshake toward an upstream: the model where the provider wants it, the configured query, and the word for the beta
// shape, which is the relay's to say (protocol: realtime §1, §11-§13).

import HTTPFraming
import SessionCore
import Testing

@testable import Relay

@Suite("UpstreamRequestFields for realtime")
struct UpstreamRequestFieldsRealtimeTests {
    private func candidate(
        _ realtime: RealtimeEndpoint = RealtimeEndpoint(),
        authentication: Upstream.Authentication = .bearer,
        model: String = "real"
    ) -> Candidate {
        Candidate(
            upstream: Upstream(
                name: "a",
                dialect: .openai,
                baseURL: BaseURL(scheme: .https, host: "a.example", port: 443, pathPrefix: "/v1"),
                apiKeys: [Secret("ours")],
                authentication: authentication,
                realtime: realtime
            ),
            model: model
        )
    }

    private func target(
        _ query: String?,
        _ realtime: RealtimeEndpoint = RealtimeEndpoint(),
        authentication: Upstream.Authentication = .bearer,
        model: String = "real",
        namesModel: Bool = true
    ) -> String {
        UpstreamRequestFields.realtimeTarget(
            of: self.candidate(realtime, authentication: authentication, model: model),
            key: Secret("ours"),
            clientItems: (try? RequestTarget.queryItems(query ?? "")) ?? [],
            namesModel: namesModel
        )
    }

    private let preview = RealtimeEndpoint(
        shape: .beta,
        modelPlace: .deployment,
        query: [.init(name: "api-version", value: "2024-10-01-preview"), .init(name: "x", value: "a b")]
    )

    // MARK: Target

    @Test("the target has the upstream's path and model, and the client's query without credentials")
    func target() {
        #expect(self.target(nil) == "/v1/realtime?model=real")
        #expect(self.target(nil, namesModel: false) == "/v1/realtime")
        #expect(self.target("model=talk&model=b&x=1") == "/v1/realtime?model=real&x=1")
        #expect(self.target("model=talk&x=1", namesModel: false) == "/v1/realtime?x=1")
        #expect(self.target("key=theirs&x=1") == "/v1/realtime?model=real&x=1")
        #expect(self.target("key=theirs", authentication: .query) == "/v1/realtime?model=real&key=ours")
        #expect(self.target(nil, model: "a/b&c d") == "/v1/realtime?model=a%2Fb%26c%20d")
    }

    @Test("Azure's preview wants a deployment and a version (§12)")
    func deployment() {
        #expect(
            self.target("model=talk&y=1", self.preview)
                == "/v1/realtime?deployment=real&y=1&api-version=2024-10-01-preview&x=a%20b"
        )
        #expect(self.target(nil, self.preview, namesModel: false).hasPrefix("/v1/realtime?api-version="))
    }

    @Test("no client chooses another model, or another of what is configured")
    func steering() {
        let asked = "deployment=theirs&api-version=1&x=2&model=theirs"
        #expect(self.target(asked, self.preview) == self.target(nil, self.preview))
        #expect(self.target("deployment=theirs") == "/v1/realtime?model=real")
    }

    @Test("a provider that is told the model inside the session finds none in the address (§13)")
    func session() {
        #expect(self.target("model=talk", RealtimeEndpoint(modelPlace: .session)) == "/v1/realtime")
    }

    // MARK: Fields

    private func beta(_ values: [String], isBeta: Bool) -> [String] {
        let head = RequestHead(
            method: .get,
            target: "/",
            path: "/",
            fields: HeaderFields(values.map { ("openai-beta", $0) } + [("authorization", "Bearer theirs")])
        )
        let fields = UpstreamRequestFields.realtimeFields(
            for: self.candidate().upstream,
            key: Secret("ours"),
            from: head,
            isBeta: isBeta
        )
        #expect(fields.values("authorization") == ["Bearer ours"])
        #expect(fields["user-agent"] == UpstreamRequestFields.userAgent)
        return fields.values("openai-beta")
    }

    @Test("the beta shape is asked for where it is spoken with the upstream, once, and nowhere else (§11)")
    func betaWord() {
        #expect(self.beta([], isBeta: false).isEmpty)
        #expect(self.beta(["realtime=v1"], isBeta: false).isEmpty)
        #expect(self.beta([], isBeta: true) == ["realtime=v1"])
        #expect(self.beta(["realtime=v1"], isBeta: true) == ["realtime=v1"])
        #expect(self.beta(["a=1, realtime=v1 ,b=2", "c"], isBeta: false) == ["a=1, b=2", "c"])
        #expect(self.beta(["a=1,\trealtime=v1"], isBeta: true) == ["a=1", "realtime=v1"])
    }

    @Test(
        "a client asks for it by header",
        arguments: [("realtime=v1", true), ("a, realtime=v1", true), ("realtime=v2", false), ("xrealtime=v1", false)]
    )
    func asking(value: String, asks: Bool) {
        let head = RequestHead(
            method: .get,
            target: "/",
            path: "/",
            fields: HeaderFields([("openai-beta", value)])
        )
        #expect(UpstreamRequestFields.asksForBeta(head) == asks)
    }
}
