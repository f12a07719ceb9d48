// How a provider is shown its key.

import SessionCore
import Testing

@Suite("Upstream")
struct UpstreamTests {
    private let address = BaseURL(scheme: .https, host: "h", port: 443, pathPrefix: "/v1")

    @Test func dialectsHaveTheirOwnWayWithKeys() {
        #expect(Upstream(name: "a", dialect: .openai, baseURL: address).authentication == .bearer)
        #expect(Upstream(name: "a", dialect: .claude, baseURL: address).authentication == .xAPIKey)
        #expect(Upstream(name: "a", dialect: .gemini, baseURL: address).authentication == .xGoogAPIKey)
        #expect(
            Upstream(name: "a", dialect: .openai, baseURL: address, authentication: .apiKey).authentication == .apiKey
        )
    }

    @Test func eachWayHasItsField() {
        let key = Secret("K")
        #expect(Upstream.Authentication.bearer.field(for: key)?.name == "authorization")
        #expect(Upstream.Authentication.bearer.field(for: key)?.value == "Bearer K")
        #expect(Upstream.Authentication.apiKey.field(for: key)?.name == "api-key")
        #expect(Upstream.Authentication.xAPIKey.field(for: key)?.name == "x-api-key")
        #expect(Upstream.Authentication.xGoogAPIKey.field(for: key)?.value == "K")
        #expect(Upstream.Authentication.query.field(for: key) == nil)
    }

    @Test func keysHaveTheirPlaces() {
        let upstream = Upstream(name: "a", dialect: .openai, baseURL: address, apiKeys: [Secret("A"), Secret("B")])
        #expect([-1, 0, 1, 2, .max].map { upstream.key(at: $0) } == [nil, Secret("A"), Secret("B"), nil, nil])
        #expect(Upstream(name: "a", dialect: .simulator, baseURL: address).key(at: 0) == nil)
    }

    @Test func theSimulatorWithoutAddressIsInside() {
        #expect(Upstream(name: "s", dialect: .simulator, baseURL: Upstream.inProcess).isInProcess)
        #expect(!Upstream(name: "s", dialect: .simulator, baseURL: address).isInProcess)
        #expect(!Upstream(name: "s", dialect: .openai, baseURL: Upstream.inProcess).isInProcess)
    }

    @Test func itsDescriptionShowsNoKey() {
        let upstream = Upstream(name: "a", dialect: .openai, baseURL: address, apiKeys: [Secret("canary")])
        var dumped = ""
        dump(upstream, to: &dumped)
        #expect(!"\(upstream)".contains("canary") && !dumped.contains("canary"))
    }
}
