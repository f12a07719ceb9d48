// POST /v1/chat/completions, same dialect: credential → body → admit → route → dial → answer → relay → settle.
//
// The body goes upstream as it came, but for `model` and, on streams, `stream_options.include_usage`. Stream chunks
// leave in the turn in which they arrive. Until the upstream's head is accepted nothing is promised to the client, so
// the next route may be tried. What happens from the upstream's head on is in
// `ChatExchange+Upstream.swift` and `ChatExchange+Answer.swift`.
//
// States: opening → waiting (for an upstream's head) → streaming | inspecting → passing | collecting (an error's body)
// → over. A whole answer is held until it has ended or has outgrown what an error would need: some upstreams tell errors
// with status 200, and until then another route may still be tried.

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// One chat completion.
///
/// Loop-bound.
final class ChatExchange {
    enum State {
        case opening
        case waiting
        /// The beginning of a body without events, which may tell an error in spite of its 200 (`robustness.md` E11).
        case inspecting(ResponseHead, [UInt8])
        /// A body without events passes through; events pass through the filter.
        case passing
        case streaming(ChatStreamFilter)
        /// The upstream refused; its body is read to be told.
        case collecting(ResponseHead, [UInt8])
        case over
    }

    let exchange: ServerExchange
    let requestID: RequestID
    let service: RelayService
    private let beganAt: MonotonicTime
    private let startedAt = Date()
    var state = State.opening
    var request: ChatRequest?
    /// From *admit* on.
    var meter: ExchangeMeter?
    /// From *route* on.
    var dispatch: Dispatch?
    var current: Candidate?
    var upstream: UpstreamExchange?
    var timer: TimerID?
    var hasFinished = false
    /// Counts the requests to upstreams.
    private var asked = 0
    /// What a body that passes through tells of its cost, and how much of it is to come if that is known.
    var scanner = ChatAnswerScanner()
    var remaining: Int?
    /// How long this was the relay's own business.
    var ownTime = OwnTime(now: MonotonicTime.now().nanoseconds)

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
        self.beganAt = service.context.loop.now
    }

    var shared: RelayShared { self.service.shared }

    func start() {
        self.service.begin(self)
        self.exchange.onClientGone = { self.clientGone() }
        guard !self.service.isDraining else {
            self.refuse(.draining())
            return
        }
        let query = (try? RequestTarget.queryItems(self.exchange.head.query ?? "")) ?? []
        self.service.keyCheck.identify(self.exchange.head, query: query, subprotocols: []) { result in
            guard case .opening = self.state else { return }
            do {
                let holder = try result.get()
                guard holder.secret.map(BoundSession.isChat) ?? true else { throw RelayError.secretNotAllowed() }
                // Status, expiry and address are judged before the body is taken.
                _ = try self.service.keyCheck.admit(holder, model: nil, peer: self.exchange.peer).get()
                self.readBody(for: holder)
            } catch {
                self.refuse(error as? RelayError ?? .internalError())
            }
        }
    }

    private func readBody(for holder: KeyHolder) {
        let limit = self.service.context.limits.requestBodyBytes
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        self.exchange.readBody(limit: limit) { result in
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
            let request = try ChatRequest(body)
            let grant = try self.service.keyCheck.admit(holder, model: request.model, peer: self.exchange.peer).get()
            guard let model = self.shared.catalog.model(request.model) else {
                throw RelayError.modelNotFound(request.model)
            }
            let session = Session(
                id: .make(),
                requestID: self.requestID,
                kind: .http,
                grant: grant,
                model: model.id,
                startedAt: self.startedAt
            )
            self.request = request
            self.meter = try ExchangeMeter.admit(
                session,
                holder: holder,
                model: model,
                bodyBytes: body.count,
                answerTokens: request.boundedAnswerTokens,
                beganAt: self.beganAt,
                service: self.service
            ).get()
            self.state = .waiting
            let dispatch = Dispatch(model, requestID: self.requestID, service: self.service)
            self.dispatch = dispatch
            dispatch.start { turn in
                switch turn {
                case .ask(let attempt): self.send(attempt)
                case .refuse(let error, let answer): self.refuse(error, answer: answer)
                }
            }
        } catch let violation as ChatRequestViolation {
            self.refuse(ErrorRendering.error(for: violation))
        } catch {
            self.refuse(error as? RelayError ?? .internalError())
        }
    }

    // MARK: Dial

    private func send(_ attempt: AttemptPlan.Attempt) {
        let candidate = attempt.candidate
        self.ownTime.start(now: MonotonicTime.now().nanoseconds)
        guard let request = self.request, let endpoint = self.shared.endpoints[candidate.upstream.name] else {
            self.refuse(.internalError())
            return
        }
        self.current = candidate
        self.meter?.takeRoute(candidate)
        self.state = .waiting
        var fields = HeaderFields([("host", endpoint.authority)])
        for (name, value) in UpstreamRequestFields.fields(
            for: candidate.upstream,
            key: attempt.key,
            from: self.exchange.head
        ).pairs {
            fields.append(name, value)
        }
        let body = request.upstreamBody(model: candidate.model, addUsage: true)
        fields.append("content-type", "application/json")
        fields.append("accept", request.stream ? "text/event-stream" : "application/json")
        fields.append("accept-encoding", "identity")
        fields.append("content-length", "\(body.count)")
        let target = UpstreamRequestFields.target(
            "/chat/completions",
            of: candidate,
            key: attempt.key,
            clientQuery: self.exchange.head.query,
            modelInQuery: false
        )
        let upstreamRequest = UpstreamRequest(method: .post, target: target, fields: fields, body: body)
        self.asked += 1
        let number = self.asked
        let upstream = self.service.pool.send(upstreamRequest, to: endpoint, handler: self)
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        // A request that failed at once has been followed by the next one, or by a refusal.
        if number == self.asked, case .waiting = self.state { self.upstream = upstream }
    }

    // MARK: End

    func refuse(_ error: RelayError, answer: HTTPAnswer? = nil) {
        if self.meter == nil { self.shared.metrics.admission(outcome: error.code, kind: .http) }
        self.service.logRefusal(error, requestID: self.requestID, path: self.exchange.head.path)
        var answer = answer ?? ErrorRendering.answer(error, requestID: self.requestID)
        if let meter = self.meter {
            self.settle(.failed, httpStatus: answer.status)
            for (name, value) in meter.rateStatus.fields {
                answer.fields.append(name, value)
            }
        }
        self.exchange.respond(answer)
        self.end()
    }

    private func clientGone() {
        self.settle(.clientGone)
        self.end()
    }

    /// Writes down what was used, as far as it has come; `filter` is that of a stream whose state was taken out.
    ///
    /// To be called before the client is sent what it takes for the end.
    func settle(_ status: LedgerRow.Status, httpStatus: Int? = nil, filter: ChatStreamFilter? = nil) {
        guard let meter = self.meter else { return }
        if self.upstream?.isSent ?? false { meter.reachedUpstream() }
        var ending = ExchangeMeter.Ending(
            status: status,
            httpStatus: httpStatus,
            usage: self.scanner.usage,
            textBytes: self.scanner.textBytes
        )
        var known = filter
        switch self.state {
        case .streaming(let filter): known = filter
        case .passing: ending.httpStatus = 200
        case .opening, .waiting, .inspecting, .collecting, .over: break
        }
        if let known {
            ending.httpStatus = 200
            ending.usage = known.usage
            ending.textBytes = known.textBytes
        }
        meter.settle(ending)
    }

    /// The phase *settle*: on every way out.
    func end() {
        if case .over = self.state { return }
        // Every way out has settled already, unless it is one that nobody thought of.
        self.settle(.ended)
        self.state = .over
        self.dispatch?.cancel()
        self.dispatch = nil
        self.upstream?.cancel()
        self.upstream = nil
        self.exchange.onClientGone = nil
        self.exchange.onDrained = nil
        if let timer = self.timer {
            self.service.context.loop.cancel(timer)
            self.timer = nil
        }
        self.service.ended(self)
    }
}

extension ChatRequest {
    /// The most that all answers together may have; nil without a bound.
    fileprivate var boundedAnswerTokens: Int? {
        self.maximumTokens.map { maximum in
            let (product, overflow) = maximum.multipliedReportingOverflow(by: self.choiceCount)
            return overflow ? .max : product
        }
    }
}
