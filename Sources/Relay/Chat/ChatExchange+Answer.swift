// A chat completion from the upstream's head on: told as an error, passed through whole, or event by event.
//
// What ends an answer for the client (`[DONE]`, an error event, the last byte of a known length, the last chunk) is
// written only after the exchange was settled.

import Dialects
import EventLoop
import HTTPFraming
import SessionCore
import Transport

extension ChatExchange {
    // MARK: Answer

    func begin(_ head: ResponseHead) {
        if let flaw = Self.flaw(of: head) {
            self.upstream?.cancel()
            self.failed(.unusable(flaw))
            return
        }
        self.dispatch?.heard()
        if head.status != 200 {
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
    func promise(_ head: ResponseHead) {
        self.dispatch?.accepted(status: head.status)
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
        for (name, value) in self.meter?.rateStatus.fields ?? [] {
            fields.append(name, value)
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
        if case .passing = self.state, case .length(let count) = head.body {
            self.remaining = count
        }
        self.exchange.begin(status: 200, fields: fields, length: self.remaining)
        self.shared.metrics.overhead(self.ownTime, now: MonotonicTime.now().nanoseconds, kind: .http)
    }

    /// Goes on with a body of which the beginning was held.
    func pass(_ head: ResponseHead, _ body: [UInt8]) {
        self.promise(head)
        self.passOn(body.span)
    }

    func passOn(_ piece: Span<UInt8>) {
        self.scanner.feed(piece)
        self.meter?.answerBegan()
        if let remaining = self.remaining {
            self.remaining = remaining - piece.count
            if remaining <= piece.count { self.settle(.completed) }
        }
        self.exchange.write(piece)
    }

    func finishStream() {
        guard !self.hasFinished else { return }
        self.hasFinished = true
        self.exchange.finish()
    }

    /// Tells a client in the middle of a stream that it broke; no `[DONE]` is invented (`robustness.md` E8).
    func breakStream(_ filter: ChatStreamFilter, _ error: RelayError) {
        self.settle(.upstreamLost, filter: filter)
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
    func refused(_ head: ResponseHead, _ body: [UInt8]) {
        guard let candidate = self.current else { return }
        let failure = UpstreamFailure.refused(status: head.status, fields: head.fields, body: body)
        let refusal = UpstreamRefusal(failure, from: candidate, requestID: self.requestID)
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        self.state = .waiting
        self.dispatch?.failed(failure, refusal.error, answer: refusal.answer)
    }

    func failed(_ failure: UpstreamFailure) {
        if failure.requestMayHaveLeft { self.meter?.reachedUpstream() }
        let error = ErrorRendering.error(for: failure)
        switch self.state {
        case .collecting(let head, let body):
            // How it refused is known, even if not in all its words.
            self.refused(head, body)
        case .waiting, .inspecting:
            self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
            self.state = .waiting
            self.dispatch?.failed(failure, error)
        case .streaming(let filter):
            self.dispatch?.broke(failure)
            self.breakStream(filter, error)
        case .passing:
            self.dispatch?.broke(failure)
            self.settle(.upstreamLost)
            self.exchange.abort()
            self.end()
        case .opening, .over:
            break
        }
    }

    /// After `[DONE]` the client is served; the upstream gets a moment to end its response so that the connection can be
    /// used again (`robustness.md` E10).
    func lingerOnUpstream() {
        self.startTimer(.lingering, after: self.shared.settings.lingeringResponse)
    }

    // MARK: Drain

    /// The relay is to stop: what is not finished in a while is ended.
    func drain() {
        guard !self.hasFinished else { return }
        self.startTimer(.draining, after: self.shared.settings.drainingExchange)
    }

    private func startTimer(_ purpose: TimerPurpose, after duration: Duration) {
        let loop = self.service.context.loop
        if let timer = self.timer { loop.cancel(timer) }
        self.timer = loop.schedule(at: loop.now + duration, self, tag: purpose.rawValue)
    }

    private func expire() {
        switch self.state {
        case .streaming(let filter):
            self.settle(.ended, filter: filter)
            self.breakStream(filter, .draining())
        case .passing:
            self.settle(.ended)
            self.exchange.abort()
            self.end()
        case .opening, .waiting, .inspecting, .collecting:
            let error = RelayError.draining()
            self.settle(.ended, httpStatus: error.status)
            self.refuse(error)
        case .over:
            break
        }
    }
}

/// What an exchange's timer is for, as its tag.
private enum TimerPurpose: Int {
    case lingering
    case draining
}

extension ChatExchange: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        switch TimerPurpose(rawValue: tag) {
        case .draining: self.expire()
        case .lingering, nil: self.end()
        }
    }
}
