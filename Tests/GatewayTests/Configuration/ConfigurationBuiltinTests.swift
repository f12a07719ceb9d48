// What runs without a file.

import Gateway
import SessionCore
import Testing

@Suite("Built-in configuration")
struct ConfigurationBuiltinTests {
    @Test func withoutKeysItIsTheSimulator() {
        let configuration = Configuration.builtin(environment: ["OPENAI_API_KEY": ""])
        #expect(configuration.listeners.map(\.description) == ["http://127.0.0.1:8080"])
        #expect(configuration.store == .sqlite(path: "longwire.sqlite"))
        #expect(configuration.upstreams.map(\.isInProcess) == [true, true])
        #expect(configuration.catalog.model("sim-realtime") != nil)
        #expect(configuration.catalog.model("sim-live")?.routes.map(\.upstream) == ["simulator-live"])
        #expect(configuration.catalog.model("sim-chat")?.speech?.synthesis?.voice == "alloy")
        #expect(configuration.catalog.model("sim-refuse-401") != nil)
        #expect(configuration.catalog.model("no-such-model") == nil)
        for model in configuration.models {
            #expect(configuration.catalog.candidates(for: model, seed: 0).count == 1)
        }
    }

    @Test func oneKeyOpensOneProviderForEverything() {
        let configuration = Configuration.builtin(environment: ["ANTHROPIC_API_KEY": "k"])
        #expect(configuration.upstreams.map(\.name) == ["anthropic"])
        #expect(configuration.upstreams[0].authentication == .xAPIKey)
        #expect(configuration.upstreams[0].apiKeys == [Secret("k")])
        #expect(configuration.models.isEmpty)
        #expect(configuration.catalog.model("anything")?.ownedBy == "anthropic")
    }

    @Test func severalProvidersShareTheNamesOut() {
        let configuration = Configuration.builtin(
            environment: ["OPENAI_API_KEY": "a", "ANTHROPIC_API_KEY": "b", "GEMINI_API_KEY": "c"])
        let catalog = configuration.catalog
        #expect(catalog.model("gpt-realtime")?.ownedBy == "openai")
        #expect(catalog.model("o3-mini")?.ownedBy == "openai")
        #expect(catalog.model("claude-9")?.ownedBy == "anthropic")
        #expect(catalog.model("gemini-9")?.ownedBy == "gemini")
        #expect(catalog.model("llama") == nil)
        #expect(configuration.upstreams.allSatisfy { $0.baseURL.isSecure })
    }
}
