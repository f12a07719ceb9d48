// The address of Gemini Live, as clients ask for it and as upstreams have it (protocol: realtime §14.1).

import SessionCore
import Testing

@testable import Relay

@Suite("UpstreamRequestFields for Gemini Live")
struct UpstreamRequestFieldsLiveTests {
    private static let method = "GenerativeService.BidiGenerateContent"

    private func target(
        _ prefix: String,
        version: String? = nil,
        authentication: Upstream.Authentication = .xGoogAPIKey
    ) -> String {
        let candidate = Candidate(
            upstream: Upstream(
                name: "google",
                dialect: .gemini,
                baseURL: BaseURL(scheme: .https, host: "g.example", port: 443, pathPrefix: prefix),
                apiKeys: [Secret("our/s")],
                authentication: authentication,
                realtime: RealtimeEndpoint()
            ),
            model: "m"
        )
        return UpstreamRequestFields.liveTarget(of: candidate, key: Secret("our/s"), version: version)
    }

    @Test(
        "the version stands in the service's name, and not before it",
        arguments: [
            ("/v1beta", "/ws/google.ai.generativelanguage.v1beta."), ("", "/ws/google.ai.generativelanguage.v1beta."),
            ("/proxy/v1alpha", "/proxy/ws/google.ai.generativelanguage.v1alpha."),
            ("/proxy", "/proxy/ws/google.ai.generativelanguage.v1beta."),
        ]
    )
    func versions(_ prefix: String, _ expected: String) {
        #expect(self.target(prefix) == expected + Self.method)
    }

    @Test("a client's own version counts, and a key goes into the query where it belongs there")
    func own() {
        #expect(self.target("/v1beta", version: "v1") == "/ws/google.ai.generativelanguage.v1.\(Self.method)")
        let target = self.target("/v1beta", authentication: .query)
        #expect(target == "/ws/google.ai.generativelanguage.v1beta.\(Self.method)?key=our%2Fs")
    }

    @Test(
        "paths of clients",
        arguments: [
            ("v1.\(Self.method)", "v1"), ("v1alpha.\(Self.method)Constrained", "v1alpha"), ("v2.\(Self.method)", nil),
            ("v1.\(Self.method)/x", nil), ("v1.GenerativeService.Generate", nil), ("", nil),
        ] as [(String, String?)]
    )
    func paths(_ end: String, _ version: String?) {
        #expect(UpstreamRequestFields.liveVersion(inPath: "/ws/google.ai.generativelanguage.\(end)") == version)
    }

    @Test("models have their folder")
    func models() {
        #expect(UpstreamRequestFields.liveModel("m") == "models/m")
        #expect(UpstreamRequestFields.liveModel("tunedModels/m") == "tunedModels/m")
    }
}
