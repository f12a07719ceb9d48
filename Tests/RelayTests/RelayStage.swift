// A whole relay on one loop: its server in front, scripted upstreams behind, keys in memory, and time in the test's hands.

import EventLoop
import Foundation
import HTTPFraming
import Logging
import OpenSSLTLS
import SessionCore
import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

/// What a test wants to be otherwise.
struct RelayPlan {
    /// How many upstreams there are; `up0`, `up1` and so on, tried in this order.
    var upstreams = 1
    /// Whether they speak TLS, under a certificate that the relay trusts.
    var isSecure = false
    /// Whether clients speak TLS.
    var isFrontSecure = false
    var limits = TransportLimits()
    var settings = RelaySettings()
    var origins: [String]?
    var models: [Model]?
    var account = Account.standard
    var metrics = RelayMetrics.none
    var status: any ServiceStatus = NoServiceStatus()
    var operators = OperatorGate()
    var describeKey: (inout KeyRecord) -> Void = { _ in }
    /// Changes the model `talk` where `models` names no others.
    var describeModel: (inout Model) -> Void = { _ in }
    var describeUpstream: (inout Upstream) -> Void = { _ in }
}

/// A relay, turned by hand.
final class RelayStage {
    /// What the relay shows its upstreams.
    static let secret = "sk-provider-0123456789"

    let stage: Stage
    let context: TransportContext
    let store = MemoryKeyStore()
    let log = RecordingLog()
    let ledger = RecordingLedger()
    let limits = LimitKeeper()
    let listeners: [ScriptedListener]
    let shared: RelayShared
    let service: RelayService
    let server: HTTPServer
    let key: String
    let keyID: String
    /// What clients trust; nil when they speak plain.
    private let clientTLS: TLSContext?

    init(_ adjust: (inout RelayPlan) -> Void = { _ in }) throws {
        var plan = RelayPlan()
        // Messages are to be compared as they are on the wire.
        plan.limits.deflate = nil
        // One upstream that fails is to be asked once.
        plan.settings.routing.backoff = .zero
        adjust(&plan)
        let stage = try Stage()
        let tls = plan.isSecure ? try Trust.shared().server : nil
        let listeners = try (0..<plan.upstreams).map { _ in try stage.listen(tls: tls) }
        let issued = try IssuedKey(name: "test", now: Date(), describe: plan.describeKey)
        self.store.add(issued.record)
        self.store.account = plan.account
        self.keyID = issued.record.id
        self.stage = stage
        self.listeners = listeners
        self.key = issued.text.text
        self.context = TransportContext(
            loop: stage.loop,
            resolver: try Resolver(threads: 1),
            limits: plan.limits,
            logger: self.log.logger
        )
        self.shared = try RelayShared(
            catalog: try Self.catalog(plan, listeners),
            keys: KeyDirectory(store: self.store),
            origins: OriginPolicy(plan.origins),
            settings: plan.settings,
            limits: self.limits,
            ledger: self.ledger,
            metrics: plan.metrics,
            status: plan.status,
            operators: plan.operators,
            logger: self.log.logger
        )
        self.service = RelayService(shared: self.shared, context: self.context)
        self.clientTLS = plan.isFrontSecure ? try Trust.shared().client() : nil
        self.server = try HTTPServer(
            address: .loopback(port: 0),
            tls: plan.isFrontSecure ? try Trust.shared().server : nil,
            service: self.service,
            context: self.context
        )
    }

    private static func catalog(_ plan: RelayPlan, _ listeners: [ScriptedListener]) throws -> ModelCatalog {
        let upstreams = try listeners.enumerated().map { index, listener in
            var upstream = Upstream(
                name: "up\(index)",
                dialect: .openai,
                baseURL: BaseURL(
                    scheme: plan.isSecure ? .https : .http,
                    host: "127.0.0.1",
                    port: listener.port,
                    pathPrefix: "/v1"
                ),
                apiKeys: [Secret(Self.secret)]
            )
            if plan.isSecure { upstream.tls.caFile = try Trust.shared().authority.certificateFile }
            plan.describeUpstream(&upstream)
            return upstream
        }
        let routes = listeners.indices.map { Route(upstream: "up\($0)", model: "real-\($0)", priority: $0) }
        var model = Model(id: "talk", routes: routes, capabilities: ["realtime", "chat"])
        plan.describeModel(&model)
        return ModelCatalog(models: plan.models ?? [model], upstreams: upstreams)
    }

    var clock: ManualClock { self.stage.harness.clock }
    func run(until condition: () -> Bool) -> Bool { self.stage.run(until: condition) }
    func settle() { self.stage.settle() }
    func advance(by duration: Duration) { self.stage.advance(by: duration) }

    /// Connections that any upstream ever saw.
    var dials: Int { self.listeners.reduce(0) { $0 + $1.acceptedCount } }

    /// The next connection to an upstream.
    func upstream(_ index: Int = 0) -> ScriptedPeer? { self.stage.accept(self.listeners[index]) }

    // MARK: HTTP

    func client() throws -> ScriptedPeer {
        try self.stage.connect(to: try #require(self.server.localAddress), tls: self.clientTLS)
    }

    /// The fields that show the key.
    var bearer: String { "Authorization: Bearer \(self.key)\r\n" }

    /// A client that has sent a request.
    func client(
        _ method: String,
        _ target: String,
        _ fields: String? = nil,
        body: String = ""
    ) throws -> ScriptedPeer {
        let client = try self.client()
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        client.say("\(method) \(target) HTTP/1.1\r\nHost: relay\r\n\(fields ?? self.bearer)\(length)\r\n\(body)")
        return client
    }

    /// The next whole answer, or request, that a peer hears.
    func message(at peer: ScriptedPeer, hasBody: Bool = true) -> WireAnswer? {
        var message: WireAnswer?
        _ = self.run {
            message = message ?? peer.takeAnswer(hasBody: hasBody)
            return message != nil
        }
        return message
    }

    /// Sends a request and waits for its answer.
    func ask(_ method: String, _ target: String, _ fields: String? = nil, body: String = "") throws -> WireAnswer {
        let client = try self.client(method, target, fields, body: body)
        defer { client.cut() }
        return try #require(self.message(at: client, hasBody: method != "HEAD"))
    }

    // MARK: WebSocket

    /// The fields of a WebSocket handshake (RFC 6455 §1.3).
    static let handshake =
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

    /// A client that has sent a handshake.
    func realtimeClient(_ query: String = "?model=talk", _ fields: String? = nil) throws -> ScriptedPeer {
        try self.client("GET", "/v1/realtime\(query)", Self.handshake + (fields ?? self.bearer))
    }

    /// The next head that a peer hears.
    func head(at peer: ScriptedPeer) -> WireHead? {
        var head: WireHead?
        _ = self.run {
            head = head ?? peer.takeHead()
            return head != nil
        }
        return head
    }

    /// The answer to a handshake (RFC 6455 §4.2.2).
    func acceptance(of head: WireHead, _ fields: String = "") -> String {
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Accept: \(AcceptKey.accept(for: head["sec-websocket-key"] ?? ""))\r\n\(fields)\r\n"
    }

    /// A session that is open on both sides.
    func session(
        _ query: String = "?model=talk",
        _ fields: String? = nil
    ) throws -> (client: ScriptedPeer, upstream: ScriptedPeer) {
        let client = try self.realtimeClient(query, fields)
        let upstream = try #require(self.upstream())
        upstream.say(self.acceptance(of: try #require(self.head(at: upstream))))
        #expect(try #require(self.head(at: client)).status == 101)
        #expect(self.run { self.service.sessionCount > 0 })
        return (client, upstream)
    }

    /// The next frame that a peer hears.
    func frame(at peer: ScriptedPeer) -> WireFrame? {
        var frame: WireFrame?
        _ = self.run {
            frame = frame ?? peer.takeFrame()
            return frame != nil
        }
        return frame
    }

    /// The next whole message that a peer hears.
    func wholeMessage(at peer: ScriptedPeer) -> WireFrame? {
        var message: WireFrame?
        _ = self.run {
            message = message ?? peer.takeMessage()
            return message != nil
        }
        return message
    }

    /// Checks that neither session, exchange, descriptor, timer nor block outlived what the test did.
    func expectNothingLeft(_ peers: ScriptedPeer..., sourceLocation: SourceLocation = #_sourceLocation) {
        self.settle()
        for peer in peers { peer.cut() }
        _ = self.stage.run { self.service.isQuiet }
        #expect(self.service.isQuiet, sourceLocation: sourceLocation)
        self.server.drain()
        self.service.pool.closeIdle()
        // On a busy machine the kernel may tell of a cut a little later than it was made.
        _ = self.stage.run { self.stage.calls.openDescriptors.isEmpty }
        #expect(self.stage.calls.openDescriptors == [], sourceLocation: sourceLocation)
        #expect(self.stage.loop.timerCount == 0, sourceLocation: sourceLocation)
        #expect(self.stage.loop.blocks.leasedCount == 0, sourceLocation: sourceLocation)
    }
}

/// The `error` of an OpenAI body or of a realtime event.
struct ToldError: Equatable {
    let type: String
    let code: String
    let message: String

    init(_ json: [UInt8]) throws {
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
        let error = try #require(object["error"] as? [String: Any])
        self.type = error["type"] as? String ?? ""
        self.code = error["code"] as? String ?? ""
        self.message = error["message"] as? String ?? ""
    }
}
