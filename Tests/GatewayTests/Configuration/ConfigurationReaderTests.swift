// The documented file is read in full; what is left out keeps its documented default.

import Foundation
import Gateway
import SessionCore
import Testing

@Suite("Configuration reader")
struct ConfigurationReaderTests {
    private let directory: ConfigurationDirectory

    init() throws {
        directory = try ConfigurationDirectory()
    }

    private let documented = """
        listen:
          - address: 127.0.0.1:8080
          - address: 0.0.0.0:8443
            tls: { certificate: fullchain.pem, private_key: sub/privkey.pem }
        store: sqlite:data.sqlite
        admin_key: ${LONGWIRE_ADMIN_KEY}
        upstreams:
          - name: openai
            dialect: openai
            base_url: https://api.openai.com/v1
            api_keys: ["${OPENAI_API_KEY}", second-key]
            auth: api-key
            tls: { ca_file: corporate.pem, verify: full }
            timeouts: { connect: 4s, first_byte: 500ms, idle: 2m }
          - { name: local, dialect: simulator }
        models:
          - id: gpt-realtime
            routes:
              - { upstream: openai, model: gpt-realtime-2, priority: 1, weight: 3 }
              - { upstream: local }
            owned_by: openai
            capabilities: [realtime, chat]
            context_length: 128000
            pricing:
              { input: 0.004, cached_input: 0.0004, output: 0.016, audio_input: 0.032, audio_output: 0.064,
                cached_image_input: 0.0005, audio_minute: 0.006 }
            limits: { rpm: 500, tpm: 30000 }
            created: 1700000000
        routing:
          attempts: 4
          backoff: 100ms
          longest_wait: 3s
          breaker: { failures: 7, window: 1m, open: 2s, longest_open: 90s }
        limits:
          header_bytes: 32KiB
          handshake_timeout: 11s
          request_body: 33MiB
          message_from_client: 17MiB
          message_from_upstream: 34MiB
          buffer_per_direction: 65KiB
          stalled_client: 31s
          ping_interval: 21s
          message_timeout: 22s
          max_session: 1h
        origins: ["https://app.example.com"]
        """

    @Test func readsTheDocumentedFile() throws {
        try FileManager.default.createDirectory(atPath: directory.file("sub"), withIntermediateDirectories: true)
        for name in ["fullchain.pem", "sub/privkey.pem", "corporate.pem"] { try directory.write(name) }
        try directory.write("longwire.yaml", documented)
        let environment = ["LONGWIRE_ADMIN_KEY": "0123456789abcdef", "OPENAI_API_KEY": "sk-first"]
        let configuration = try ConfigurationReader.read(
            file: directory.file("longwire.yaml"),
            environment: environment
        )

        #expect(configuration.file == directory.file("longwire.yaml"))
        #expect(configuration.listeners.map(\.description) == ["http://127.0.0.1:8080", "https://0.0.0.0:8443"])
        #expect(configuration.listeners[1].tls?.certificateFile == directory.file("fullchain.pem"))
        #expect(configuration.listeners[1].tls?.privateKeyFile == directory.file("sub/privkey.pem"))
        #expect(configuration.store == .sqlite(path: directory.file("data.sqlite")))
        #expect(configuration.adminKey == Secret("0123456789abcdef"))
        #expect(configuration.origins == ["https://app.example.com"])
        #expect(configuration.warnings.isEmpty)
        try checkUpstreams(configuration.upstreams)
        try checkModels(configuration.models)
        checkLimits(configuration.limits)
        checkRouting(configuration.routing)
    }

    private func checkRouting(_ routing: RoutingPolicy) {
        #expect(routing.attempts == 4 && routing.backoff == .milliseconds(100) && routing.longestWait == .seconds(3))
        #expect(routing.breaker.failures == 7 && routing.breaker.window == .seconds(60))
        #expect(routing.breaker.open == .seconds(2) && routing.breaker.longestOpen == .seconds(90))
    }

    private func checkUpstreams(_ upstreams: [Upstream]) throws {
        try #require(upstreams.map(\.name) == ["openai", "local"])
        let openai = upstreams[0]
        #expect(openai.baseURL.description == "https://api.openai.com/v1")
        #expect(openai.apiKeys == [Secret("sk-first"), Secret("second-key")])
        #expect(openai.authentication == .apiKey)
        #expect(openai.tls == Upstream.TLS(caFile: directory.file("corporate.pem"), verification: .full))
        #expect(openai.timeouts.connect == .seconds(4))
        #expect(openai.timeouts.firstByte == .milliseconds(500))
        #expect(openai.timeouts.idle == .seconds(120))
        #expect(upstreams[1].isInProcess && upstreams[1].authentication == .bearer)
    }

    private func checkModels(_ models: [Model]) throws {
        try #require(models.count == 1)
        let model = models[0]
        #expect(model.id == "gpt-realtime" && model.ownedBy == "openai" && model.created == 1_700_000_000)
        #expect(
            model.routes == [
                Route(upstream: "openai", model: "gpt-realtime-2", priority: 1, weight: 3),
                Route(upstream: "local", model: "gpt-realtime", priority: 0, weight: 1),
            ]
        )
        #expect(model.capabilities == ["realtime", "chat"] && model.contextLength == 128_000)
        #expect(model.limits == Model.Limits(rpm: 500, tpm: 30_000))
        #expect(
            model.pricing?.listing.map { "\($0.name)=\($0.usdPerThousand)" } == [
                "input=0.004", "cached_input=0.0004", "output=0.016", "audio_input=0.032", "audio_output=0.064",
                "cached_image_input=0.0005", "audio_minute=0.006",
            ]
        )
    }

    private func checkLimits(_ limits: Configuration.Limits) {
        #expect(limits.headerBytes == 32 << 10 && limits.requestBodyBytes == 33 << 20)
        #expect(limits.messageFromClientBytes == 17 << 20 && limits.messageFromUpstreamBytes == 34 << 20)
        #expect(limits.bufferPerDirectionBytes == 65 << 10)
        #expect(limits.handshakeTimeout == .seconds(11) && limits.stalledClient == .seconds(31))
        #expect(limits.messageTimeout == .seconds(22))
        #expect(limits.pingInterval == .seconds(21) && limits.maximumSession == .seconds(3_600))
    }

    @Test(arguments: ["", "# only a comment\n", "---\n", "limits: {}\n"])
    func whatIsLeftOutKeepsItsDefault(_ text: String) throws {
        let configuration = try ConfigurationReader.read(text: text, file: "/srv/lw.yaml", environment: [:])
        var expected = Configuration.builtin(environment: [:], directory: "/srv", file: "/srv/lw.yaml")
        expected.warnings = []
        expected.isBlank = !text.contains("limits")
        #expect(configuration == expected)
        #expect(configuration.store == .sqlite(path: "/srv/longwire.sqlite"))
        #expect(configuration.limits.headerBytes == 16_384)
        #expect(configuration.limits.bufferPerDirectionBytes == 65_536)
        #expect(configuration.limits.maximumSession == .zero)
        #expect(configuration.origins == nil && configuration.adminKey == nil)
    }

    @Test func ownUpstreamsReplaceTheBuiltInModels() throws {
        let configuration = try ConfigurationReader.read(
            text: "upstreams: [{ name: a, dialect: openai, base_url: 'http://127.0.0.1:1', models: ['*'] }]",
            file: "lw.yaml",
            environment: ["OPENAI_API_KEY": "k"]
        )
        #expect(configuration.models.isEmpty)
        #expect(configuration.catalog.model("anything")?.ownedBy == "a")
    }

    @Test func anchorsWork() throws {
        let configuration = try ConfigurationReader.read(
            text: """
                upstreams:
                  - { name: a, dialect: openai, base_url: https://h, models: ["x"], timeouts: &t { connect: 1s } }
                  - { name: b, dialect: openai, base_url: https://h, models: ["y"], timeouts: *t }
                """,
            file: "lw.yaml",
            environment: [:]
        )
        #expect(configuration.upstreams.map(\.timeouts.connect) == [.seconds(1), .seconds(1)])
    }

    @Test func conversionAndKeepAlive() throws {
        let configuration = try ConfigurationReader.read(
            text: """
                upstreams:
                  - { name: a, dialect: claude, base_url: https://h, conversion: strict, models: ["x"] }
                  - { name: b, dialect: gemini, base_url: https://h }
                limits: { stream_keep_alive: 0s }
                """,
            file: "lw.yaml",
            environment: [:]
        )
        #expect(configuration.upstreams.map(\.conversion) == [.strict, .lenient])
        #expect(configuration.limits.streamKeepAlive == .zero)
        #expect(Configuration.Limits().streamKeepAlive == .seconds(15))
    }

    @Test func absolutePathsStay() throws {
        let configuration = try ConfigurationReader.read(
            text: "store: sqlite:/var/lib/lw.sqlite",
            file: "conf/lw.yaml",
            environment: [:]
        )
        #expect(configuration.store == .sqlite(path: "/var/lib/lw.sqlite"))
    }

    @Test func oddThingsAreWarnedOf() throws {
        let configuration = try ConfigurationReader.read(
            text: """
                admin_key: short
                upstreams:
                  - name: a
                    dialect: openai
                    base_url: https://h
                    models: ["*"]
                    tls:
                      verify: none
                  - { name: b, dialect: openai, base_url: "http://far.example", api_keys: [k], models: [m] }
                  - { name: c, dialect: openai, base_url: "http://localhost:1", api_keys: [k], tls: { verify: full } }
                """,
            file: "lw.yaml",
            environment: [:]
        )
        #expect(
            configuration.warnings.map(\.keyPath) == [
                "admin_key", "upstreams[0].tls", "upstreams[1].base_url", "upstreams[2].tls",
            ]
        )
        #expect(configuration.warnings.map(\.line) == [1, 7, 9, 10])
        #expect(configuration.upstreams[0].tls.verification == .none)
    }

    @Test func secretsDoNotShow() throws {
        let configuration = try ConfigurationReader.read(
            text: "admin_key: canary-0123456789\nupstreams: [{ name: a, dialect: openai, base_url: 'https://h', "
                + "api_keys: [canary-1], models: [m] }]",
            file: "lw.yaml",
            environment: [:]
        )
        var dumped = ""
        dump(configuration, to: &dumped)
        #expect(!"\(configuration)".contains("canary") && !dumped.contains("canary"))
    }
}
