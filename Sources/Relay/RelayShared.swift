// What all loops' services share: settled at start, read by everyone, changed only as a whole.

import EventLoop
package import Logging
import OpenSSLTLS
package import SessionCore
package import Transport
package import WebSocketFraming

/// The parts of a relay that do not belong to one loop.
package final class RelayShared: Sendable {
    package let catalog: ModelCatalog
    package let keys: KeyDirectory
    package let origins: OriginPolicy
    package let endpoints: [String: UpstreamEndpoint]
    package let settings: RelaySettings
    package let limits: LimitKeeper
    package let ledger: any Ledger
    package let secrets: any SecretStore
    package let metrics: RelayMetrics
    package let status: any ServiceStatus
    package let operators: OperatorGate
    /// Files and batches; nil where there are none.
    package let batches: BatchEngine?
    /// Answers of before; nil unless configured.
    package let cache: ResponseCache?
    /// How the upstreams have been doing lately.
    package let health: UpstreamHealth
    /// How our keys stand with the providers.
    package let keyBoard: ProviderKeyBoard
    /// Clients that were answered before they showed a key.
    let strangers = StrangerCount()
    package let logger: Logger

    package init(
        catalog: ModelCatalog,
        keys: KeyDirectory,
        origins: OriginPolicy,
        settings: RelaySettings,
        limits: LimitKeeper = LimitKeeper(),
        ledger: any Ledger = NoLedger(),
        secrets: any SecretStore = NoSecretStore(),
        metrics: RelayMetrics = .none,
        status: any ServiceStatus = NoServiceStatus(),
        operators: OperatorGate = OperatorGate(),
        batches: BatchEngine? = nil,
        cache: ResponseCache? = nil,
        logger: Logger
    ) throws {
        self.catalog = catalog
        self.keys = keys
        self.origins = origins
        self.settings = settings
        self.limits = limits
        self.ledger = ledger
        self.secrets = secrets
        self.metrics = metrics
        self.status = status
        self.operators = operators
        self.batches = batches
        self.cache = cache
        self.health = UpstreamHealth(upstreams: catalog.upstreams.map(\.name))
        self.keyBoard = ProviderKeyBoard(upstreams: catalog.upstreams, policy: settings.routing)
        self.logger = logger
        var contexts: [TLSClientConfiguration: TLSContext] = [:]
        var endpoints: [String: UpstreamEndpoint] = [:]
        for upstream in catalog.upstreams {
            endpoints[upstream.name] = try Self.endpoint(for: upstream, &contexts)
        }
        self.endpoints = endpoints
    }

    /// Upstreams with the same trust share one context, and with it the sessions that can be resumed.
    private static func endpoint(
        for upstream: Upstream,
        _ contexts: inout [TLSClientConfiguration: TLSContext]
    ) throws -> UpstreamEndpoint {
        var context: TLSContext?
        if upstream.baseURL.isSecure {
            let configuration = TLSClientConfiguration(
                trust: upstream.tls.caFile.map { .file($0) } ?? .system,
                verification: upstream.tls.verification == .full ? .full : .none
            )
            context = try contexts[configuration] ?? TLSContext(client: configuration)
            contexts[configuration] = context
        }
        var endpoint = UpstreamEndpoint(
            name: upstream.name,
            host: upstream.baseURL.host,
            port: upstream.baseURL.port,
            tls: context
        )
        endpoint.connectTimeout = upstream.timeouts.connect
        endpoint.firstByteTimeout = upstream.timeouts.firstByte
        endpoint.idleTimeout = upstream.timeouts.idle
        return endpoint
    }
}

/// Bounds that belong to the relay rather than to a connection.
package struct RelaySettings: Sendable {
    /// The longest wait for an upstream's answer to a WebSocket handshake.
    package var handshakeTimeout: Duration = .seconds(10)
    /// A realtime session's longest life; zero for no cap.
    package var maximumSession: Duration = .zero
    /// A session without a message in either direction ends after this; zero for never.
    package var idleSession: Duration = .seconds(1_800)
    /// permessage-deflate as it is offered to upstreams; nil for not at all.
    package var offeredUpstream: DeflateSettings?
    /// Fail-over, retries and breakers.
    package var routing = RoutingPolicy()
    /// Realtime sessions on one loop.
    package var sessionsPerLoop = 32_768
    /// A client that waits for the first event of a stream hears from us this often, where its dialect bears it; zero for
    /// never.
    package var streamKeepAlive: Duration = .seconds(15)
    /// The longest answer that is taken whole to be translated.
    package var translatedAnswerBytes = 32 << 20
    /// How long an upstream that has sent its last event may take to end its response.
    package var lingeringResponse: Duration = .seconds(1)
    /// How long an HTTP exchange may go on once the relay is to stop: less than the process gives itself, so that it is
    /// told and written down.
    package var drainingExchange: Duration = .seconds(7)

    /// How long an upstream is held after its client left in mid-response, so that it tells what the response cost.
    package var clientGoneHold: Duration = .seconds(10)
    /// The same while the relay shuts down.
    package var drainingHold: Duration = .seconds(2)
    package var turns = TurnLimits()
    /// What sessions that the relay holds itself may keep.
    package var conversation = ConversationBounds()

    package init() {}
}
