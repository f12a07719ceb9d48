// Another configuration for a relay at work: what has begun keeps what it began with, what begins gets the new one
// (robustness H2).

import EventLoop
import Foundation
import SessionCore
import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("RelayTenure", .ownThread)
struct RelayTenureTests {
    private static let create = #"{"type":"response.create"}"#
    private static let created = #"{"type":"response.created","response":{"id":"r"}}"#
    private static let done =
        #"{"type":"response.done","response":{"id":"r","status":"completed","usage":{"input_tokens":3,"output_tokens":4}}}"#

    private static func model(_ id: String, price: String, upstream: String = "up0") throws -> Model {
        let price = try #require(TokenPrice(usdPerThousand: price))
        return Model(
            id: id,
            routes: [Route(upstream: upstream, model: "real-0")],
            capabilities: ["realtime", "chat"],
            pricing: Pricing([.input: price, .output: price])
        )
    }

    private func stage(_ adjust: (inout RelayPlan) -> Void = { _ in }) throws -> RelayStage {
        let model = try Self.model("talk", price: "1")
        return try RelayStage { plan in
            plan.models = [model]
            adjust(&plan)
        }
    }

    /// Lets models and upstreams count instead of those of before; without any, the upstreams stay.
    private func reload(
        _ stage: RelayStage,
        _ models: [Model],
        upstreams: [Upstream]? = nil,
        _ change: (inout RelayTerms) -> Void = { _ in }
    ) throws {
        let shared = stage.service.shared
        var terms = RelayTerms(
            catalog: ModelCatalog(models: models, upstreams: upstreams ?? shared.catalog.upstreams),
            origins: shared.origins,
            settings: shared.settings,
            operators: shared.operators,
            cache: shared.cache?.settings
        )
        change(&terms)
        stage.service.adopt(try shared.succeeded(by: terms))
    }

    /// What a reload does with the limits of a loop.
    private func limit(_ stage: RelayStage, _ change: (inout TransportLimits) -> Void) {
        var limits = stage.context.limits
        change(&limits)
        stage.context.adopt(limits)
    }

    private func turn(_ stage: RelayStage, _ client: ScriptedPeer, _ upstream: ScriptedPeer) {
        client.say(WireFrame.text(Self.create).masked)
        #expect(stage.wholeMessage(at: upstream)?.text == Self.create)
        for text in [Self.created, Self.done] {
            upstream.say(WireFrame.text(text).unmasked)
            #expect(stage.wholeMessage(at: client)?.text == text)
        }
    }

    @Test("a session whose model and upstream are gone goes on at its price and leaves its rows")
    func session() throws {
        let stage = try self.stage()
        let (client, upstream) = try stage.session()
        try self.reload(stage, [], upstreams: [])
        #expect(stage.service.shared.endpoints.isEmpty)
        self.turn(stage, client, upstream)
        let row = try #require(stage.ledger.rows.first)
        #expect(row.model == "talk" && row.upstream == "up0" && row.upstreamModel == "real-0")
        #expect(row.costMicroUSD == 7_000 && !row.isEstimated)
        #expect(try stage.ask("GET", "/v1/models/talk").status == 404)
        client.say(WireFrame.close(1000).masked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        #expect(stage.ledger.entries.count == 2)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a session keeps its price, its limits of time and its count; the next has the new ones")
    func prices() throws {
        let stage = try self.stage { $0.describeKey = { $0.sessions = 1 } }
        let (client, upstream) = try stage.session()
        try self.reload(stage, [try Self.model("talk", price: "2")]) { $0.settings.idleSession = .seconds(4) }
        self.turn(stage, client, upstream)
        #expect(try stage.ask("GET", "/v1/realtime?model=talk", RelayStage.handshake + stage.bearer).status == 429)
        stage.advance(by: .seconds(5))
        #expect(stage.service.sessionCount == 1)
        client.say(WireFrame.close(1000).masked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        let (other, behind) = try stage.session()
        self.turn(stage, other, behind)
        #expect(stage.ledger.rows.map(\.costMicroUSD) == [7_000, 14_000])
        other.cut()
        stage.expectNothingLeft(client, upstream, other, behind)
    }

    @Test("a handshake whose upstream is being asked is answered from there")
    func opening() throws {
        let stage = try self.stage()
        let client = try stage.realtimeClient()
        let upstream = try #require(stage.upstream())
        let head = try #require(stage.head(at: upstream))
        try self.reload(stage, [], upstreams: [])
        upstream.say(stage.acceptance(of: head))
        #expect(try #require(stage.head(at: client)).status == 101)
        #expect(stage.run { stage.service.sessionCount == 1 })
        self.turn(stage, client, upstream)
        #expect(stage.ledger.rows.map(\.costMicroUSD) == [7_000])
        stage.expectNothingLeft(client, upstream)
    }

    @Test("an exchange goes on, also to the next of its routes, when all of them are gone; its row has its price")
    func exchange() throws {
        let stage = try self.stage { plan in
            plan.upstreams = 2
            plan.models?[0].routes.append(Route(upstream: "up1", model: "real-1", priority: 1))
        }
        let (client, upstream, _) = try stage.chat()
        try self.reload(stage, [], upstreams: [])
        upstream.say(ChatScript.answer(503, "{}"))
        let next = try #require(stage.upstream(1))
        #expect(stage.message(at: next) != nil)
        next.say(ChatScript.answer(200, #"{"usage":{"prompt_tokens":3,"completion_tokens":4}}"#))
        #expect(try #require(stage.message(at: client)).status == 200)
        let row = try #require(stage.ledger.rows.first)
        #expect(row.upstream == "up1" && row.costMicroUSD == 7_000)
        stage.settle()
        #expect(stage.service.pool.idleCount == 0, "nobody will ask there any more")
        stage.expectNothingLeft(client, upstream, next)
    }

    @Test("a connection that is kept sees the next configuration with its next request")
    func keptConnection() throws {
        let stage = try self.stage()
        let client = try stage.client("GET", "/v1/models/talk")
        #expect(try #require(stage.message(at: client)).status == 200)
        try self.reload(stage, [try Self.model("new", price: "1")]) { $0.origins = OriginPolicy(["https://a.example"]) }
        for (path, fields, status) in [
            ("/v1/models/new", "", 200), ("/v1/models/talk", "", 404),
            ("/v1/models/new", "Origin: https://b.example\r\n", 200),
        ] {
            client.say("GET \(path) HTTP/1.1\r\nHost: relay\r\n\(stage.bearer)\(fields)\r\n")
            let answer = try #require(stage.message(at: client))
            #expect(answer.status == status, "\(path)")
            #expect(answer.head["access-control-allow-origin"] == nil)
        }
        client.cut()
        stage.expectNothingLeft(client)
    }

    @Test("what was learned of a key of ours counts under the next configuration, and ends with the key")
    func breaker() throws {
        let stage = try self.stage()
        let (client, upstream, _) = try stage.chat()
        upstream.say(ChatScript.answer(401, "{}"))
        #expect(try #require(stage.message(at: client)).status == 502)
        try self.reload(stage, [try Self.model("talk", price: "2")])
        #expect(try stage.ask("POST", ChatScript.path, body: ChatScript.plain).status == 502)
        var upstreams = stage.shared.catalog.upstreams
        upstreams[0].apiKeys = [Secret("another")]
        try self.reload(stage, [try Self.model("talk", price: "2")], upstreams: upstreams)
        let asked = try stage.client("POST", ChatScript.path, body: ChatScript.plain)
        let request = try #require(stage.message(at: upstream))
        #expect(request.head["authorization"] == "Bearer another")
        upstream.say(ChatScript.answer(200, "{}"))
        #expect(try #require(stage.message(at: asked)).status == 200)
        asked.cut()
        stage.expectNothingLeft(client, upstream, asked)
    }

    @Test("pings come in the interval of now, also when it was an hour before")
    func pings() throws {
        let stage = try self.stage { $0.limits.pingInterval = .seconds(3_600) }
        let (client, upstream) = try stage.session()
        self.limit(stage) { $0.pingInterval = .seconds(20) }
        try self.reload(stage, stage.shared.catalog.models)
        stage.advance(by: .seconds(20))
        #expect(stage.frame(at: client)?.opcode == 9)
        #expect(stage.frame(at: upstream)?.opcode == 9)
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a message under way is as old as it is, however long the intervals become")
    func messageUnderWay() throws {
        let stage = try self.stage { plan in
            plan.limits.pingInterval = .seconds(1)
            plan.limits.messageTimeout = .seconds(300)
        }
        let (client, upstream) = try stage.session()
        client.say(WireFrame.text("{", isFinal: false).masked)
        func pass(_ seconds: Int) {
            client.say(WireFrame.pong().masked + WireFrame.continuation([32], isFinal: false).masked)
            upstream.say(WireFrame.pong().unmasked)
            stage.settle()
            stage.advance(by: .seconds(seconds))
        }
        for _ in 0..<6 { pass(1) }
        self.limit(stage) { $0.pingInterval = .seconds(60) }
        try self.reload(stage, stage.shared.catalog.models)
        for _ in 0..<4 { pass(60) }
        #expect(stage.service.sessionCount == 1)
        pass(60)
        pass(60)
        #expect(stage.log.entries("session ended").map { $0["cause"] } == ["client_message_overdue"])
        stage.expectNothingLeft(client, upstream)
    }

    @Test("a model's rates are those of now, for sessions that began before, too")
    func rates() throws {
        let stage = try self.stage()
        let (client, upstream) = try stage.session()
        self.turn(stage, client, upstream)
        var limited = try Self.model("talk", price: "1")
        limited.limits.rpm = 1
        try self.reload(stage, [limited])
        self.turn(stage, client, upstream)
        client.say(WireFrame.text(Self.create).masked)
        #expect(try ToldError(try #require(stage.wholeMessage(at: client)).payload).code == "rate_limit_exceeded")
        stage.expectNothingLeft(client, upstream)
    }
}
