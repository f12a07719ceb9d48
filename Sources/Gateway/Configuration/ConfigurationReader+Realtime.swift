// What realtime sessions need besides routes: how upstreams take them, and how chat models hear and speak.

import SessionCore

extension ConfigurationReader {
    /// A query beyond this is no address of a provider.
    private static let maximumQueryItems = 16
    private static let maximumQueryText = 1_024

    /// Names in a query that hold keys, in lower case.
    private static let keyNames: Set<String> = [
        "key", "api-key", "api_key", "apikey", "access_token", "token", "authorization",
    ]

    // MARK: Upstreams

    func realtime(in upstream: ConfigurationSection, dialect: Upstream.Dialect?) -> RealtimeEndpoint? {
        let keys = ["shape", "model_in", "query"]
        guard let section = upstream.section("realtime", keys: keys) else { return nil }
        if dialect == .claude || dialect == .gemini {
            findings.warn(section.path, "has no effect: it is for upstreams of dialect openai and simulator")
        }
        var endpoint = RealtimeEndpoint()
        endpoint.shape = section.choice("shape", RealtimeEndpoint.Shape.self) ?? endpoint.shape
        endpoint.modelPlace = section.choice("model_in", RealtimeEndpoint.ModelPlace.self) ?? endpoint.modelPlace
        endpoint.query = realtimeQuery(in: section) ?? endpoint.query
        return endpoint
    }

    private func realtimeQuery(in section: ConfigurationSection) -> [RealtimeEndpoint.QueryItem]? {
        guard let pairs = section.pairs("query") else { return nil }
        guard pairs.count <= Self.maximumQueryItems else {
            findings.fail(
                section.path("query"),
                "has \(pairs.count) entries",
                remedy: "Write at most \(Self.maximumQueryItems)."
            )
            return nil
        }
        return pairs.compactMap { pair in
            func refuse(_ reason: String, _ remedy: String) -> RealtimeEndpoint.QueryItem? {
                findings.fail(pair.path, reason, remedy: remedy)
                return nil
            }
            if Self.keyNames.contains(pair.name.lowercased()) {
                return refuse("would put a key into an address", "Put keys into api_keys, and choose auth.")
            }
            if RealtimeEndpoint.ModelPlace.allCases.contains(where: { $0.itemName == pair.name }) {
                return refuse("names the model, which the route does", "Remove it; model_in says where the model goes.")
            }
            guard pair.name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), pair.name.utf8.count <= 128,
                pair.text.utf8.count <= Self.maximumQueryText
            else {
                return refuse(
                    "is no item of a query",
                    "Use a short name without spaces, and a value of at most \(Self.maximumQueryText) bytes."
                )
            }
            return RealtimeEndpoint.QueryItem(name: pair.name, value: pair.text)
        }
    }

    // MARK: Models

    func speech(in model: ConfigurationSection, upstreams: UpstreamReading?) -> SpeechRoutes? {
        guard let section = model.section("speech", keys: ["transcription", "synthesis"]) else { return nil }
        let synthesis = section.section("synthesis", keys: ["upstream", "model", "voice"])
        let speech = SpeechRoutes(
            transcription: section.section("transcription", keys: ["upstream", "model"])
                .flatMap { speechRoute(in: $0, upstreams: upstreams) },
            synthesis: synthesis.flatMap { part in
                let voice = part.text("voice")
                return speechRoute(in: part, upstreams: upstreams)
                    .map { SpeechRoutes.Synthesis(route: $0, voice: voice) }
            }
        )
        if !section.has("transcription"), !section.has("synthesis") {
            findings.fail(
                section.path,
                "names neither transcription nor synthesis",
                remedy: "Add 'transcription: { upstream: NAME, model: MODEL }', or remove the key."
            )
        }
        return speech
    }

    private func speechRoute(in section: ConfigurationSection, upstreams: UpstreamReading?) -> Route? {
        let upstream = section.requiredText("upstream", remedy: "Name one of the upstreams.")
        let model = section.requiredText("model", remedy: "Write what the upstream calls the model.")
        guard let upstream, let model else { return nil }
        checkUpstream(upstream, of: section, among: upstreams?.names)
        if let known = upstreams?.upstreams.first(where: { $0.name == upstream }), !known.speaksOpenAI {
            findings.fail(
                section.path("upstream"),
                "is \(section.written("upstream")), whose dialect \(known.dialect.rawValue) has no such endpoint",
                remedy: "Name an upstream of dialect openai that serves /audio/transcriptions and /audio/speech."
            )
        }
        return Route(upstream: upstream, model: model)
    }

    // MARK: Limits

    func conversation(in limits: ConfigurationSection) -> ConversationBounds? {
        let keys = [
            "history_items", "history_bytes", "pending_tool_calls", "audio_bytes", "sentences", "event_bytes",
            "unauthenticated_per_address",
        ]
        guard let section = limits.section("conversation", keys: keys) else { return nil }
        let kibi = 1 << 10
        let gibi = 1 << 30
        var bounds = ConversationBounds()
        bounds.historyItems = section.integer("history_items", in: 2...1_000_000) ?? bounds.historyItems
        bounds.historyBytes = section.bytes("history_bytes", in: kibi...gibi) ?? bounds.historyBytes
        bounds.pendingToolCalls = section.integer("pending_tool_calls", in: 1...10_000) ?? bounds.pendingToolCalls
        bounds.audioBytes = section.bytes("audio_bytes", in: kibi...gibi) ?? bounds.audioBytes
        bounds.sentences = section.integer("sentences", in: 1...100_000) ?? bounds.sentences
        bounds.eventBytes = section.bytes("event_bytes", in: kibi...gibi) ?? bounds.eventBytes
        bounds.unauthenticatedPerAddress =
            section.integer("unauthenticated_per_address", in: 1...100_000) ?? bounds.unauthenticatedPerAddress
        return bounds
    }
}
