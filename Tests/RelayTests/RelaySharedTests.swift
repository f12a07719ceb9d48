// What all loops share: one endpoint for each upstream, with its timeouts, and one TLS context for each way of trusting.

import Foundation
import Logging
import SessionCore
import TestSupport
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

    // MARK: Another configuration

    private func next(
        after shared: RelayShared,
        _ upstreams: [Upstream],
        models: [Model] = [],
        cache: CacheSettings? = nil
    ) throws -> RelayShared {
        try shared.succeeded(
            by: RelayTerms(
                catalog: ModelCatalog(models: models, upstreams: upstreams),
                origins: OriginPolicy(["https://a.example"]),
                settings: RelaySettings(),
                operators: OperatorGate(adminKey: Secret("new")),
                cache: cache
            )
        )
    }

    @Test("what was counted goes on, what is configured is another")
    func successor() throws {
        let shared = try self.shared([self.upstream("a", "http://a.example")])
        let next = try self.next(after: shared, [self.upstream("b", "http://b.example")])
        #expect(next.keys === shared.keys && next.limits === shared.limits && next.strangers === shared.strangers)
        #expect(Array(next.endpoints.keys) == ["b"] && next.keyBoard.upstreams == ["b"])
        #expect(next.health.reports().map(\.name) == ["b"])
        #expect(!next.origins.allows("https://b.example") && shared.origins.allows("https://b.example"))
        #expect(next.operators.allows(isLoopback: false) { $0 == "authorization" ? ["Bearer new"] : [] })
    }

    @Test("a TLS context stays as long as what it trusts says the same, whatever the file is called")
    func trustThatChanges() throws {
        let authority = try CertificateAuthority()
        let file = authority.directory + "/trusted.pem"
        func install(_ authority: CertificateAuthority) throws {
            try String(contentsOfFile: authority.certificateFile, encoding: .utf8)
                .write(toFile: file, atomically: true, encoding: .utf8)
        }
        try install(authority)
        let upstreams = [
            try self.upstream("a", "https://a.example") { $0.tls.caFile = file },
            try self.upstream("b", "https://b.example"),
        ]
        let first = try self.shared(upstreams)
        let second = try self.next(after: first, upstreams.reversed())
        for name in ["a", "b"] { #expect(second.endpoints[name]?.place == first.endpoints[name]?.place) }
        try install(try CertificateAuthority())
        let third = try self.next(after: second, upstreams)
        #expect(third.endpoints["a"]?.place != first.endpoints["a"]?.place)
        #expect(third.endpoints["b"]?.place == first.endpoints["b"]?.place)
        try "nothing".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(throws: (any Error).self) { try self.next(after: third, upstreams) }
    }

    @Test("answers are given again until their settings, or where a model leads, are others")
    func cache() throws {
        let upstreams = [try self.upstream("a", "http://a.example"), try self.upstream("b", "http://b.example")]
        func model(_ upstream: String, context: Int? = nil) -> Model {
            Model(id: "m", routes: [Route(upstream: upstream, model: "m")], contextLength: context)
        }
        let none = try self.shared(upstreams)
        let first = try self.next(after: none, upstreams, models: [model("a")], cache: CacheSettings())
        let cache = try #require(first.cache)
        let same = try self.next(after: first, upstreams, models: [model("a", context: 9)], cache: CacheSettings())
        #expect(same.cache === cache)
        let moved = try self.next(after: first, upstreams, models: [model("b")], cache: CacheSettings())
        #expect(moved.cache != nil && moved.cache !== cache)
        var settings = CacheSettings()
        settings.entries = 7
        #expect(try self.next(after: first, upstreams, models: [model("a")], cache: settings).cache !== cache)
        #expect(try self.next(after: first, upstreams, models: [model("a")]).cache == nil)
    }
}
