// The phase *dial* of one piece of work, realtime or HTTP: from provider to provider until one answers, as
// `AttemptPlan` has it. It owns the wait in between, and tells the board of keys, health and metrics how each attempt went.
//
// As long as nothing was promised to the client: `start` → ask → `failed` → ask … → refuse. Then `accepted`, and at the end
// of the answer `completed` or `broke`. `cancel` on every way out: a half-open breaker waits for its probe's outcome.

import EventLoop
import Logging
import SessionCore
import Transport

/// Asks one provider after the other.
///
/// Loop-bound; calls nothing back after `cancel`.
final class Dispatch {
    /// What is to be done next.
    enum Turn {
        case ask(AttemptPlan.Attempt)
        /// Nobody answered; the answer is a provider's own words, when they may be passed on.
        case refuse(RelayError, HTTPAnswer?)
    }

    private let shared: RelayShared
    private let loop: EventLoop
    private let requestID: RequestID
    private var plan: AttemptPlan
    private var take: ((Turn) -> Void)?
    /// The attempt under way, until its outcome was told.
    private var attempt: AttemptPlan.Attempt?
    private var askedAt = MonotonicTime(nanoseconds: 0)
    private var heardAt: MonotonicTime?
    /// The most telling of the errors so far.
    private var told: (error: RelayError, answer: HTTPAnswer?, weight: Int)?
    private var timer: TimerID?

    /// `shared` is what whoever asks began with.
    init(_ model: Model, requestID: RequestID, shared: RelayShared, context: TransportContext) {
        self.shared = shared
        self.loop = context.loop
        self.requestID = requestID
        let seed = context.randomWord()
        self.plan = AttemptPlan(
            shared.catalog.candidates(for: model, seed: seed),
            policy: shared.settings.routing,
            seed: ~seed
        )
    }

    private var now: Int64 { self.loop.now.nanoseconds }

    /// Begins; `take` is called once for each turn, the first time before this returns.
    func start(_ take: @escaping (Turn) -> Void) {
        self.take = take
        self.next()
    }

    // MARK: What came of it

    /// The head of an answer has come, which may be a refusal: the upstream's time ends here.
    func heard() {
        self.heardAt = MonotonicTime.now()
    }

    /// The answer is good, and is promised to the client: no other attempt will be made.
    func accepted(status: Int) {
        guard let attempt = self.attempt else { return }
        self.take = nil
        self.plan.ended(.began, now: self.now)
        self.shared.keyBoard.ended(attempt.ticket, .began, now: self.now)
        self.shared.note(answer: status, of: attempt.candidate.upstream.name, since: self.askedAt, until: self.heardAt)
    }

    /// An accepted answer has come to its end.
    func completed() {
        self.tell(.answered)
    }

    /// An accepted answer broke off.
    func broke(_ failure: UpstreamFailure) {
        guard let attempt = self.attempt else { return }
        self.log(failure, attempt)
        self.shared.note(failure: failure, of: attempt.candidate.upstream.name, since: self.askedAt)
        self.tell(Self.outcome(failure, nil))
    }

    /// The attempt has failed or was refused, with nothing promised yet; `error` and `answer` are what a client is told
    /// if it comes to that.
    func failed(_ failure: UpstreamFailure, _ error: RelayError, answer: HTTPAnswer? = nil) {
        guard let attempt = self.attempt, self.take != nil else { return }
        let outcome = Self.outcome(failure, error)
        let name = attempt.candidate.upstream.name
        self.shared.note(failure: failure, of: name, since: self.askedAt, until: self.heardAt)
        if outcome.mayGoOn || failure.isOurs { self.log(failure, attempt) }
        self.warn(outcome, attempt)
        self.plan.ended(outcome, now: self.now)
        self.tell(outcome)
        if outcome.weight >= self.told?.weight ?? 0 {
            self.told = (error, answer, outcome.weight)
        }
        if outcome.mayGoOn {
            self.next()
        } else {
            self.refuse(error, answer)
        }
    }

    /// The candidate at hand cannot be asked for this at all, which is no fault of its own; `error` says why.
    func unfit(_ error: RelayError) {
        guard self.attempt != nil, self.take != nil else { return }
        self.plan.skip()
        self.tell(.abandoned)
        let weight = AttemptOutcome.answered.weight
        if weight > self.told?.weight ?? 0 { self.told = (error, nil, weight) }
        self.next()
    }

    /// The work is over for whatever reason; what was not told of the attempt under way is nobody's failure.
    func cancel() {
        self.take = nil
        self.tell(.abandoned)
        if let timer = self.timer {
            self.loop.cancel(timer)
            self.timer = nil
        }
    }

    private func tell(_ outcome: AttemptOutcome) {
        guard let attempt = self.attempt else { return }
        self.attempt = nil
        self.shared.keyBoard.ended(attempt.ticket, outcome, now: self.now)
    }

    private static func outcome(_ failure: UpstreamFailure, _ error: RelayError?) -> AttemptOutcome {
        switch failure {
        case .refused(let status, _, _):
            AttemptOutcome(status: status, code: error?.code, retryAfter: error?.retryAfter)
        case .timeout: .tooSlow
        case .exhausted: .abandoned
        case .unresolved, .unreachable, .tls, .ended, .violation, .unusable, .badHandshake: .failed(retryAfter: nil)
        }
    }

    // MARK: What is next

    private func next() {
        switch self.plan.next(self.shared.keyBoard, now: self.now) {
        case .ask(let attempt):
            self.attempt = attempt
            self.askedAt = MonotonicTime.now()
            self.heardAt = nil
            self.take?(.ask(attempt))
        case .wait(let nanoseconds):
            self.timer = self.loop.schedule(at: self.loop.now + .nanoseconds(nanoseconds), self)
        case .giveUp:
            self.refuse(self.told?.error ?? .serviceUnavailable(), self.told?.answer)
        case .unavailable(let seconds):
            self.refuse(.serviceUnavailable(retryAfter: seconds), nil)
        case .limited(let seconds):
            self.refuse(.upstreamRefused(status: 429, retryAfter: seconds), nil)
        case .noKey:
            self.refuse(.upstreamRefused(status: 401), nil)
        }
    }

    private func refuse(_ error: RelayError, _ answer: HTTPAnswer?) {
        let take = self.take
        self.take = nil
        take?(.refuse(error, answer))
    }

    // MARK: Log

    private func log(_ failure: UpstreamFailure, _ attempt: AttemptPlan.Attempt) {
        self.shared.logger.warning(
            failure.isOurs ? "upstream not asked" : "upstream failed",
            metadata: [
                "request_id": "\(self.requestID)", "upstream": "\(attempt.candidate.upstream.name)",
                "key": "\(attempt.ticket.index)", "reason": "\(failure.reason)", "detail": "\(failure.detail)",
            ]
        )
    }

    /// The key itself is nowhere: its place in the configuration's list says which one it is.
    private func warn(_ outcome: AttemptOutcome, _ attempt: AttemptPlan.Attempt) {
        let message: Logger.Message
        switch outcome {
        case .keyRefused: message = "provider key disabled"
        case .modelRefused: message = "provider key disabled for a model"
        case .began, .answered, .unknownModel, .limited, .outOfQuota, .failed, .tooSlow, .abandoned: return
        }
        self.shared.logger.warning(
            message,
            metadata: [
                "request_id": "\(self.requestID)", "upstream": "\(attempt.candidate.upstream.name)",
                "key": "\(attempt.ticket.index)", "model": "\(RelayError.quoted(attempt.candidate.model))",
            ]
        )
    }
}

extension Dispatch: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        self.next()
    }
}
