// The opening of a realtime session: credential → admit → route → dial → answer. Everything that can be refused is
// refused here, before the 101; the upstream is connected before the client is told yes.

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport
import WebSocketFraming

/// Takes one upgrade request to a running session or a refusal.
///
/// Loop-bound; lives as long as the exchange needs it.
final class RealtimeOpening {
    private let exchange: ServerExchange
    private let requestID: RequestID
    private let service: RelayService
    private var request: RealtimeRequest?
    private var session: Session?
    private var admitted: AdmittedClient?
    private var dispatch: Dispatch?
    private var dial: WebSocketDial?
    private var isOver = false
    private var ownTime = OwnTime(now: MonotonicTime.now().nanoseconds)

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
    }

    private var shared: RelayShared { self.service.shared }

    func start() {
        self.service.begin(self)
        do {
            let request = try RealtimeRequest(self.exchange.head)
            self.request = request
            guard !self.service.isDraining else { throw RelayError.draining() }
            guard request.isOwnPage || self.shared.origins.allows(request.origin) else {
                throw RelayError.originNotAllowed()
            }
            self.exchange.onClientGone = { self.clientGone() }
            self.service.keyCheck.identify(
                self.exchange.head,
                query: request.query,
                subprotocols: request.handshake.subprotocols
            ) { result in
                guard !self.isOver else { return }
                do {
                    try self.admit(result.get(), request)
                } catch {
                    self.refuse(error as? RelayError ?? .internalError())
                }
            }
        } catch {
            self.refuse(error as? RelayError ?? .internalError())
        }
    }

    // MARK: Admit and route

    private func admit(_ holder: KeyHolder, _ request: RealtimeRequest) throws {
        if let secret = holder.secret, BoundSession.isChat(secret) { throw RelayError.secretNotAllowed() }
        let bound = try holder.secret.map { secret throws(RelayError) in
            do throws(JSONViolation) {
                return try BoundSession(secret)
            } catch {
                throw .internalError()
            }
        }
        let isTranscription =
            request.isTranscription || holder.secret.map(BoundSession.isTranscription) ?? false
        let wanted = request.model ?? bound?.model
        let model = try self.model(wanted, isTranscription: isTranscription, for: holder)
        let grant = try self.service.keyCheck.admit(holder, model: model.id, peer: self.exchange.peer).get()
        guard self.service.sessionCount < self.shared.settings.sessionsPerLoop else {
            throw RelayError.serviceUnavailable("The relay holds as many sessions as it may")
        }
        let session = Session(
            id: .make(),
            requestID: self.requestID,
            kind: .realtime,
            grant: grant,
            model: model.id,
            startedAt: Date()
        )
        self.session = session
        let now = self.service.context.loop.now.nanoseconds
        let demand = Demand(kind: .session, holder: holder, model: model)
        self.admitted = AdmittedClient(
            holder: holder,
            slot: try self.shared.limits.admit(demand, now: now).get(),
            model: model,
            modelInQuery: wanted != nil,
            bound: bound,
            isTranscription: isTranscription
        )
        self.shared.metrics.admission(outcome: RelayMetrics.admitted, kind: .realtime)
        let dispatch = Dispatch(model, requestID: self.requestID, service: self.service)
        self.dispatch = dispatch
        dispatch.start { turn in
            switch turn {
            case .ask(let attempt): self.dial(attempt)
            case .refuse(let error, let answer): self.refuse(error, answer: answer)
            }
        }
    }

    /// The model that decides the route.
    ///
    /// A transcription session names its model later; until then the first model that can transcribe stands for it.
    private func model(_ wanted: String?, isTranscription: Bool, for holder: KeyHolder) throws -> Model {
        if let id = wanted {
            // A key that may not use the model is told so even when there is no such model: it learns nothing more.
            _ = try self.service.keyCheck.admit(holder, model: id, peer: self.exchange.peer).get()
            guard let model = self.shared.catalog.model(id) else { throw RelayError.modelNotFound(id) }
            return model
        }
        _ = try self.service.keyCheck.admit(holder, model: nil, peer: self.exchange.peer).get()
        guard isTranscription else { throw RelayError.missingParameter("model") }
        let models = self.shared.catalog.models
        let able =
            models.first { $0.capabilities.contains("transcription") && holder.allows(model: $0.id) }
            ?? models.first { $0.capabilities.contains("realtime") && holder.allows(model: $0.id) }
        guard let able else { throw RelayError.modelNotFound("intent=transcription") }
        return able
    }

    // MARK: Dial

    private func dial(_ attempt: AttemptPlan.Attempt) {
        let candidate = attempt.candidate
        guard let request = self.request, let endpoint = self.shared.endpoints[candidate.upstream.name] else {
            self.refuse(.internalError())
            return
        }
        self.session?.route = RouteTaken(candidate)
        self.ownTime.start(now: MonotonicTime.now().nanoseconds)
        let key = attempt.key
        let asksForBeta = request.wantsBeta || UpstreamRequestFields.asksForBeta(self.exchange.head)
        let dial = WebSocketDial(
            WebSocketDialRequest(
                endpoint: endpoint,
                target: UpstreamRequestFields.realtimeTarget(
                    of: candidate,
                    key: key,
                    clientQuery: self.exchange.head.query,
                    namesModel: self.admitted?.modelInQuery ?? false
                ),
                fields: UpstreamRequestFields.realtimeFields(
                    for: candidate.upstream,
                    key: key,
                    from: self.exchange.head,
                    isBeta: asksForBeta || candidate.upstream.realtime.shape == .beta
                ),
                limits: self.service.context.limits.fromUpstream,
                deflate: self.shared.settings.offeredUpstream,
                handshakeTimeout: min(self.shared.settings.handshakeTimeout, endpoint.firstByteTimeout)
            ),
            context: self.service.context
        )
        self.dial = dial
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        dial.start { result in
            self.dial = nil
            guard !self.isOver else { return }
            switch result {
            case .success(let leg):
                self.ownTime.start(now: MonotonicTime.now().nanoseconds)
                self.dispatch?.accepted(status: 101)
                self.dispatch?.completed()
                self.open(upstream: leg)
            case .failure(let failure):
                let refusal = UpstreamRefusal(failure, from: candidate, requestID: self.requestID)
                self.dispatch?.failed(failure, refusal.error, answer: refusal.answer)
            }
        }
    }

    // MARK: Answer

    private func open(upstream: WebSocketLeg) {
        guard let request = self.request, let session = self.session, let admitted = self.admitted else {
            upstream.drop()
            self.refuse(.internalError())
            return
        }
        var fields = self.answerFields(request)
        let now = self.service.context.loop.now.nanoseconds
        let rates = self.shared.limits.status(of: admitted.holder, model: admitted.model, now: now)
        for (name, value) in rates.fields { fields.append(name, value) }
        let agreement = self.service.context.limits.deflate.flatMap {
            DeflateNegotiation.accept(request.handshake.extensions, settings: $0)
        }
        if let agreement {
            fields.append("sec-websocket-extensions", agreement.response)
        }
        let upgraded = self.exchange.upgrade(
            fields: fields,
            limits: self.service.context.limits.fromClient,
            deflate: agreement?.parameters
        )
        if let client = upgraded {
            self.shared.metrics.sessionOpened(model: session.model ?? "", upstream: session.route?.upstream ?? "")
            self.shared.metrics.overhead(self.ownTime, now: MonotonicTime.now().nanoseconds, kind: .realtime)
            self.service.begin(
                RealtimeRelay(session, admitted, client: client, upstream: upstream, service: self.service)
            )
        } else {
            upstream.drop()
        }
        self.end()
    }

    private func answerFields(_ request: RealtimeRequest) -> HeaderFields {
        var fields = HeaderFields([])
        for field in ServerHandshake.responseFields(for: request.handshake, subprotocol: request.selectedSubprotocol) {
            fields.append(field.name, field.value)
        }
        fields.append("x-request-id", "\(self.requestID)")
        fields.append("request-id", "\(self.requestID)")
        return fields
    }

    // MARK: Refuse

    private func clientGone() {
        self.dial?.cancel()
        self.dial = nil
        self.end()
    }

    private func end() {
        guard !self.isOver else { return }
        self.isOver = true
        self.dispatch?.cancel()
        self.dispatch = nil
        // A slot that no session took over comes back.
        self.admitted = nil
        self.service.ended(self)
    }

    private func refuse(_ error: RelayError, answer: HTTPAnswer? = nil) {
        guard !self.isOver else { return }
        defer { self.end() }
        self.service.logRefusal(error, requestID: self.requestID, path: "/v1/realtime")
        if self.admitted == nil { self.shared.metrics.admission(outcome: error.code, kind: .realtime) }
        if let request = self.request, request.isBrowser {
            self.tellBrowser(error, request)
            return
        }
        var answer = answer ?? ErrorRendering.answer(error, requestID: self.requestID)
        if error.status == 426 {
            answer.fields.append("upgrade", "websocket")
            answer.fields.append("sec-websocket-version", "13")
        }
        if error.status == 405 {
            answer.fields.append("allow", "GET")
        }
        self.exchange.respond(answer)
    }

    /// 101, `error` event, close with the refusal's own code (design.md, Errors).
    private func tellBrowser(_ error: RelayError, _ request: RealtimeRequest) {
        let fields = self.answerFields(request)
        guard let leg = self.exchange.upgrade(fields: fields, limits: self.service.context.limits.fromClient) else {
            return
        }
        leg.send(text: ErrorRendering.event(error))
        leg.close(code: CloseCode(rawValue: error.closeCode), reason: error.closeReason)
    }
}

/// A client that may open its session, with what was set aside for it.
struct AdmittedClient {
    let holder: KeyHolder
    let slot: Permit
    let model: Model
    /// Whether the upstream is told the model in the query.
    let modelInQuery: Bool
    let bound: BoundSession?
    /// Whether the model is named later, inside the session.
    let isTranscription: Bool
}
