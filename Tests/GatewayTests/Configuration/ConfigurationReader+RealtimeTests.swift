// `upstreams[].realtime`, `models[].speech`, `limits.conversation` (protocol: realtime §11-§13).

import Gateway
import SessionCore
import Testing

@Suite("Realtime configuration")
struct ConfigurationReaderRealtimeTests {
    private func read(_ text: String) throws -> Configuration {
        try ConfigurationReader.read(text: text, file: "/srv/lw.yaml", environment: [:])
    }

    private func findings(_ text: String) -> [ConfigurationError] {
        do throws(ConfigurationErrors) {
            _ = try ConfigurationReader.read(text: text, file: "/srv/lw.yaml", environment: ["K": "canary"])
            return []
        } catch {
            return error.errors
        }
    }

    // MARK: Upstreams

    private func upstream(_ realtime: String, dialect: String = "openai") -> String {
        "upstreams:\n  - name: a\n    dialect: \(dialect)\n    base_url: https://h\n    models: [m]\n    realtime: \(realtime)\n"
    }

    @Test("an upstream of which nothing is said speaks as the OpenAI API does")
    func unsaid() throws {
        let text = "upstreams: [{ name: a, dialect: openai, base_url: https://h, models: [m] }]"
        let endpoint = try #require(try self.read(text).upstreams.first?.realtime)
        #expect(endpoint == RealtimeEndpoint(shape: .ga, modelPlace: .query, query: []))
    }

    @Test("Azure's preview (§12): beta, a deployment, a version in the query")
    func azurePreview() throws {
        let text = self.upstream(
            "{ shape: beta, model_in: deployment, query: { api-version: 2024-10-01-preview, x: 1 } }"
        )
        let endpoint = try #require(try self.read(text).upstreams.first?.realtime)
        #expect(endpoint.shape == .beta && endpoint.modelPlace == .deployment)
        #expect(
            endpoint.query == [
                .init(name: "api-version", value: "2024-10-01-preview"), .init(name: "x", value: "1"),
            ]
        )
    }

    @Test("what cannot be is told with line, key and remedy")
    func refusedEndpoints() {
        for (realtime, key, words) in [
            ("{ shape: alpha }", "shape", "Choose one of: ga, beta."),
            ("{ model_in: path }", "model_in", "Choose one of: query, deployment, session."),
            ("{ shapes: ga }", "shapes", "not a known key"),
            ("{ query: [a] }", "query", "is a list, not a mapping"),
            ("{ query: { api-key: k } }", "query.api-key", "Put keys into api_keys"),
            ("{ query: { Token: k } }", "query.Token", "Put keys into api_keys"),
            ("{ query: { model: m } }", "query.model", "model_in says where"),
            ("{ query: { deployment: m } }", "query.deployment", "model_in says where"),
            ("{ query: { 'a b': m } }", "query.a b", "is no item of a query"),
            ("{ query: { a: [1] } }", "query.a", "is a list, not a value"),
            ("{ query: { a: } }", "query.a", "not a value"),
        ] {
            let found = self.findings(self.upstream(realtime))
            #expect(found.count == 1, "\(realtime): \(found)")
            #expect(found.first?.keyPath == "upstreams[0].realtime.\(key)", "\(found)")
            #expect(found.first?.line == 6 && found.first?.description.contains(words) == true, "\(found)")
        }
        #expect(self.findings(self.upstream("beta")).first?.keyPath == "upstreams[0].realtime")
    }

    @Test("a query has an end")
    func longQueries() {
        let items = (0...16).map { "a\($0): 1" }.joined(separator: ", ")
        let many = self.findings(self.upstream("{ query: { \(items) } }"))
        #expect(many.map(\.keyPath) == ["upstreams[0].realtime.query"])
        let long = String(repeating: "x", count: 1_025)
        let found = self.findings(self.upstream("{ query: { a: \(long) } }"))
        #expect(found.map(\.keyPath) == ["upstreams[0].realtime.query.a"])
    }

    @Test("where it says nothing it is warned of", arguments: ["claude", "gemini"])
    func otherDialects(_ dialect: String) throws {
        let warnings = try self.read(self.upstream("{ shape: beta }", dialect: dialect)).warnings
        #expect(warnings.map(\.keyPath) == ["upstreams[0].realtime"] && warnings.map(\.line) == [6])
    }

    // MARK: Models

    private func model(_ speech: String) -> String {
        """
        upstreams:
          - { name: o, dialect: openai, base_url: https://h }
          - { name: c, dialect: claude, base_url: https://h }
        models:
          - id: m
            routes: [{ upstream: c }]
            speech: \(speech)
        """
    }

    @Test("a chat model with ears and a voice")
    func speech() throws {
        let text = self.model(
            "{ transcription: { upstream: o, model: t }, synthesis: { upstream: o, model: s, voice: alloy } }"
        )
        let speech = try #require(try self.read(text).models.first?.speech)
        #expect(speech.transcription == Route(upstream: "o", model: "t"))
        #expect(
            speech.synthesis == SpeechRoutes.Synthesis(route: Route(upstream: "o", model: "s"), voice: "alloy")
        )
        let ears = try #require(
            try self.read(self.model("{ transcription: { upstream: o, model: t } }")).models.first?.speech
        )
        #expect(ears.synthesis == nil && ears.transcription != nil)
        #expect(try self.read("store: sqlite:a").models.allSatisfy { $0.id != "m" })
    }

    @Test("speech of upstreams that have none is refused")
    func refusedSpeech() {
        for (speech, key, words) in [
            ("{}", "", "names neither"),
            ("{ ears: { upstream: o, model: t } }", ".ears", "not a known key"),
            ("{ transcription: { upstream: o } }", ".transcription", "lacks 'model'"),
            ("{ synthesis: { model: s } }", ".synthesis", "lacks 'upstream'"),
            ("{ synthesis: { upstream: x, model: s } }", ".synthesis.upstream", "Known upstreams: o, c."),
            ("{ synthesis: { upstream: c, model: s } }", ".synthesis.upstream", "has no such endpoint"),
            ("{ transcription: { upstream: o, model: t, voice: v } }", ".transcription.voice", "not a known key"),
        ] {
            let found = self.findings(self.model(speech)).filter { $0.keyPath == "models[0].speech\(key)" }
            #expect(found.count == 1, "\(speech): \(self.findings(self.model(speech)))")
            #expect(found.first?.line == 7 && found.first?.description.contains(words) == true, "\(found)")
        }
    }

    // MARK: Limits

    @Test("bounds of a conversation have documented defaults")
    func unsaidBounds() throws {
        let bounds = try self.read("limits: { conversation: {} }").limits.conversation
        #expect(bounds == ConversationBounds())
        #expect(bounds.historyItems == 1_000 && bounds.historyBytes == 8 << 20 && bounds.pendingToolCalls == 64)
        #expect(bounds.audioBytes == 15 << 20 && bounds.sentences == 64 && bounds.eventBytes == 16 << 20)
        #expect(bounds.unauthenticatedPerAddress == 4)
    }

    @Test("each can be set")
    func bounds() throws {
        let text = """
            limits:
              conversation:
                { history_items: 9, history_bytes: 9KiB, pending_tool_calls: 8, audio_bytes: 7MiB, sentences: 6,
                  event_bytes: 5MiB, unauthenticated_per_address: 3 }
            """
        let bounds = try self.read(text).limits.conversation
        #expect(bounds.historyItems == 9 && bounds.historyBytes == 9 << 10 && bounds.pendingToolCalls == 8)
        #expect(bounds.audioBytes == 7 << 20 && bounds.sentences == 6 && bounds.eventBytes == 5 << 20)
        #expect(bounds.unauthenticatedPerAddress == 3)
    }

    @Test(
        "each has bounds of its own",
        arguments: [
            "history_items: 1", "history_bytes: 1B", "pending_tool_calls: 0", "audio_bytes: 2GiB", "sentences: 0",
            "event_bytes: 1", "unauthenticated_per_address: 0", "history: 5", "sentences: many",
        ]
    )
    func refusedBounds(_ entry: String) {
        let found = self.findings("limits:\n  conversation:\n    \(entry)\n")
        let key = entry.prefix { $0 != ":" }
        #expect(found.map(\.keyPath) == ["limits.conversation.\(key)"] && found.map(\.line) == [3], "\(found)")
    }
}
