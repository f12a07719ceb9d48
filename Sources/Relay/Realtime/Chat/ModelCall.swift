// One call of a model over HTTP on behalf of a realtime session: from provider to provider until one answers, and then its
// answer, step by step. What is asked and what the answer means is somebody else's business.
//
// States: waiting (for a head) → taking (an answer) | collecting (a refusal) → lingering (everything is there, but for the
// end of the response) → over. Until something of an answer was told the next provider may be asked.

import Dialects
import EventLoop
import HTTPFraming
import SessionCore
import Transport

/// Asks a model, once.
///
/// Loop-bound. Tells `.ended` or `.failed` exactly once, unless `cancel` comes first.
final class ModelCall {
    enum Limits {
        /// Of an answer that is taken whole: the text of a transcription.
        static let wholeBytes = 4 << 20
    }

    /// What kind of answer is awaited.
    enum Kind: Equatable {
        /// A chat model's, streamed.
        case generation
        /// A body that is told as a whole.
        case whole
        /// Bytes that are told as they come.
        case pieces
    }

    enum Report {
        case events([GenerationEvent])
        case bytes([UInt8])
        case ended
        case failed(RelayError)
    }

    private enum State {
        case waiting
        case taking
        case collecting
        case lingering
        case over
    }

    let kind: Kind
    private let service: RelayService
    private let shared: RelayShared
    private let requestID: RequestID
    private let prepare: (Candidate) throws(RelayError) -> UpstreamCall
    private var report: ((Report) -> Void)?
    private let dispatch: Dispatch
    private var state = State.waiting
    private var current: Candidate?
    private var asked: UpstreamCall?
    private var askedCount = 0
    private var upstream: UpstreamExchange?
    private var reading: AnswerReading?
    private var head: ResponseHead?
    private var refusal: [UInt8] = []
    private var hasTold = false
    private var isPaused = false
    private var timer: TimerID?
    /// Bytes of answers so far.
    private(set) var bytesReceived = 0

    init(
        _ kind: Kind,
        of model: Model,
        requestID: RequestID,
        tenure: RelayTenure,
        prepare: @escaping (Candidate) throws(RelayError) -> UpstreamCall
    ) {
        self.kind = kind
        self.service = tenure.service
        self.shared = tenure.shared
        self.requestID = requestID
        self.prepare = prepare
        self.dispatch = Dispatch(
            model,
            requestID: requestID,
            shared: tenure.shared,
            context: tenure.service.context
        )
    }

    /// Where the answer comes from; nil before anybody was asked.
    var route: RouteTaken? { self.current.map { RouteTaken($0) } }

    /// Begins; `report` may be called before this returns.
    func start(_ report: @escaping (Report) -> Void) {
        self.report = report
        self.dispatch.start { turn in
            switch turn {
            case .ask(let attempt): self.ask(attempt)
            case .refuse(let error, _): self.finish(.failed(error))
            }
        }
    }

    /// Gives up; nothing more is told.
    func cancel() {
        self.report = nil
        self.end()
    }

    func pauseReading() {
        self.isPaused = true
        self.upstream?.pauseReading()
    }

    func resumeReading() {
        self.isPaused = false
        self.upstream?.resumeReading()
    }

    // MARK: Asking

    private func ask(_ attempt: AttemptPlan.Attempt) {
        let candidate = attempt.candidate
        self.current = candidate
        self.state = .waiting
        self.reading = nil
        self.refusal = []
        guard let endpoint = self.shared.endpoints[candidate.upstream.name] else {
            self.finish(.failed(.internalError()))
            return
        }
        let call: UpstreamCall
        do throws(RelayError) {
            call = try self.prepare(candidate)
        } catch {
            self.dispatch.unfit(error)
            return
        }
        self.asked = call
        let nobody = RequestHead(method: .post, target: "", path: "", fields: HeaderFields(), body: .none)
        var request = UpstreamRequest(
            method: .post,
            target: UpstreamRequestFields.target(call, of: candidate, key: attempt.key, clientQuery: nil),
            fields: UpstreamRequestFields.fields(call, of: candidate, key: attempt.key, at: endpoint, from: nobody),
            body: call.body
        )
        request.awaitsBody = self.kind == .generation
        self.askedCount += 1
        let number = self.askedCount
        let upstream = self.service.pool.send(request, to: endpoint, handler: self)
        // A request that failed at once has been followed by the next one, or by the end.
        guard number == self.askedCount, case .waiting = self.state else { return }
        self.upstream = upstream
        if self.isPaused { upstream.pauseReading() }
    }

    // MARK: Ends

    private func tell(_ report: Report) {
        self.hasTold = true
        self.report?(report)
    }

    private func finish(_ report: Report) {
        let told = self.report
        self.report = nil
        self.end()
        told?(report)
    }

    private func end() {
        self.state = .over
        self.dispatch.cancel()
        self.upstream?.cancel()
        self.upstream = nil
        if let timer = self.timer {
            self.service.context.loop.cancel(timer)
            self.timer = nil
        }
    }

    /// The answer is whole: whoever asked knows it, and the upstream gets a moment to end its response, so that the
    /// connection can be used again (`robustness.md` E10).
    private func complete() {
        self.dispatch.accepted(status: 200)
        self.dispatch.completed()
        let told = self.report
        self.report = nil
        if self.upstream == nil {
            self.end()
        } else {
            self.state = .lingering
            let loop = self.service.context.loop
            self.timer = loop.schedule(at: loop.now + self.shared.settings.lingeringResponse, self)
        }
        told?(.ended)
    }

    private func fail(_ failure: UpstreamFailure) {
        let error = ErrorRendering.error(for: failure)
        switch self.state {
        case .over, .lingering:
            self.end()
        case .collecting:
            self.refused()
        case .waiting, .taking:
            self.upstream?.cancel()
            self.upstream = nil
            guard self.hasTold else {
                self.state = .waiting
                self.dispatch.failed(failure, error)
                return
            }
            self.dispatch.broke(failure)
            self.finish(.failed(error))
        }
    }

    /// The upstream says no, in the body of a refusal.
    private func refused() {
        guard let head = self.head, let asked = self.asked else { return }
        self.refused(asked.dialect.parseError(self.refusal), status: head.status, fields: head.fields)
    }

    private func refused(_ error: ProviderError?, status: Int, fields: HeaderFields) {
        guard let candidate = self.current else { return }
        // The key is ours, however it is told that it is none.
        let status = ProviderError.judged(status, error)
        let refusal = UpstreamRefusal(
            status: status,
            fields: fields,
            error: error,
            words: nil,
            from: candidate,
            requestID: self.requestID
        )
        self.upstream?.cancel()
        self.upstream = nil
        self.state = .waiting
        self.dispatch.failed(.refused(status: status, fields: fields, body: []), refusal.error)
    }
}

// MARK: - The answer

extension ModelCall: UpstreamResponseHandler {
    func upstreamAnswered(_ head: ResponseHead) {
        guard case .waiting = self.state, let asked = self.asked else { return }
        if let flaw = Reception.flaw(of: head, takesAny: self.kind != .generation) {
            self.fail(.unusable(flaw))
            return
        }
        self.dispatch.heard()
        self.head = head
        guard head.status == 200 else {
            self.state = .collecting
            return
        }
        self.state = .taking
        switch self.kind {
        case .generation:
            let isStream = Reception.isEventStream(head) || asked.dialect == .gemini
            let limit = self.shared.settings.translatedAnswerBytes
            self.reading =
                isStream
                ? .events(GenerationReading(asked.dialect))
                : .gathering(AnswerGatherer(asked.dialect, isEventStream: false, limitBytes: limit))
        case .whole: self.reading = .whole([])
        case .pieces: self.reading = .pieces
        }
    }

    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        let piece = bytes.span.extracting(range)
        self.bytesReceived &+= piece.count
        switch self.state {
        case .taking:
            self.take(piece)
        case .collecting:
            let room = max(0, self.service.context.limits.refusalBodyBytes - self.refusal.count)
            self.refusal.append(contentsOf: [UInt8](copying: piece.extracting(first: min(room, piece.count))))
            if piece.count >= room { self.refused() }
        case .waiting, .lingering, .over:
            break
        }
    }

    private func take(_ piece: Span<UInt8>) {
        switch self.reading {
        case .events(var reading):
            self.reading = nil
            let step = reading.feed(piece)
            self.reading = .events(reading)
            self.take(step)
        case .gathering(var gatherer):
            self.reading = nil
            let isWithin = (try? gatherer.feed(piece)) != nil
            self.reading = .gathering(gatherer)
            if !isWithin { self.fail(.unusable("an answer that is too large to translate")) }
        case .whole(var body):
            self.reading = nil
            body.append(contentsOf: [UInt8](copying: piece))
            self.reading = .whole(body)
            if body.count > Limits.wholeBytes { self.fail(.unusable("an answer that is too large")) }
        case .pieces:
            if !self.hasTold { self.dispatch.accepted(status: 200) }
            self.tell(.bytes([UInt8](copying: piece)))
        case nil:
            break
        }
    }

    private func take(_ step: GenerationReading.Step) {
        if let error = step.refusal {
            // Nothing was told yet: somebody else may do better.
            self.refused(error, status: error.presumedStatus, fields: self.head?.fields ?? HeaderFields())
            return
        }
        if !step.events.isEmpty {
            if !self.hasTold { self.dispatch.accepted(status: 200) }
            self.tell(.events(step.events.map(self.redacted)))
        }
        // Whoever is told may have had enough.
        guard self.state == .taking else { return }
        switch step.end {
        case nil: break
        case .whole: self.complete()
        case .failed:
            self.dispatch.completed()
            self.finish(.ended)
        case .broken(let failure): self.fail(failure)
        }
    }

    /// Takes our keys and the like out of what a provider says of itself (`robustness.md` G2).
    private func redacted(_ event: GenerationEvent) -> GenerationEvent {
        guard case .failed(var error) = event, let upstream = self.current?.upstream else { return event }
        error.message = Redaction.redact(error.message, secrets: upstream.apiKeys, host: upstream.baseURL.host)
        return .failed(error)
    }

    func upstreamEnded() {
        self.upstream = nil
        switch self.state {
        case .taking: self.answerEnded()
        case .collecting: self.refused()
        case .waiting: self.fail(.ended(.truncated, nothingSent: false))
        case .lingering, .over: self.end()
        }
    }

    private func answerEnded() {
        switch self.reading {
        case .events(var reading):
            self.reading = nil
            self.take(reading.finish())
        case .gathering(var gatherer):
            self.reading = nil
            do throws(ProviderError) {
                let response = try gatherer.finish()
                self.dispatch.accepted(status: 200)
                self.tell(.events(response.events))
                if self.state == .taking { self.complete() }
            } catch {
                self.refused(error, status: error.presumedStatus, fields: self.head?.fields ?? HeaderFields())
            }
        case .whole(let body):
            self.dispatch.accepted(status: 200)
            self.tell(.bytes(body))
            if self.state == .taking { self.complete() }
        case .pieces:
            self.complete()
        case nil:
            break
        }
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        self.upstream = nil
        self.fail(failure)
    }
}

extension ModelCall: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        self.end()
    }
}

/// How an answer is taken.
private enum AnswerReading {
    case events(GenerationReading)
    case gathering(AnswerGatherer)
    case whole([UInt8])
    case pieces
}
