// One loop's relay: which path leads to which kind of exchange, and the realtime sessions that live on this loop.

import Dialects
import EventLoop
package import HTTPFraming
import Logging
package import SessionCore
package import Transport

/// Serves the public endpoints on one loop.
///
/// Loop-bound.
package final class RelayService: HTTPService {
    /// What counts for whatever begins now.
    private(set) var shared: RelayShared
    /// The same, for what outlives a reload.
    private(set) lazy var tenure = RelayTenure(self.shared, of: self)
    let context: TransportContext
    let pool: UpstreamPool
    let keyCheck: KeyCheck
    let logger: Logger
    private(set) lazy var keyWatch = KeyWatch(self)
    var wallClock = WallClock()
    private var openings: [ObjectIdentifier: RealtimeOpening] = [:]
    private var sessions: [ObjectIdentifier: RealtimeRelay] = [:]
    private var exchanges: [ObjectIdentifier: HTTPExchange] = [:]
    package private(set) var isDraining = false
    /// Called when draining has left nothing under way.
    package var onQuiet: (() -> Void)?

    package init(shared: RelayShared, context: TransportContext) {
        self.shared = shared
        self.context = context
        self.pool = UpstreamPool(context: context)
        self.keyCheck = KeyCheck(keys: shared.keys, loop: context.loop)
        self.logger = shared.logger
    }

    /// Another configuration counts for whatever begins from now on; what is under way keeps its own.
    package func adopt(_ shared: RelayShared) {
        self.shared = shared
        self.tenure = RelayTenure(shared, of: self)
        self.pool.keep(shared.endpoints.values.map(\.place))
        // Intervals between pings, which belong to connections, may be shorter now.
        for session in self.sessions.values { session.reschedule() }
    }

    /// Realtime sessions on this loop.
    package var sessionCount: Int { self.sessions.count }
    /// Realtime sessions on this loop and those that are about to be.
    var openingCount: Int { self.sessions.count + self.openings.count }
    /// Whether neither a session, its opening, nor an HTTP exchange is under way.
    package var isQuiet: Bool { self.openings.isEmpty && self.sessions.isEmpty && self.exchanges.isEmpty }

    // MARK: Paths

    package func handle(_ exchange: ServerExchange) {
        let requestID = RequestID(of: exchange.head)
        let path = exchange.head.path
        if CrossOrigin.covers(path) {
            exchange.standingFields = self.tenure.crossOrigin.fields(for: exchange.head)
            if CrossOrigin.isPreflight(exchange.head) { return self.answerPreflight(exchange, requestID) }
        }
        switch path {
        case "/v1/realtime":
            RealtimeOpening(exchange, requestID: requestID, service: self).start()
        case "/v1/realtime/client_secrets":
            guard self.allow([.post], exchange, requestID) else { return }
            SecretEndpoint(exchange, requestID: requestID, service: self, shape: .current).start()
        case "/v1/realtime/sessions":
            guard self.allow([.post], exchange, requestID) else { return }
            SecretEndpoint(exchange, requestID: requestID, service: self, shape: .older).start()
        case "/healthz", "/readyz", "/metrics":
            guard self.allow([.get, .head], exchange, requestID) else { return }
            self.tellStatus(path, exchange, requestID)
        case _ where UpstreamRequestFields.liveVersion(inPath: path) != nil:
            RealtimeOpening(exchange, requestID: requestID, service: self).start()
        default:
            self.handleModels(path, exchange, requestID)
        }
    }

    /// Paths that lead to a model, or to the list of all.
    private func handleModels(_ path: String, _ exchange: ServerExchange, _ requestID: RequestID) {
        if let call = CallPath(path) {
            guard self.allow([.post], exchange, requestID) else { return }
            HTTPExchange(exchange, path: call, requestID: requestID, service: self).start()
        } else if ModelsEndpoint.isList(path) {
            guard self.allow([.get, .head], exchange, requestID) else { return }
            ModelsEndpoint(exchange, requestID: requestID, service: self).list()
        } else if let id = ModelsEndpoint.modelID(in: path), exchange.head.method != .post || !id.contains(":") {
            guard self.allow([.get, .head], exchange, requestID) else { return }
            ModelsEndpoint(exchange, requestID: requestID, service: self).get(id)
        } else if !self.handleBatches(path, exchange, requestID) {
            self.refuse(.notFound(path), exchange, requestID)
        }
    }

    func allow(_ methods: [HTTPMethod], _ exchange: ServerExchange, _ requestID: RequestID) -> Bool {
        if methods.contains(exchange.head.method) { return true }
        let allowed = methods.map(\.text).joined(separator: ", ")
        var answer = ErrorRendering.answer(
            .methodNotAllowed(allowed: allowed),
            requestID: requestID,
            dialect: ChatDialect(of: exchange.head)
        )
        answer.fields.append("allow", allowed)
        exchange.respond(answer)
        return false
    }

    private func answerPreflight(_ exchange: ServerExchange, _ requestID: RequestID) {
        guard var fields = self.tenure.crossOrigin.preflight(exchange.head) else {
            return self.refuse(.originNotAllowed(), exchange, requestID)
        }
        fields.append(contentsOf: ErrorRendering.commonFields(requestID: requestID))
        exchange.respond(HTTPAnswer(status: 204, fields: fields))
    }

    private func tellStatus(_ path: String, _ exchange: ServerExchange, _ requestID: RequestID) {
        let endpoints = StatusEndpoints(exchange, requestID: requestID, service: self)
        switch path {
        case "/readyz": endpoints.readiness()
        case "/metrics": endpoints.metrics()
        default: endpoints.health()
        }
    }

    package func answer(to refusal: HTTPRefusal) -> HTTPAnswer { self.render(refusal, nil) }

    package func answer(to refusal: HTTPRefusal, of head: RequestHead) -> HTTPAnswer { self.render(refusal, head) }

    private func render(_ refusal: HTTPRefusal, _ head: RequestHead?) -> HTTPAnswer {
        let error = ErrorRendering.error(for: refusal)
        let requestID = head.map { RequestID(of: $0) } ?? RequestID.make()
        self.logRefusal(error, requestID: requestID, path: head?.path ?? "")
        return ErrorRendering.answer(error, requestID: requestID, dialect: head.map { ChatDialect(of: $0) } ?? .openai)
    }

    /// Answers with a refusal and logs it.
    func refuse(_ error: RelayError, _ exchange: ServerExchange, _ requestID: RequestID) {
        self.logRefusal(error, requestID: requestID, path: exchange.head.path)
        exchange.respond(
            ErrorRendering.answer(error, requestID: requestID, dialect: ChatDialect(of: exchange.head))
        )
    }

    func logRefusal(_ error: RelayError, requestID: RequestID, path: String) {
        self.logger.info(
            "refused",
            metadata: [
                "request_id": "\(requestID)", "status": "\(error.status)", "reason": "\(error.code)",
                "path": "\(RelayError.quoted(path))",
            ]
        )
    }

    // MARK: What is under way

    func begin(_ opening: RealtimeOpening) {
        self.openings[ObjectIdentifier(opening)] = opening
    }

    func ended(_ opening: RealtimeOpening) {
        self.openings[ObjectIdentifier(opening)] = nil
        self.tellIfQuiet()
    }

    func begin(_ relay: RealtimeRelay) {
        self.sessions[ObjectIdentifier(relay)] = relay
        relay.start()
        if self.isDraining {
            relay.drain()
        }
    }

    func ended(_ relay: RealtimeRelay) {
        self.sessions[ObjectIdentifier(relay)] = nil
        self.tellIfQuiet()
    }

    func begin(_ exchange: HTTPExchange) {
        self.exchanges[ObjectIdentifier(exchange)] = exchange
    }

    func ended(_ exchange: HTTPExchange) {
        self.exchanges[ObjectIdentifier(exchange)] = nil
        self.tellIfQuiet()
    }

    private func tellIfQuiet() {
        guard self.isDraining, self.isQuiet else { return }
        let quiet = self.onQuiet
        self.onQuiet = nil
        quiet?()
    }

    /// A key no longer counts: its sessions on this loop end between their turns.
    func keyEnded(_ key: WatchedKey, _ error: RelayError) {
        for relay in Array(self.sessions.values) where relay.key === key {
            relay.keyEnded(error)
        }
    }

    /// What a key may use has changed: sessions whose model it may no longer use end between their turns.
    func keyChanged(_ key: WatchedKey) {
        for relay in Array(self.sessions.values) where relay.key === key {
            guard let model = relay.modelID, !key.holder.allows(model: model) else { continue }
            relay.keyEnded(.modelNotAllowed(model))
        }
    }

    /// The realtime sessions of this loop as they are at this moment, oldest first.
    package func liveSessions() -> [LiveSession] {
        self.sessions.values.map { $0.snapshot() }.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }
    }

    /// The latest messages of a session on this loop, without content; nil when there is none with this id.
    package func watchedEvents(id: String) -> [SessionEvent]? {
        self.sessions.values.first { "\($0.id)" == id }?.watchedEvents()
    }

    /// Ends a session as an operator asked; false when there is none with this id on this loop.
    package func end(id: String) -> Bool {
        guard let relay = self.sessions.values.first(where: { "\($0.id)" == id }) else { return false }
        relay.endByOperator()
        return true
    }

    /// Refuses new work and ends every realtime session with 1001; HTTP exchanges may finish, for a while.
    package func drain() {
        self.isDraining = true
        for opening in Array(self.openings.values) {
            opening.drain()
        }
        for relay in Array(self.sessions.values) {
            relay.drain()
        }
        for exchange in Array(self.exchanges.values) {
            exchange.drain()
        }
        self.pool.drain()
        self.tellIfQuiet()
    }
}
