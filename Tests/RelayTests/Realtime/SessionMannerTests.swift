import SessionCore
import Testing

@testable import Relay

@Suite("By what a model's realtime session is served")
struct SessionMannerTests {
    @Test(
        "dialect and capabilities decide",
        arguments: [
            (Upstream.Dialect.openai, ["realtime"], SessionManner.wire), (.openai, ["transcription"], .wire),
            (.openai, ["chat"], .chat), (.openai, [], .wire), (.simulator, [], .wire), (.simulator, ["chat"], .chat),
            (.claude, ["realtime"], .chat), (.claude, [], .chat), (.gemini, ["realtime"], .live),
            (.gemini, ["chat"], .chat), (.gemini, [], .chat),
        ]
    )
    func manner(dialect: Upstream.Dialect, capabilities: [String], manner: SessionManner) {
        let upstream = Upstream(
            name: "up",
            dialect: dialect,
            baseURL: BaseURL(scheme: .https, host: "h", port: 443, pathPrefix: "")
        )
        let model = Model(id: "m", routes: [Route(upstream: "up", model: "m")], capabilities: capabilities)
        #expect(SessionManner(Candidate(upstream: upstream, model: "m"), of: model) == manner)
        let catalog = ModelCatalog(models: [model], upstreams: [upstream])
        #expect(catalog.isChatOnly(model) == (manner == .chat))
    }
}
