// What all loops share: one endpoint for each upstream, with its timeouts, and one TLS context for each way of trusting.

import Logging
import SessionCore
import Testing
import Transport

@testable import Relay

@Suite("RelayShared")
struct RelaySharedTests {
    private func shared(_ upstreams: [Upstream]) throws -> RelayShared {
        try RelayShared(
            catalog: ModelCatalog(models: [], upstreams: upstreams),
            keys: KeyDirectory(store: MemoryKeyStore()),
            origins: OriginPolicy(nil),
            settings: RelaySettings(),
            logger: RecordingLog().logger
        )
    }

    private func upstream(
        _ name: String,
        _ url: String,
        _ change: (inout Upstream) -> Void = { _ in }
    ) throws -> Upstream {
        var upstream = Upstream(name: name, dialect: .openai, baseURL: try BaseURL.parse(url))
        change(&upstream)
        return upstream
    }

    @Test("an endpoint has its upstream's address and timeouts")
    func endpoint() throws {
        let shared = try self.shared([
            self.upstream("a", "http://127.0.0.1:81/v1") {
                $0.timeouts.connect = .seconds(1)
                $0.timeouts.firstByte = .seconds(2)
                $0.timeouts.idle = .seconds(3)
            }
        ])
        let endpoint = try #require(shared.endpoints["a"])
        #expect(endpoint.host == "127.0.0.1" && endpoint.port == 81 && endpoint.name == "a")
        #expect(endpoint.tls == nil)
        #expect(endpoint.connectTimeout == .seconds(1))
        #expect(endpoint.firstByteTimeout == .seconds(2))
        #expect(endpoint.idleTimeout == .seconds(3))
    }

    @Test("upstreams that are trusted alike share a TLS context, others do not")
    func contexts() throws {
        let shared = try self.shared([
            self.upstream("a", "https://a.example"), self.upstream("b", "https://b.example"),
            self.upstream("c", "https://c.example") { $0.tls.verification = .none },
        ])
        let contexts = try ["a", "b", "c"].map { try #require(shared.endpoints[$0]?.tls) }
        #expect(contexts[0] === contexts[1])
        #expect(contexts[0] !== contexts[2])
    }

    @Test("a file of authorities that is not there is told at the start")
    func missingFile() throws {
        let upstream = try self.upstream("a", "https://a.example") { $0.tls.caFile = "/nowhere/ca.pem" }
        #expect(throws: (any Error).self) { try self.shared([upstream]) }
    }
}
