// POST /v1/chat/completions, same dialect: credential → body → admit → route → dial → answer → relay → settle.
//
// The body goes upstream as it came, but for `model` and, on streams, `stream_options.include_usage`. Stream chunks
// leave in the turn in which they arrive. Until the upstream's head is accepted nothing is promised to the client, so
// the next route may be tried.
//
// States: opening → waiting (for an upstream's head) → streaming | inspecting → passing | collecting (an error's body)
// → over. A whole answer is held until it has ended or has outgrown what an error would need: some upstreams tell errors
// with status 200, and until then another route may still be tried.

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import Logging
import SessionCore
import Transport

/// One chat completion.
///
/// Loop-bound.
final class ChatExchange {
    private enum State {
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

    private let exchange: ServerExchange
    private let requestID: RequestID
    private let service: RelayService
    private var state = State.opening
    private var request: ChatRequest?
    private var session: Session?
    private var candidates: [Candidate] = []
    private var current: Candidate?
    private var upstream: UpstreamExchange?
    private var timer: TimerID?
    private var hasFinished = false

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
    }

    private var shared: RelayShared { self.service.shared }

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
        self.exchange.readBody(limit: limit) { result in
            guard case .opening = self.state else { return }
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
            self.request = request
            self.session = Session(
                id: .make(),
                requestID: self.requestID,
                kind: .http,
                grant: grant,
                model: model.id,
                startedAt: Date()
            )
            let all = self.shared.catalog.candidates(for: model, seed: .random(in: .min ... .max))
            self.candidates = Array(all.prefix(self.shared.settings.candidateLimit))
            self.sendNext(after: .serviceUnavailable())
        } catch let violation as ChatRequestViolation {
            self.refuse(ErrorRendering.error(for: violation))
        } catch {
            self.refuse(error as? RelayError ?? .internalError())
        }
    }

    // MARK: Dial

    private func sendNext(after error: RelayError, answer: HTTPAnswer? = nil) {
        guard let request = self.request, !self.candidates.isEmpty else {
            self.refuse(error, answer: answer)
            return
        }
        let candidate = self.candidates.removeFirst()
        guard let endpoint = self.shared.endpoints[candidate.upstream.name] else {
            self.refuse(.internalError())
            return
        }
        self.current = candidate
        self.session?.route = RouteTaken(candidate)
        self.state = .waiting
        let turn = self.service.nextTurn()
        var fields = HeaderFields([("host", endpoint.authority)])
        for (name, value) in UpstreamRequestFields.fields(
            for: candidate.upstream,
            turn: turn,
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
            turn: turn,
            clientQuery: self.exchange.head.query,
            modelInQuery: false
        )
        let upstreamRequest = UpstreamRequest(method: .post, target: target, fields: fields, body: body)
        self.upstream = self.service.pool.send(upstreamRequest, to: endpoint, handler: self)
        if case .over = self.state {
            self.upstream?.cancel()
        }
    }

    private func failed(_ failure: UpstreamFailure) {
        let name = self.current?.upstream.name ?? ""
        self.service.logger.warning(
            "upstream failed",
            metadata: [
                "request_id": "\(self.requestID)", "upstream": "\(name)", "reason": "\(failure.reason)",
                "detail": "\(failure.detail)",
            ]
        )
        let error = ErrorRendering.error(for: failure)
        switch self.state {
        case .collecting(let head, let body):
            // How it refused is known, even if not in all its words.
            self.refused(head, body)
        case .waiting, .inspecting:
            if error.retry == .nextRoute {
                self.sendNext(after: error)
            } else {
                self.refuse(error)
            }
        case .streaming(let filter):
            self.breakStream(filter, error)
        case .passing:
            self.exchange.abort()
            self.end()
        case .opening, .over:
            break
        }
    }

    // MARK: Answer

    private func begin(_ head: ResponseHead) {
        if let flaw = Self.flaw(of: head) {
            self.upstream?.cancel()
            self.failed(.unusable(flaw))
        } else if head.status != 200 {
            self.state = .collecting(head, [])
        } else if Self.isEventStream(head) {
            self.promise(head)
        } else {
            self.state = .inspecting(head, [])
        }
    }

    /// What makes an answer none that could be passed on.
    private static func flaw(of head: ResponseHead) -> String? {
        if let encoding = head.fields["content-encoding"], encoding.lowercased() != "identity" {
            // Unasked for, and what is in it cannot be looked at (`robustness.md` E13).
            return "a body with content-encoding \(RelayError.quoted(encoding))"
        }
        guard head.status == 200, !Self.isEventStream(head), let type = head.fields["content-type"] else { return nil }
        let media = type.lowercased().prefix { $0 != ";" && $0 != " " }
        // A page for people, from a login wall or a proxy in between (`robustness.md` E11).
        return media == "application/json" || media.hasSuffix("+json")
            ? nil : "a body with content-type \(RelayError.quoted(type))"
    }

    private static func isEventStream(_ head: ResponseHead) -> Bool {
        head.fields["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false
    }

    /// Tells the client that an answer comes; no other can follow.
    private func promise(_ head: ResponseHead) {
        let isStream = Self.isEventStream(head)
        let wanted = self.request?.stream ?? false
        var fields = ErrorRendering.commonFields(requestID: self.requestID)
        fields.append("content-type", head.fields["content-type"] ?? "application/json")
        if isStream {
            fields.append("cache-control", "no-cache")
            fields.append("x-accel-buffering", "no")
        }
        for name in ["openai-processing-ms", "openai-version", "openai-model"] {
            if let value = head.fields[name] { fields.append(name, value) }
        }
        if isStream && wanted {
            // An error in the stream may quote the provider's URL and key (`robustness.md` G2).
            let secrets = self.current?.upstream.apiKeys ?? []
            self.state = .streaming(
                ChatStreamFilter(
                    clientWantsUsage: self.request?.includeUsage ?? false,
                    rewriteError: { Redaction.redact($0, secrets: secrets) }
                )
            )
        } else {
            self.state = .passing
        }
        var length: Int?
        if case .passing = self.state, case .length(let count) = head.body {
            length = count
        }
        self.exchange.begin(status: 200, fields: fields, length: length)
    }

    /// Goes on with a body of which the beginning was held.
    private func pass(_ head: ResponseHead, _ body: [UInt8]) {
        self.promise(head)
        self.exchange.write(body.span)
    }

    private func finishStream() {
        guard !self.hasFinished else { return }
        self.hasFinished = true
        self.exchange.finish()
    }

    /// Tells a client in the middle of a stream that it broke; no `[DONE]` is invented (`robustness.md` E8).
    private func breakStream(_ filter: ChatStreamFilter, _ error: RelayError) {
        if !self.hasFinished {
            if !filter.sawError {
                // Inside an event that went on in part, a blank line ends it first.
                let gap: [UInt8] = filter.isBetweenEvents ? [] : [0x0A, 0x0A]
                self.exchange.write((gap + ErrorRendering.streamEvent(error)).span)
            }
            self.finishStream()
        }
        self.end()
    }

    /// The whole body of a refusal has come.
    private func refused(_ head: ResponseHead, _ body: [UInt8]) {
        guard let candidate = self.current else { return }
        let failure = UpstreamFailure.refused(status: head.status, fields: head.fields, body: body)
        let refusal = UpstreamRefusal(failure, from: candidate, requestID: self.requestID)
        if refusal.error.retry == .nextRoute, !self.candidates.isEmpty {
            self.sendNext(after: refusal.error, answer: refusal.answer)
        } else {
            self.refuse(refusal.error, answer: refusal.answer)
        }
    }

    // MARK: End

    private func refuse(_ error: RelayError, answer: HTTPAnswer? = nil) {
        self.service.logRefusal(error, requestID: self.requestID, path: self.exchange.head.path)
        self.exchange.respond(answer ?? ErrorRendering.answer(error, requestID: self.requestID))
        self.end()
    }

    private func clientGone() {
        self.end()
    }

    /// The phase *settle*: on every way out.
    private func end() {
        if case .over = self.state { return }
        self.state = .over
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

extension ChatExchange: UpstreamResponseHandler {
    func upstreamAnswered(_ head: ResponseHead) {
        guard case .waiting = self.state else { return }
        self.begin(head)
    }

    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        switch self.state {
        case .passing:
            self.exchange.write(bytes.span.extracting(range))
        case .streaming(var filter):
            self.state = .over  // Lets go of the copy, so that the filter changes in place.
            var output: [UInt8] = []
            let violation = Self.feed(&filter, bytes.span.extracting(range), into: &output)
            self.state = .streaming(filter)
            if !self.hasFinished {
                self.exchange.write(output.span)
            }
            if violation {
                self.breakStream(filter, .badGateway("sent an event that is too large"))
                return
            }
            if filter.sawDone, !self.hasFinished {
                self.finishStream()
                self.lingerOnUpstream()
            }
        case .inspecting(let head, var body):
            self.state = .over
            unsafe bytes.span.extracting(range).withUnsafeBytes { unsafe body.append(contentsOf: $0) }
            self.state = .inspecting(head, body)
            if body.count > self.service.context.limits.refusalBodyBytes {
                self.pass(head, body)
            }
        case .collecting(let head, var body):
            self.state = .over
            let room = max(0, self.service.context.limits.refusalBodyBytes - body.count)
            unsafe bytes.span.extracting(range).extracting(first: min(room, range.count)).withUnsafeBytes {
                unsafe body.append(contentsOf: $0)
            }
            self.state = .collecting(head, body)
            if body.count == self.service.context.limits.refusalBodyBytes {
                // Enough to tell what it is about.
                self.upstream?.cancel()
                self.refused(head, body)
                return
            }
        case .opening, .waiting, .over:
            return
        }
        if self.exchange.isCongested {
            self.upstream?.pauseReading()
            self.exchange.onDrained = { [weak self] in self?.upstream?.resumeReading() }
        }
    }

    /// Feeds a piece to the filter; true when the upstream broke the event stream's bounds.
    private static func feed(
        _ filter: inout ChatStreamFilter,
        _ piece: Span<UInt8>,
        into output: inout [UInt8]
    ) -> Bool {
        do throws(EventStreamViolation) {
            try filter.feed(piece, into: &output)
            return false
        } catch {
            return true
        }
    }

    /// After `[DONE]` the client is served; the upstream gets a moment to end its response so that the connection can be
    /// used again (`robustness.md` E10).
    private func lingerOnUpstream() {
        let loop = self.service.context.loop
        self.timer = loop.schedule(at: loop.now + self.shared.settings.lingeringResponse, self)
    }

    func upstreamEnded() {
        switch self.state {
        case .passing:
            self.upstream = nil
            self.exchange.finish()
            self.end()
        case .streaming(var filter):
            self.upstream = nil
            var output: [UInt8] = []
            _ = filter.finish(into: &output)
            if !self.hasFinished {
                self.exchange.write(output.span)
            }
            guard filter.sawDone || filter.sawError else {
                self.breakStream(filter, .badGateway("ended the stream early"))
                return
            }
            self.finishStream()
            self.end()
        case .inspecting(let head, let body):
            self.upstream = nil
            if OpenAIError.parse(body) != nil {
                self.refused(ResponseHead(status: 502, fields: head.fields), body)
                return
            }
            self.pass(head, body)
            self.exchange.finish()
            self.end()
        case .collecting(let head, let body):
            self.upstream = nil
            self.refused(head, body)
        case .waiting:
            self.failed(.ended(.truncated, nothingSent: false))
        case .opening, .over:
            break
        }
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        self.upstream = nil
        self.failed(failure)
    }
}

extension ChatExchange: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        self.end()
    }
}
