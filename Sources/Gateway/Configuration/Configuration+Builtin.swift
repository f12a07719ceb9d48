// What runs without a file: 127.0.0.1:8080, `longwire.sqlite` in the working directory, and as upstreams the providers
// whose keys are in the environment, or else the simulator inside the process.

import SessionCore

extension Configuration {
    /// Returns the built-in configuration; `directory` is where the store's file goes.
    package static func builtin(
        environment: [String: String],
        directory: String = ".",
        file: String? = nil
    ) -> Configuration {
        var upstreams = providers(in: environment)
        var models: [Model] = []
        if upstreams.isEmpty {
            upstreams = [simulator, liveSimulator]
            models = simulatedModels
        } else {
            // A lone provider may be asked for anything; several share the names out among themselves.
            if upstreams.count == 1 { upstreams[0].models = ["*"] }
            models = openAIModels.filter { _ in upstreams.contains { $0.name == "openai" } }
        }
        let prefix = directory == "." || directory.isEmpty ? "" : "\(directory)/"
        return Configuration(
            file: file,
            store: .sqlite(path: "\(prefix)longwire.sqlite"),
            upstreams: upstreams,
            models: models
        )
    }

    private struct Provider {
        let name: String
        let variable: String
        let dialect: Upstream.Dialect
        let baseURL: BaseURL
        let models: [String]
    }

    private static let knownProviders = [
        Provider(
            name: "openai",
            variable: "OPENAI_API_KEY",
            dialect: .openai,
            baseURL: BaseURL(scheme: .https, host: "api.openai.com", port: 443, pathPrefix: "/v1"),
            models: ["gpt-*", "chatgpt-*", "o1*", "o3*", "o4*", "text-embedding-*", "whisper-*", "tts-*"]
        ),
        Provider(
            name: "anthropic",
            variable: "ANTHROPIC_API_KEY",
            dialect: .claude,
            baseURL: BaseURL(scheme: .https, host: "api.anthropic.com", port: 443, pathPrefix: "/v1"),
            models: ["claude-*"]
        ),
        Provider(
            name: "gemini",
            variable: "GEMINI_API_KEY",
            dialect: .gemini,
            baseURL: BaseURL(
                scheme: .https,
                host: "generativelanguage.googleapis.com",
                port: 443,
                pathPrefix: "/v1beta"
            ),
            models: ["gemini-*", "gemma-*"]
        ),
    ]

    private static func providers(in environment: [String: String]) -> [Upstream] {
        knownProviders.compactMap { provider in
            guard let key = environment[provider.variable], !key.isEmpty else { return nil }
            return Upstream(
                name: provider.name,
                dialect: provider.dialect,
                baseURL: provider.baseURL,
                apiKeys: [Secret(key)],
                models: provider.models
            )
        }
    }

    /// A few to be seen in lists; all others pass through.
    private static let openAIModels = [
        ("gpt-realtime", ["realtime", "function_calling", "vision"]),
        ("gpt-realtime-mini", ["realtime", "function_calling"]),
        ("gpt-4o", ["chat", "function_calling", "vision"]),
        ("gpt-4o-mini", ["chat", "function_calling", "vision"]),
    ].map { id, capabilities in
        Model(
            id: id,
            routes: [Route(upstream: "openai", model: id)],
            ownedBy: "openai",
            capabilities: capabilities
        )
    }

    private static let simulator = Upstream(
        name: "simulator",
        dialect: .simulator,
        baseURL: Upstream.inProcess,
        models: ["sim-*"]
    )

    /// The same simulator, spoken to as Gemini Live is.
    private static let liveSimulator = Upstream(
        name: "simulator-live",
        dialect: .gemini,
        baseURL: BaseURL(scheme: .http, host: "127.0.0.1", port: 0, pathPrefix: "/v1beta")
    )

    /// Dollars per 1,000 tokens, about what such models cost, so that spending and budgets can be seen at work.
    private static let simulatedPricing: Pricing = {
        let prices: [Pricing.Kind: String] = [
            .input: "0.004", .cachedInput: "0.0004", .output: "0.016", .audioInput: "0.032", .audioOutput: "0.064",
        ]
        return Pricing(prices.compactMapValues { TokenPrice(usdPerThousand: $0) })
    }()

    /// What lets a simulated chat model hear and speak.
    private static let simulatedSpeech = SpeechRoutes(
        transcription: Route(upstream: "simulator", model: "sim-transcribe"),
        synthesis: SpeechRoutes.Synthesis(route: Route(upstream: "simulator", model: "sim-speech"), voice: "alloy")
    )

    /// The simulator's own models, and well-known names that lead to them, so that any example runs as it stands.
    private static let simulatedModels = [
        ("sim-realtime", "sim-realtime", ["realtime", "function_calling"]),
        ("sim-realtime-mini", "sim-realtime-mini", ["realtime", "function_calling"]),
        ("sim-live", "sim-live", ["realtime", "function_calling", "vision"]),
        ("sim-transcribe", "sim-transcribe", ["realtime", "transcription"]),
        ("sim-chat", "sim-chat", ["chat", "function_calling", "vision"]),
        ("gpt-realtime", "sim-realtime", ["realtime", "function_calling"]),
        ("gpt-4o-mini", "sim-chat", ["chat", "function_calling", "vision"]),
    ].map { id, model, capabilities in
        Model(
            id: id,
            routes: [Route(upstream: id == "sim-live" ? liveSimulator.name : simulator.name, model: model)],
            ownedBy: "simulator",
            capabilities: capabilities,
            pricing: Self.simulatedPricing,
            // One of the two stays without, so that both kinds can be tried.
            speech: id == "sim-chat" ? Self.simulatedSpeech : nil
        )
    }
}
