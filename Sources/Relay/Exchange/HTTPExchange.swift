// One request to a model over HTTP: credential → body → admit → route → dial → answer → relay → settle.
//
// The client speaks one dialect, the upstream that is asked maybe another: `ClientCall` puts the request in the upstream's
// words, `Reception` treats the answer. Within one dialect bytes pass, and stream chunks leave in the turn in which they
// arrive. Until something of an answer went to the client the next route may be tried. What happens from the upstream's
// head on is in `HTTPExchange+Upstream.swift`, `+Treatment` and `+Answer`, how it ends in `+Ending`.
//
// States: opening → waiting (for an upstream's head) → streaming (events) | inspecting → passing (bytes) | gathering (an
// answer to be translated whole) | collecting (an error's body) → over. A whole answer is held until it has ended or has
// outgrown what an error would need: some upstreams tell errors with status 200, and until then another route may be tried.

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// One exchange with a client over a model.
///
/// Loop-bound.
final class HTTPExchange {
    enum State {
        case opening
        case waiting
        /// Events go on, as they are or translated.
        case streaming
        /// The beginning of a body without events, which may tell an error in spite of its 200 (`robustness.md` E11).
        case inspecting
        /// A body that passes through as it comes.
        case passing
        /// A body that is taken whole and then translated.
        case gathering
        /// The upstream refused; its body is read to be told.
        case collecting
        case over
    }

    /// Whom this answers; what keeps the answer for others stands before it.
    var client: any ExchangeClient
    var recorder: CacheRecorder?
    let path: CallPath
    let requestID: RequestID
    let service: RelayService
    /// What it began with, whatever was configured since.
    let shared: RelayShared
    private let beganAt: MonotonicTime
    let startedAt = Date()
    var state = State.opening
    var call: ClientCall?
    /// From *admit* on.
    var meter: ExchangeMeter?
    /// From *route* on.
    var dispatch: Dispatch?
    var current: Candidate?
    /// What the upstream at work was asked.
    var asked: UpstreamCall?
    private var askedCount = 0
    var upstream: UpstreamExchange?
    /// What has come of the answer of the upstream at work.
    var reception: Reception?
    var timers = ExchangeTimers()
    /// Whether the head of a 200 went to the client.
    var hasBegun = false
    /// Whether something of an upstream's answer went to the client, so that no other can be asked.
    var hasContent = false
    var hasFinished = false
    /// How much of a body of known length is to come.
    var remaining: Int?
    /// How long this was the relay's own business.
    var ownTime = OwnTime(now: MonotonicTime.now().nanoseconds)

    init(_ client: any ExchangeClient, path: CallPath, requestID: RequestID, service: RelayService) {
        self.client = client
        self.path = path
        self.requestID = requestID
        self.service = service
        self.shared = service.shared
        self.beganAt = service.context.loop.now
    }

    var dialect: ChatDialect { self.path.dialect }

    /// Begins with whoever the request's credential names.
    func start() {
        guard self.open() else { return }
        let head = self.client.head
        let query = (try? RequestTarget.queryItems(head.query ?? "")) ?? []
        self.service.keyCheck.identify(head, query: query, subprotocols: []) { result in
            guard case .opening = self.state else { return }
            switch result {
            case .success(let holder): self.judge(holder)
            case .failure(let error): self.refuse(error)
            }
        }
    }

    /// Begins for a holder who is known already.
    func start(for holder: KeyHolder) {
        guard self.open() else { return }
        self.judge(holder)
    }

    private func open() -> Bool {
        self.service.begin(self)
        self.client.onClientGone = { self.clientGone() }
        guard self.service.isDraining else { return true }
        self.refuse(.draining())
        return false
    }

    /// Status, expiry and address are judged before the body is taken.
    private func judge(_ holder: KeyHolder) {
        do throws(RelayError) {
            // A secret that opens chat opens nothing that merely passes or counts.
            let isFit = holder.secret.map { BoundSession.isChat($0) && self.path.operation == .generate } ?? true
            guard isFit else { throw RelayError.secretNotAllowed() }
            _ = try self.service.keyCheck.admit(holder, model: nil, peer: self.client.peer).get()
            self.readBody(for: holder)
        } catch {
            self.refuse(error)
        }
    }

    private func readBody(for holder: KeyHolder) {
        let limit = self.service.context.limits.requestBodyBytes
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        self.client.readBody(limit: limit) { result in
            guard case .opening = self.state else { return }
            self.ownTime.start(now: MonotonicTime.now().nanoseconds)
            switch result {
            case .success(let body): self.admit(holder, body)
            case .failure(.tooLarge): self.refuse(.tooLarge(limitBytes: limit))
            case .failure(.refused(let refusal)): self.refuse(ErrorRendering.error(for: refusal))
            case .failure(.clientGone): self.clientGone()
            }
        }
    }

    // MARK: Admit and route

    private func admit(_ holder: KeyHolder, _ body: [UInt8]) {
        do {
            let call = try ClientCall(self.path, body: body, contentType: self.client.head.fields["content-type"])
            let grant = try self.service.keyCheck.admit(holder, model: call.model, peer: self.client.peer).get()
            guard let model = self.shared.catalog.model(call.model) else { throw RelayError.modelNotFound(call.model) }
            let session = Session(
                id: .make(),
                requestID: self.requestID,
                kind: .http,
                grant: grant,
                model: model.id,
                startedAt: self.startedAt
            )
            self.call = call
            let cached = try self.answerFromCache(call, body, holder)
            self.meter = try ExchangeMeter.admit(
                session,
                holder: holder,
                model: model,
                size: cached != nil || self.path.operation == .count
                    ? .none : .init(bodyBytes: call.bodyBytes, answerTokens: call.boundedAnswerTokens),
                beganAt: self.beganAt,
                shared: self.shared,
                loop: self.service.context.loop
            ).get()
            if let cached { return self.replay(cached) }
            self.state = .waiting
            let dispatch = Dispatch(
                model,
                requestID: self.requestID,
                shared: self.shared,
                context: self.service.context
            )
            self.dispatch = dispatch
            dispatch.start { turn in
                switch turn {
                case .ask(let attempt): self.send(attempt)
                case .refuse(let error, _) where self.canEstimate(after: error): self.estimateCount()
                case .refuse(let error, let answer): self.refuse(error, answer: answer)
                }
            }
        } catch {
            self.refuse(ErrorRendering.error(for: error))
        }
    }

    // MARK: Dial

    private func send(_ attempt: AttemptPlan.Attempt) {
        let candidate = attempt.candidate
        self.ownTime.start(now: MonotonicTime.now().nanoseconds)
        guard let endpoint = self.shared.endpoints[candidate.upstream.name] else {
            self.refuse(.internalError())
            return
        }
        self.current = candidate
        self.reception = nil
        self.state = .waiting
        let call: UpstreamCall
        do throws(RelayError) {
            guard let made = try self.call?.request(for: candidate, from: self.client.head) else { return }
            call = made
        } catch {
            // It cannot be said there; somebody who speaks as the client does may still be asked.
            self.dispatch?.unfit(error)
            return
        }
        guard self.client.willAsk() else {
            self.refuse(.serviceUnavailable("What is asked of providers cannot be written down at the moment"))
            return
        }
        self.asked = call
        self.meter?.takeRoute(candidate)
        let head = self.client.head
        var request = UpstreamRequest(
            method: .post,
            target: UpstreamRequestFields.target(call, of: candidate, key: attempt.key, clientQuery: head.query),
            fields: UpstreamRequestFields.fields(call, of: candidate, key: attempt.key, at: endpoint, from: head),
            body: call.body
        )
        // A stream that only promises is as good as none: its first event counts as the first byte.
        request.awaitsBody = self.call?.isStream ?? false
        self.askedCount += 1
        let number = self.askedCount
        let upstream = self.service.pool.send(request, to: endpoint, handler: self)
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        // A request that failed at once has been followed by the next one, or by a refusal.
        guard number == self.askedCount, case .waiting = self.state else { return }
        self.upstream = upstream
        self.keepClientAlive()
    }
}
