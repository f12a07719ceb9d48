// How an exchange ends: refused, failed over, broken, or left by its client, and settled on every way out.

import Dialects
import EventLoop
import HTTPFraming
import SessionCore
import Transport

extension HTTPExchange {
    // MARK: Refusals and failures of upstreams

    /// The body of a refusal has come, or as much of it as tells what it is about.
    func refused() {
        guard let reception = self.reception, let dialect = self.asked?.dialect else { return }
        let head = reception.head
        self.refused(
            dialect.parseError(reception.body),
            status: head.status,
            fields: head.fields,
            words: reception.body
        )
    }

    /// The upstream refuses; `words` is its body, which a client of the same dialect may be told as it is.
    func refused(_ error: ProviderError?, status: Int, fields: HeaderFields, words: [UInt8]?) {
        guard let candidate = self.current else { return }
        // The key is ours, however it is told that it is none.
        let status = ProviderError.judged(status, error)
        let isSame = self.asked?.dialect == self.dialect && !self.hasBegun
        let refusal = UpstreamRefusal(
            status: status,
            fields: fields,
            error: error,
            words: isSame ? words : nil,
            from: candidate,
            requestID: self.requestID
        )
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        self.upstream?.cancel()
        self.upstream = nil
        self.state = .waiting
        let failure = UpstreamFailure.refused(status: status, fields: fields, body: words ?? [])
        self.dispatch?.failed(failure, refusal.error, answer: refusal.answer)
    }

    /// An error that begins a stream is a refusal in spite of its 200: nothing went to the client yet.
    func takesErrorAsRefusal(_ output: [UInt8]) -> Bool {
        guard !self.hasContent, let reception = self.reception, let stream = reception.stream, stream.sawError
        else { return false }
        let words = stream.error == nil ? self.dialect.object(inEvent: output) : nil
        guard let error = stream.error ?? words.flatMap(self.dialect.parseError) else { return false }
        self.refused(error, status: error.presumedStatus, fields: reception.head.fields, words: words)
        return true
    }

    func failed(_ failure: UpstreamFailure) {
        if failure.requestMayHaveLeft { self.meter?.reachedUpstream() }
        let error = ErrorRendering.error(for: failure)
        switch self.state {
        case .collecting:
            // How it refused is known, even if not in all its words.
            self.refused()
        case .waiting, .inspecting, .gathering:
            self.goOn(after: failure, error)
        case .streaming where !self.hasContent:
            self.goOn(after: failure, error)
        case .streaming:
            self.dispatch?.broke(failure)
            self.breakStream(error)
        case .passing:
            self.dispatch?.broke(failure)
            self.settle(.upstreamLost)
            self.client.abort()
            self.end()
        case .opening, .over:
            break
        }
    }

    private func goOn(after failure: UpstreamFailure, _ error: RelayError) {
        self.ownTime.stop(now: MonotonicTime.now().nanoseconds)
        self.state = .waiting
        self.dispatch?.failed(failure, error)
    }

    // MARK: Telling the client

    func refuse(_ error: RelayError, answer: HTTPAnswer? = nil) {
        if self.meter == nil { self.shared.metrics.admission(outcome: error.code, kind: .http) }
        self.service.logRefusal(error, requestID: self.requestID, path: self.client.head.path)
        guard !self.hasBegun else {
            // The head of a 200 went out to keep the client waiting.
            self.breakStream(error, status: .failed)
            return
        }
        var answer = answer ?? self.rendered(error)
        if let meter = self.meter {
            self.settle(.failed, httpStatus: answer.status)
            answer.fields.append(contentsOf: meter.rateStatus.fields)
        }
        self.client.respond(answer)
        self.end()
    }

    /// Who streams an array is told an array, errors included (protocol: http §3.5).
    private func rendered(_ error: RelayError) -> HTTPAnswer {
        var answer = ErrorRendering.answer(error, requestID: self.requestID, dialect: self.dialect)
        if self.wantsArray { answer.body = [UInt8(ascii: "[")] + answer.body + [UInt8(ascii: "]")] }
        return answer
    }

    /// Tells a client in the middle of a stream that it broke; no end is invented (`robustness.md` E8).
    func breakStream(_ error: RelayError, status: LedgerRow.Status = .upstreamLost) {
        self.settle(status)
        if !self.hasFinished {
            var output: [UInt8] = []
            let told = error.providerError
            let code = self.dialect.status(error.status, type: error.type)
            if self.reception?.stream != nil {
                self.reception?.stream?.fail(told, status: code, requestID: "\(self.requestID)", into: &output)
            } else {
                var writer = self.dialect.streamWriter(self.identity)
                writer.fail(told, status: code, requestID: "\(self.requestID)", into: &output)
            }
            self.client.write(output.span)
            self.finishStream()
        }
        self.end()
    }

    func clientGone() {
        self.settle(.clientGone)
        self.end()
    }

    // MARK: Settle

    /// Writes down a stream that has said its end, before the client sees it.
    func settleWhatEnded() {
        guard let stream = self.reception?.stream else { return }
        if stream.sawDone { self.dispatch?.accepted(status: 200) }
        if stream.sawDone { self.dispatch?.completed() }
        if stream.sawDone || stream.sawError { self.settle(stream.sawError ? .failed : .completed) }
    }

    /// Writes down what was used, as far as it has come.
    ///
    /// To be called before the client is sent what it takes for the end.
    func settle(_ status: LedgerRow.Status, httpStatus: Int? = nil) {
        guard let meter = self.meter else { return }
        if status == .completed { self.recorder?.isWhole = true }
        if self.upstream?.isSent ?? false { meter.reachedUpstream() }
        meter.settle(
            ExchangeMeter.Ending(
                status: status,
                httpStatus: httpStatus ?? (self.isAnswering ? 200 : nil),
                usage: self.reception?.usage,
                textBytes: self.reception?.textBytes ?? 0
            )
        )
    }

    /// Whether a 200 went to the client, or is about to.
    private var isAnswering: Bool {
        switch self.state {
        case .streaming, .passing: true
        case .opening, .waiting, .inspecting, .gathering, .collecting, .over: self.hasBegun
        }
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
        self.client.onClientGone = nil
        self.client.onDrained = nil
        self.timers.cancelAll(on: self.service.context.loop)
        self.service.ended(self)
    }
}
