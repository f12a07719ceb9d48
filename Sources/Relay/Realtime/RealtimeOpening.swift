// The opening of a realtime session: credential → admit → route → dial → answer. Everything that can be refused is
// refused here, before the 101; the upstream is connected before the client is told yes.
//
// Where the model is named in the first message (`OpeningForm`), the 101 comes first, and what is refused after it is told
// in the form's own words. A chat model is served by a peer of our own: nobody is dialled before something is asked of it.

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
    let exchange: ServerExchange
    let requestID: RequestID
    let service: RelayService
    /// Under which the whole session lives.
    let tenure: RelayTenure
    var request: RealtimeRequest?
    var session: Session?
    var admitted: AdmittedClient?
    var dispatch: Dispatch?
    var dial: WebSocketDial?
    /// Of a client that was answered before its model was known.
    var first: FirstMessage?
    /// What the first message said.
    var firstWords: FirstWords?
    /// What the client calls its first message.
    var firstEventID: String?
    /// Nil once it is known who the client is.
    var stranger: Stranger?
    private(set) var isOver = false
    var ownTime = OwnTime(now: MonotonicTime.now().nanoseconds)

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
        self.tenure = service.tenure
    }

    var shared: RelayShared { self.tenure.shared }

    func start() {
        self.service.begin(self)
        do throws(RelayError) {
            let request = try RealtimeRequest(self.exchange.head)
            self.request = request
            guard !self.service.isDraining else { throw RelayError.draining() }
            guard request.isOwnPage || self.shared.origins.allows(request.origin) else {
                throw RelayError.originNotAllowed()
            }
            self.exchange.onClientGone = { self.clientGone() }
            let shown = KeyCheck.credential(
                of: self.exchange.head,
                query: request.query,
                subprotocols: request.handshake.subprotocols
            )
            if request.form == .compact, shown == .none {
                try self.greetStranger()
            } else {
                self.identify(shown, request)
            }
        } catch {
            self.refuse(error)
        }
    }

    private func identify(_ shown: CredentialReader.Finding, _ request: RealtimeRequest) {
        self.service.keyCheck.identify(shown) { result in
            guard !self.isOver else { return }
            do throws(RelayError) {
                let holder = try result.get()
                if self.isAnsweredFirst(request, holder) {
                    try self.greet(holder)
                } else {
                    try self.admit(holder, request, model: request.model)
                }
            } catch {
                self.refuse(error)
            }
        }
    }

    // MARK: Admit and route

    func admit(_ holder: KeyHolder, _ request: RealtimeRequest, model named: String?) throws(RelayError) {
        if let secret = holder.secret, BoundSession.isChat(secret) || self.firstWords?.isLive == true {
            throw RelayError.secretNotAllowed()
        }
        let bound = try holder.secret.map { secret throws(RelayError) in
            do throws(JSONViolation) {
                return try BoundSession(secret)
            } catch {
                throw .internalError()
            }
        }
        let isTranscription =
            request.isTranscription || holder.secret.map(BoundSession.isTranscription) ?? false
        let wanted = named ?? bound?.model
        let model = try self.model(wanted, isTranscription: isTranscription, for: holder)
        let grant = try self.service.keyCheck.admit(holder, model: model.id, peer: self.exchange.peer).get()
        guard self.service.sessionCount < self.shared.settings.sessionsPerLoop else {
            throw RelayError.serviceUnavailable("The relay holds as many sessions as it may")
        }
        let session = Session(
            id: SessionID(self.service.context.randomWord(), self.service.context.randomWord()),
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
        if self.firstWords?.isLive != true, self.shared.catalog.isChatOnly(model) {
            self.open(self.chatPeer(for: model))
            return
        }
        let dispatch = Dispatch(
            model,
            requestID: self.requestID,
            shared: self.shared,
            context: self.service.context
        )
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
    private func model(_ wanted: String?, isTranscription: Bool, for holder: KeyHolder) throws(RelayError) -> Model {
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

    // MARK: Refuse

    func clientGone() {
        self.dial?.cancel()
        self.dial = nil
        self.end()
    }

    func end() {
        guard !self.isOver else { return }
        self.isOver = true
        self.dispatch?.cancel()
        self.dispatch = nil
        // A slot that no session took over comes back.
        self.admitted = nil
        self.stranger = nil
        self.first?.cancel()
        self.first = nil
        self.service.ended(self)
    }

    func refuse(_ error: RelayError, answer: HTTPAnswer? = nil) {
        guard !self.isOver else { return }
        defer { self.end() }
        self.service.logRefusal(error, requestID: self.requestID, path: self.exchange.head.path)
        if self.admitted == nil { self.shared.metrics.admission(outcome: error.code, kind: .realtime) }
        if let leg = self.first?.leg {
            self.tell(error, leg)
            return
        }
        if let request = self.request, request.isBrowser {
            self.tellBrowser(error, request)
            return
        }
        var answer = answer ?? ErrorRendering.answer(error, requestID: self.requestID, dialect: self.dialect)
        if error.status == 426 {
            answer.fields.append("upgrade", "websocket")
            answer.fields.append("sec-websocket-version", "13")
        }
        if error.status == 405 {
            answer.fields.append("allow", "GET")
        }
        self.exchange.respond(answer)
    }

    private var dialect: ChatDialect {
        self.request?.form.isLive == true ? .gemini : .openai
    }

    /// 101, `error` event, close with the refusal's own code (design.md, Errors).
    private func tellBrowser(_ error: RelayError, _ request: RealtimeRequest) {
        let fields = self.answerFields(request)
        guard let leg = self.exchange.upgrade(fields: fields, limits: self.service.context.limits.fromClient) else {
            return
        }
        self.tell(error, leg)
    }

    /// Tells a client that was answered 101 already.
    private func tell(_ error: RelayError, _ leg: WebSocketLeg) {
        self.request?.form.tell(error, causedBy: self.firstEventID, to: leg)
    }
}

/// A client that may open its session, with what was set aside for it.
///
/// Handed from phase to phase, which is why it is not a value: it would be copied, with all it refers to, each time.
final class AdmittedClient {
    let holder: KeyHolder
    let slot: Permit
    let model: Model
    /// Whether the upstream is told the model in the query.
    let modelInQuery: Bool
    let bound: BoundSession?
    /// Whether the model is named later, inside the session.
    let isTranscription: Bool

    init(
        holder: KeyHolder,
        slot: Permit,
        model: Model,
        modelInQuery: Bool,
        bound: BoundSession?,
        isTranscription: Bool
    ) {
        self.holder = holder
        self.slot = slot
        self.model = model
        self.modelInQuery = modelInQuery
        self.bound = bound
        self.isTranscription = isTranscription
    }
}
