// A whole relay that is given another configuration (robustness H2).

import Console
import Logging
import Relay
import SessionCore
import Synchronization
import Testing
import Transport

@testable import Gateway

@Suite
struct RelayServerReloadTests {
    private let directory: ConfigurationDirectory

    init() throws {
        self.directory = try ConfigurationDirectory()
    }

    private func configuration(_ change: (inout Configuration) -> Void = { _ in }) -> Configuration {
        var configuration = Configuration(
            file: "/f/longwire.yaml",
            listeners: [Listener(address: .loopback, port: 0)],
            store: .sqlite(path: self.directory.file("longwire.sqlite")),
            upstreams: [
                Upstream(
                    name: "up",
                    dialect: .openai,
                    baseURL: BaseURL(scheme: .http, host: "127.0.0.1", port: 1, pathPrefix: "/v1")
                )
            ],
            models: [Model(id: "first", routes: [Route(upstream: "up", model: "m")])]
        )
        change(&configuration)
        return configuration
    }

    private func started() async throws -> RelayServer {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        return try await RelayServer.start(self.configuration(), loops: 2, logger: logger)
    }

    private func inForce(_ server: RelayServer) -> [String] {
        server.inForce.withLock { $0.shared.catalog.models.map(\.id) + $0.console.catalog.models.map(\.id) }
    }

    private func reloads(_ server: RelayServer, _ outcome: String) async -> String? {
        await server.status.metrics().split(separator: "\n").map(String.init)
            .first { $0.hasPrefix("longwire_configuration_reloads_total{outcome=\"\(outcome)\"}") }?
            .split(separator: " ").last.map(String.init)
    }

    @Test
    func whatIsGoodIsInForceEverywhere() async throws {
        let server = try await self.started()
        let next = self.configuration { $0.models[0].id = "second" }
        #expect(await server.reload { next } == .taken(next, waiting: []))
        #expect(self.inForce(server) == ["second", "second"])
        #expect(await server.batches.catalog.models.map(\.id) == ["second"])
        #expect(await self.reloads(server, "taken") == "1")
        #expect(await self.reloads(server, "refused") == "0")
        await server.shutDown()
    }

    @Test
    func whatHasFaultsChangesNothing() async throws {
        let server = try await self.started()
        let findings = ConfigurationErrors([
            ConfigurationError(file: "f", line: 2, keyPath: "b", reason: "no", remedy: "Do."),
            ConfigurationError(file: "f", line: 1, keyPath: "a", reason: "no", remedy: "Do."),
        ])
        #expect(await server.reload { throw findings } == .refused(["f:1: a: no. Do.", "f:2: b: no. Do."]))
        let blind = self.configuration { next in
            next.models[0].id = "second"
            next.upstreams[0].baseURL.scheme = .https
            next.upstreams[0].tls.caFile = "/nowhere/ca.pem"
        }
        guard case .refused(let faults) = await server.reload(reading: { blind }) else {
            Issue.record("taken")
            return
        }
        #expect(faults.count == 1 && faults[0].contains("/nowhere/ca.pem"))
        let blank = try ConfigurationReader.read(text: "# nothing\n", file: "/f/longwire.yaml", environment: [:])
        guard case .refused(let words) = await server.reload(reading: { blank }) else {
            Issue.record("taken")
            return
        }
        #expect(words.first?.hasPrefix("/f/longwire.yaml: the file says nothing") == true)
        let builtin = Configuration.builtin(environment: [:])
        let gone = "/f/longwire.yaml: the file is not there any more. Restart to run what is built in."
        #expect(await server.reload { builtin } == .refused([gone]))
        #expect(self.inForce(server) == ["first", "first"])
        #expect(await self.reloads(server, "refused") == "4")
        await server.shutDown()
    }

    @Test
    func theSimulatorStartsWhenItIsAskedForAndStaysWhereItIs() async throws {
        let server = try await self.started()
        let next = self.configuration {
            $0.upstreams[0] = Upstream(name: "up", dialect: .simulator, baseURL: Upstream.inProcess)
        }
        var ports: [Int] = []
        for _ in 0..<2 {
            _ = await server.reload { next }
            ports.append(server.inForce.withLock { $0.shared.endpoints["up"]?.port ?? 0 })
        }
        #expect(ports[0] > 0 && ports[0] == ports[1])
        await server.shutDown()
    }

    /// Neither hangs: the loops are gone, or go.
    @Test
    func aReloadDuringTheEndAndAfterIt() async throws {
        let server = try await self.started()
        let next = self.configuration()
        async let end: Void = server.shutDown()
        _ = await server.reload { next }
        await end
        #expect(await server.reload { next } == .refused(["the relay is stopping"]))
    }
}
