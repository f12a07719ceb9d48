// Listed models, models that pass through, and what leads nowhere.

import SessionCore
import Testing

@Suite("Model catalog")
struct ModelCatalogTests {
    private func upstream(_ name: String, models: [String] = []) -> Upstream {
        Upstream(
            name: name,
            dialect: .openai,
            baseURL: BaseURL(scheme: .https, host: name, port: 443, pathPrefix: "/v1"),
            models: models
        )
    }

    @Test func aListedModelLeadsWhereItSays() throws {
        let listed = Model(id: "fast", routes: [Route(upstream: "a", model: "gpt-x")], ownedBy: "us")
        let catalog = ModelCatalog(models: [listed], upstreams: [upstream("a"), upstream("b", models: ["*"])])
        #expect(catalog.model("fast") == listed)
        #expect(catalog.candidates(for: listed, seed: 1) == [Candidate(upstream: upstream("a"), model: "gpt-x")])
    }

    @Test func exactlyOneWildcardPassesThroughUnderTheSameName() throws {
        let catalog = ModelCatalog(models: [], upstreams: [upstream("a"), upstream("b", models: ["*"])])
        let model = try #require(catalog.model("anything-1"))
        #expect(model.id == "anything-1" && model.ownedBy == "b")
        #expect(catalog.candidates(for: model, seed: 1).map(\.model) == ["anything-1"])
        #expect(catalog.candidates(for: model, seed: 1).map(\.upstream.name) == ["b"])
    }

    @Test func twoWildcardsLeaveItUnknown() {
        let catalog = ModelCatalog(models: [], upstreams: [upstream("a", models: ["*"]), upstream("b", models: ["*"])])
        #expect(catalog.model("anything") == nil)
    }

    @Test func theMostParticularDeclarationWins() {
        let catalog = ModelCatalog(
            models: [],
            upstreams: [
                upstream("a", models: ["*"]), upstream("b", models: ["gpt-*", "o1"]), upstream("c", models: ["gpt-4*"]),
                upstream("d", models: ["*", "gpt-4o"]),
            ]
        )
        #expect(catalog.model("gpt-4o")?.ownedBy == "d")
        #expect(catalog.model("gpt-4.1")?.ownedBy == "c")
        #expect(catalog.model("gpt-3")?.ownedBy == "b")
        #expect(catalog.model("o1")?.ownedBy == "b")
        #expect(catalog.model("o1-mini") == nil)
    }

    /// Robustness A18: an unlisted id ends up in a request line.
    @Test(arguments: [
        "", "a b", "a\r\nb", "../x", "a//b", "/a", "a/", "a?b", "a%2e", "é", String(repeating: "x", count: 257),
    ])
    func oddIdsDoNotPassThrough(_ id: String) {
        let catalog = ModelCatalog(models: [], upstreams: [upstream("a", models: ["*"])])
        #expect(catalog.model(id) == nil)
    }

    @Test(arguments: ["publishers/google/models/x", "ft:gpt-4o:org:name:id", "meta-llama/Llama-3@v1", "a+b.c_d"])
    func usualIdsPassThrough(_ id: String) {
        let catalog = ModelCatalog(models: [], upstreams: [upstream("a", models: ["*"])])
        #expect(catalog.model(id)?.id == id)
    }

    @Test func aRouteToNowhereIsLeftOut() {
        let model = Model(id: "m", routes: [Route(upstream: "gone", model: "x"), Route(upstream: "a", model: "y")])
        let catalog = ModelCatalog(models: [model], upstreams: [upstream("a")])
        #expect(catalog.candidates(for: model, seed: 3).map(\.model) == ["y"])
    }
}
