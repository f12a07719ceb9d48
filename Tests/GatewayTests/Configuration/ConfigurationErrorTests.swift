// What is wrong is told with file, line, key, reason and remedy, all at once (robustness H2, F3, F4).

import Foundation
import Gateway
import Testing

@Suite("Configuration errors")
struct ConfigurationErrorTests {
    private func errors(_ text: String, environment: [String: String] = [:]) -> [ConfigurationError] {
        do throws(ConfigurationErrors) {
            _ = try ConfigurationReader.read(text: text, file: "/srv/lw.yaml", environment: environment)
            return []
        } catch {
            return error.errors
        }
    }

    /// Checks that a text has exactly one fault, at a line and key, whose reason contains some words.
    private func expect(
        _ text: String,
        line: Int,
        key: String,
        says words: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let found = errors(text)
        #expect(found.count == 1, "\(found)", sourceLocation: sourceLocation)
        #expect(found.first?.line == line, "\(found)", sourceLocation: sourceLocation)
        #expect(found.first?.keyPath == key, "\(found)", sourceLocation: sourceLocation)
        #expect(found.first?.description.contains(words) == true, "\(found)", sourceLocation: sourceLocation)
        #expect(found.first?.remedy.isEmpty == false, sourceLocation: sourceLocation)
    }

    private func upstream(_ extra: String) -> String {
        "upstreams:\n  - name: a\n    dialect: openai\n    models: [m]\n    \(extra)\n"
    }

    @Test func unknownKeysAreNamedEverywhere() {
        expect("\nlisten_on: x", line: 2, key: "listen_on", says: "Known here: listen, store")
        expect("adminKey: x", line: 1, key: "adminKey", says: "Did you mean 'admin_key'?")
        expect("routing:\n  retries: 3", line: 2, key: "routing.retries", says: "not a known key")
        expect("routing:\n  breaker: { trips: 3 }", line: 2, key: "routing.breaker.trips", says: "not a known key")
        expect("limits:\n  pings: 1s", line: 2, key: "limits.pings", says: "not a known key")
        expect(
            "listen:\n  - address: 127.0.0.1:1\n    port: 2",
            line: 3,
            key: "listen[0].port",
            says: "not a known key"
        )
        expect(
            upstream("base_url: https://h\n    tls:\n      verfiy: none"),
            line: 7,
            key: "upstreams[0].tls.verfiy",
            says: "not a known key"
        )
    }

    @Test func wrongShapesAreNamed() {
        expect("- a", line: 1, key: "", says: "is a list, not a mapping")
        expect("just text", line: 1, key: "", says: "not a mapping")
        expect("listen: 127.0.0.1:80", line: 1, key: "listen", says: "is a single value, not a list")
        expect("listen:\n  - 127.0.0.1:80", line: 2, key: "listen[0]", says: "not a mapping")
        expect("store: [a]", line: 1, key: "store", says: "is a list, not a value")
        expect("limits: 5", line: 1, key: "limits", says: "not a mapping")
        expect("origins:\n  - a: b", line: 2, key: "origins[0]", says: "is a mapping, not a value")
        expect("? [a]\n: b", line: 1, key: "", says: "a key that is no text")
    }

    /// A list whose entries were all commented out must not turn into "no restriction".
    @Test(arguments: ["origins:", "origins: ~", "origins: null"])
    func aKeyWithoutValueIsRefused(_ text: String) {
        expect(text, line: 1, key: "origins", says: "has no value")
    }

    @Test func badValuesAreNamed() {
        expect("listen:\n  - address: example.com:80", line: 2, key: "listen[0].address", says: "no address")
        expect("listen: []", line: 1, key: "listen", says: "is an empty list")
        expect("listen:\n  - tls: ~\n    address: 127.0.0.1:1", line: 2, key: "listen[0].tls", says: "no value")
        expect("store: postgres://x", line: 1, key: "store", says: "Write sqlite:FILE")
        expect("store: 'sqlite:'", line: 1, key: "store", says: "Write sqlite:FILE")
        expect("admin_key: 'a b'", line: 1, key: "admin_key", says: "no header carries")
        expect("limits:\n  header_bytes: 16KB", line: 2, key: "limits.header_bytes", says: "no size")
        expect("limits:\n  header_bytes: 2MiB", line: 2, key: "limits.header_bytes", says: "from 1024 to 1048576")
        expect("limits:\n  ping_interval: 20", line: 2, key: "limits.ping_interval", says: "no duration")
        expect("limits:\n  ping_interval: 0s", line: 2, key: "limits.ping_interval", says: "Choose a time")
        expect("limits:\n  max_session: -1s", line: 2, key: "limits.max_session", says: "no duration")
        for origin in ["app.example.com", "https://a/b", "*", "https://", "null", "https://a b", "https://*.a"] {
            expect("origins: ['\(origin)']", line: 1, key: "origins[0]", says: "no origin")
        }
    }

    @Test func upstreamsAreChecked() {
        expect("upstreams: []", line: 1, key: "upstreams", says: "is an empty list")
        expect(upstream("auth: bearer"), line: 2, key: "upstreams[0]", says: "lacks 'base_url'")
        expect(
            "upstreams:\n  - { name: a, base_url: 'https://h', models: [m] }",
            line: 2,
            key: "upstreams[0]",
            says: "lacks 'dialect'"
        )
        expect(
            "upstreams:\n  - { dialect: openai, base_url: 'https://h', models: [m] }",
            line: 2,
            key: "upstreams[0]",
            says: "lacks 'name'"
        )
        expect(upstream("base_url: https://"), line: 5, key: "upstreams[0].base_url", says: "empty host")
        expect(upstream("base_url: https:///v1"), line: 5, key: "upstreams[0].base_url", says: "empty host")
        expect(upstream("base_url: https://u:p@h"), line: 5, key: "upstreams[0].base_url", says: "api_keys")
        expect(upstream("base_url: ftp://h"), line: 5, key: "upstreams[0].base_url", says: "does not begin")
        expect(
            upstream("base_url: https://h\n    auth: basic"),
            line: 6,
            key: "upstreams[0].auth",
            says: "bearer, api-key, x-api-key, x-goog-api-key, query"
        )
        expect(
            upstream("base_url: https://h\n    api_keys: [\"a\\n\"]"),
            line: 6,
            key: "upstreams[0].api_keys[0]",
            says: "no header carries"
        )
        expect(
            upstream("base_url: https://h\n    timeouts: { connect: 0s }"),
            line: 6,
            key: "upstreams[0].timeouts.connect",
            says: "Choose a time"
        )
        expect(
            "upstreams:\n  - { name: a, dialect: simulator, models: [m] }\n  - { name: a, dialect: simulator }",
            line: 3,
            key: "upstreams[1].name",
            says: "another upstream"
        )
        expect(
            "upstreams:\n  - { name: a, dialect: simulator }",
            line: 1,
            key: "models",
            says: "nothing can be asked for"
        )
    }

    @Test func modelsAreChecked() {
        let head = "upstreams: [{ name: a, dialect: simulator }]\nmodels:\n"
        expect(head + "  - id: m", line: 3, key: "models[0]", says: "lacks 'routes'")
        expect(head + "  - id: m\n    routes: []", line: 4, key: "models[0].routes", says: "is an empty list")
        expect(head + "  - routes: [{ upstream: a, model: x }]", line: 3, key: "models[0]", says: "lacks 'id'")
        expect(
            head + "  - id: m\n    routes:\n      - { upstream: b }",
            line: 5,
            key: "models[0].routes[0].upstream",
            says: "is 'b', which is no upstream. Known upstreams: a."
        )
        expect(
            head + "  - { id: m, routes: [{ upstream: a }] }\n  - { id: m, routes: [{ upstream: a }] }",
            line: 4,
            key: "models[1].id",
            says: "listed already"
        )
        expect(head + "  - { id: 'm*', routes: [{ upstream: a }] }", line: 3, key: "models[0].id", says: "wildcard")
        expect(head + "  - { id: 'm m', routes: [{ upstream: a }] }", line: 3, key: "models[0].id", says: "spaces")
        for (key, value) in [("context_length", "0"), ("context_length", "1e5"), ("created", "-1")] {
            expect(
                head + "  - { id: m, routes: [{ upstream: a }], \(key): \(value) }",
                line: 3,
                key: "models[0].\(key)",
                says: "whole number"
            )
        }
        expect(
            head + "  - { id: m, routes: [{ upstream: a, weight: 99999999999999999999 }] }",
            line: 3,
            key: "models[0].routes[0].weight",
            says: "whole number"
        )
        expect(
            head + "  - { id: m, routes: [{ upstream: a }], pricing: { input: -1 } }",
            line: 3,
            key: "models[0].pricing.input",
            says: "no price"
        )
        expect(
            head + "  - { id: m, routes: [{ upstream: a }], limits: { rpm: 0 } }",
            line: 3,
            key: "models[0].limits.rpm",
            says: "whole number"
        )
    }

    @Test func oneListenerTwiceIsRefused() {
        expect(
            "listen:\n  - address: 127.0.0.1:80\n  - address: localhost:80",
            line: 3,
            key: "listen[1].address",
            says: "listed twice"
        )
        #expect(errors("listen:\n  - address: 127.0.0.1:0\n  - address: 127.0.0.1:0").isEmpty)
    }

    @Test func brokenYAMLHasItsLine() {
        #expect(errors("listen:\n  - a: b\n c: d").first?.line == 3)
        #expect(errors("a: 'b").first?.description.contains("not valid YAML") == true)
        #expect(errors("store: sqlite:a\nstore: sqlite:b").first?.description.contains("stands twice") == true)
        #expect(errors("a: *nowhere").first?.description.contains("undefined alias") == true)
        #expect(errors("--- {}\n--- {}").first?.description.contains("another document") == true)
        #expect(errors("\u{0}").isEmpty == false)
    }

    @Test func allFindingsComeAtOnceInTheOrderOfLines() {
        let found = errors(
            """
            limits: { pings: 1s, header_bytes: 1 }
            listen: [{ address: nowhere }]
            models:
              - { id: m, routes: [{ upstream: ghost }] }
              - { id: m, routes: [{ upstream: half }] }
            upstreams:
              - { name: half, dialect: martian, base_url: https:// }
            """
        )
        #expect(
            found.map(\.keyPath) == [
                "limits.pings", "limits.header_bytes", "listen[0].address", "models[0].routes[0].upstream",
                "models[1].id", "upstreams[0].dialect", "upstreams[0].base_url",
            ]
        )
        #expect(found.map(\.line) == [1, 1, 2, 4, 5, 7, 7])
    }

    @Test func valuesFromTheEnvironmentAreNotRepeated() {
        for text in ["limits: { header_bytes: '${K}' }", "store: ${K}", "upstreams: [{ name: a, dialect: '${K}' }]"] {
            for error in errors(text, environment: ["K": "canary value"]) {
                #expect(!error.description.contains("canary"), "\(error)")
            }
        }
    }

    // MARK: Files

    @Test func filesThatCannotServeAreNamed() throws {
        let directory = try ConfigurationDirectory()
        try directory.write("text.pem", "not a certificate")
        let yaml = """
            listen:
              - address: 127.0.0.1:0
                tls: { certificate: gone.pem, private_key: text.pem }
            upstreams:
              - name: a
                dialect: openai
                base_url: https://h
                models: ["*"]
                tls: { ca_file: . }
            """
        do throws(ConfigurationErrors) {
            _ = try ConfigurationReader.read(text: yaml, file: directory.file("lw.yaml"), environment: [:])
            Issue.record("expected a refusal")
        } catch {
            #expect(
                error.errors.map(\.keyPath) == [
                    "listen[0].tls.certificate", "listen[0].tls.private_key", "upstreams[0].tls.ca_file",
                ]
            )
            #expect(error.errors[0].reason.contains("gone.pem', which does not exist"))
            #expect(error.errors[1].reason.contains("not in PEM form"))
            #expect(error.errors[2].reason.contains("is a directory"))
        }
    }

    @Test func bothFilesOfTLSAreNeeded() {
        let found = errors("listen:\n  - address: 127.0.0.1:0\n    tls: {}")
        #expect(found.map(\.reason) == ["lacks 'certificate'", "lacks 'private_key'"])
    }

    @Test func aConfigurationThatIsNotThereIsNamed() throws {
        let directory = try ConfigurationDirectory()
        for (path, words) in [(directory.file("gone.yaml"), "does not exist"), (directory.path, "is a directory")] {
            let error = #expect(throws: ConfigurationErrors.self) {
                try ConfigurationReader.read(file: path, environment: [:])
            }
            #expect(error?.description.hasPrefix("\(path): the configuration \(words)") == true)
        }
    }

    @Test func aFileThatIsNoTextIsRefused() throws {
        let directory = try ConfigurationDirectory()
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(fileURLWithPath: directory.file("a.yaml")))
        try Data(count: (1 << 20) + 1).write(to: URL(fileURLWithPath: directory.file("b.yaml")))
        for (name, words) in [("a.yaml", "not UTF-8"), ("b.yaml", "bytes")] {
            let error = #expect(throws: ConfigurationErrors.self) {
                try ConfigurationReader.read(file: directory.file(name), environment: [:])
            }
            #expect(error?.description.contains(words) == true)
        }
    }
}
