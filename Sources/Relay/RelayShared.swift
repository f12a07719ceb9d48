// What all loops' services share: settled by a configuration, read by everyone, changed only as a whole: the next
// configuration makes a successor, which takes over what was counted and learned, and whoever has begun under this one
// keeps it to its end.

import EventLoop
package import Logging
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
    let strangers: StrangerCount
    private let trust: UpstreamTrust
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
        logger: Logger,
        after earlier: RelayShared? = nil
    ) throws {
        // First, since it alone can fail: what is learned of keys follows the new rules from where they are passed on.
        self.trust = try UpstreamTrust(catalog.upstreams, after: earlier?.trust)
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
        self.health = UpstreamHealth(upstreams: catalog.upstreams.map(\.name), after: earlier?.health)
        self.keyBoard = ProviderKeyBoard(
            upstreams: catalog.upstreams,
            policy: settings.routing,
            after: earlier?.keyBoard
        )
        self.strangers = earlier?.strangers ?? StrangerCount()
        self.logger = logger
        self.endpoints = Self.endpoints(catalog, self.trust)
    }

    /// What a changed configuration makes of it; throws when an upstream's authorities cannot be read.
    ///
    /// Keys, limits, ledger, secrets, batches and counts are the same ones; what was learned of upstreams and provider keys
    /// goes on for those that remain. From here on rates of models are counted by its limits.
    package func succeeded(by terms: RelayTerms) throws -> RelayShared {
        let next = try RelayShared(
            catalog: terms.catalog,
            keys: self.keys,
            origins: terms.origins,
            settings: terms.settings,
            limits: self.limits,
            ledger: self.ledger,
            secrets: self.secrets,
            metrics: self.metrics.naming(
                models: Set(terms.catalog.models.map(\.id)),
                upstreams: Set(terms.catalog.upstreams.map(\.name))
            ),
            status: self.status,
            operators: terms.operators,
            batches: self.batches,
            cache: self.cache(under: terms),
            logger: self.logger,
            after: self
        )
        next.limits.follow(terms.catalog.models)
        return next
    }

    /// Answers of before are given again as long as the same would be asked of the same upstreams.
    private func cache(under terms: RelayTerms) -> ResponseCache? {
        guard let settings = terms.cache else { return nil }
        let isSame = self.cache?.settings == settings && terms.catalog.leadsAs(self.catalog)
        return isSame ? self.cache : ResponseCache(settings)
    }

    private static func endpoints(_ catalog: ModelCatalog, _ trust: UpstreamTrust) -> [String: UpstreamEndpoint] {
        let endpoints = catalog.upstreams.map { upstream in
            var endpoint = UpstreamEndpoint(
                name: upstream.name,
                host: upstream.baseURL.host,
                port: upstream.baseURL.port,
                tls: trust.context(for: upstream)
            )
            endpoint.connectTimeout = upstream.timeouts.connect
            endpoint.firstByteTimeout = upstream.timeouts.firstByte
            endpoint.idleTimeout = upstream.timeouts.idle
            return (upstream.name, endpoint)
        }
        return Dictionary(endpoints) { first, _ in first }
    }
}

/// What of a relay a configuration settles, and a reload may change.
package struct RelayTerms: Sendable {
    package var catalog: ModelCatalog
    package var origins: OriginPolicy
    package var settings: RelaySettings
    package var operators: OperatorGate
    /// Nil for none.
    package var cache: CacheSettings?

    package init(
        catalog: ModelCatalog,
        origins: OriginPolicy,
        settings: RelaySettings,
        operators: OperatorGate,
        cache: CacheSettings?
    ) {
        self.catalog = catalog
        self.origins = origins
        self.settings = settings
        self.operators = operators
        self.cache = cache
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
