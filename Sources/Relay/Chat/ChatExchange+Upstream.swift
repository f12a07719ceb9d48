// A chat completion as the upstream tells it: head, pieces, end, failure. What is done about each is in the answer's facet.

import Dialects
import EventLoop
import HTTPFraming
import SessionCore
import Transport

extension ChatExchange: UpstreamResponseHandler {
    func upstreamAnswered(_ head: ResponseHead) {
        guard case .waiting = self.state else { return }
        self.meter?.reachedUpstream()
        self.ownTime.start(now: MonotonicTime.now().nanoseconds)
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
        if isDone { self.dispatch?.completed() }
        if !self.hasFinished, !output.isEmpty {
            self.meter?.answerBegan()
            self.exchange.write(output.span)
        }
        guard !violation else {
            self.state = .streaming(filter)
            self.dispatch?.broke(.unusable("an event that is too large"))
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
            self.dispatch?.completed()
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
                self.dispatch?.broke(.ended(.truncated, nothingSent: false))
                self.breakStream(filter, .badGateway("ended the stream early"))
                return
            }
            self.dispatch?.completed()
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
            self.dispatch?.completed()
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
