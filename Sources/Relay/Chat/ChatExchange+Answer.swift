// A chat completion from the upstream's head on: told as an error, passed through whole, or event by event.
//
// What ends an answer for the client (`[DONE]`, an error event, the last byte of a known length, the last chunk) is
// written only after the exchange was settled.

import Dialects
import EventLoop
import HTTPFraming
import Logging
import SessionCore
import Transport

extension ChatExchange {
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
    }

    /// Goes on with a body of which the beginning was held.
    private func pass(_ head: ResponseHead, _ body: [UInt8]) {
        self.promise(head)
        self.passOn(body.span)
    }

    private func passOn(_ piece: Span<UInt8>) {
        self.scanner.feed(piece)
        self.meter?.answerBegan()
        if let remaining = self.remaining {
            self.remaining = remaining - piece.count
            if remaining <= piece.count { self.settle(.completed) }
        }
        self.exchange.write(piece)
    }

    private func finishStream() {
        guard !self.hasFinished else { return }
        self.hasFinished = true
        self.exchange.finish()
    }

    /// Tells a client in the middle of a stream that it broke; no `[DONE]` is invented (`robustness.md` E8).
    private func breakStream(_ filter: ChatStreamFilter, _ error: RelayError) {
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

    private func failed(_ failure: UpstreamFailure) {
        let name = self.current?.upstream.name ?? ""
        self.service.logger.warning(
            "upstream failed",
            metadata: [
                "request_id": "\(self.requestID)", "upstream": "\(name)", "reason": "\(failure.reason)",
                "detail": "\(failure.detail)",
            ]
        )
        if failure.requestMayHaveLeft { self.meter?.reachedUpstream() }
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
            self.settle(.upstreamLost)
            self.exchange.abort()
            self.end()
        case .opening, .over:
            break
        }
    }

    /// After `[DONE]` the client is served; the upstream gets a moment to end its response so that the connection can be
    /// used again (`robustness.md` E10).
    private func lingerOnUpstream() {
        let loop = self.service.context.loop
        self.timer = loop.schedule(at: loop.now + self.shared.settings.lingeringResponse, self)
    }
}

// MARK: - Told by the upstream

extension ChatExchange: UpstreamResponseHandler {
    func upstreamAnswered(_ head: ResponseHead) {
        guard case .waiting = self.state else { return }
        self.meter?.reachedUpstream()
        self.begin(head)
    }

    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        switch self.state {
        case .passing:
            self.passOn(bytes.span.extracting(range))
        case .streaming(let filter):
            self.state = .over  // Lets go of the copy, so that the filter changes in place.
            guard self.stream(consume filter, bytes.span.extracting(range)) else { return }
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

    /// Sends events on as they come; false when the stream is over for the upstream as well.
    private func stream(_ filter: consuming ChatStreamFilter, _ piece: Span<UInt8>) -> Bool {
        var output: [UInt8] = []
        let violation = Self.feed(&filter, piece, into: &output)
        if filter.sawDone || filter.sawError {
            self.settle(filter.sawError ? .failed : .completed, filter: filter)
        }
        let isDone = filter.sawDone
        if !self.hasFinished, !output.isEmpty {
            self.meter?.answerBegan()
            self.exchange.write(output.span)
        }
        guard !violation else {
            self.state = .streaming(filter)
            self.breakStream(filter, .badGateway("sent an event that is too large"))
            return false
        }
        self.state = .streaming(filter)
        if isDone, !self.hasFinished {
            self.finishStream()
            self.lingerOnUpstream()
        }
        return true
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

    func upstreamEnded() {
        switch self.state {
        case .passing:
            self.settle(.completed)
            self.upstream = nil
            self.exchange.finish()
            self.end()
        case .streaming(var filter):
            self.upstream = nil
            var output: [UInt8] = []
            _ = filter.finish(into: &output)
            self.state = .streaming(filter)
            let isWhole = filter.sawDone || filter.sawError
            if isWhole { self.settle(filter.sawError ? .failed : .completed, filter: filter) }
            if !self.hasFinished {
                self.exchange.write(output.span)
            }
            guard isWhole else {
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
            self.scanner.feed(body.span)
            self.meter?.answerBegan()
            self.settle(.completed, httpStatus: 200)
            self.promise(head)
            self.exchange.write(body.span)
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
