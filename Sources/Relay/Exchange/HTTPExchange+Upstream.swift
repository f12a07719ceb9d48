// An exchange as the upstream tells it: head, pieces, end, failure. What is done about each is in the answer's facet.

import Dialects
import EventLoop
import HTTPFraming
import SessionCore
import Transport

extension HTTPExchange: UpstreamResponseHandler {
    func upstreamAnswered(_ head: ResponseHead) {
        guard case .waiting = self.state else { return }
        self.meter?.reachedUpstream()
        self.ownTime.start(now: MonotonicTime.now().nanoseconds)
        self.begin(head)
    }

    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        let piece = bytes.span.extracting(range)
        switch self.state {
        case .passing:
            self.passOn(piece)
        case .streaming:
            guard self.stream(piece) else { return }
        case .inspecting:
            unsafe piece.withUnsafeBytes { unsafe self.reception?.body.append(contentsOf: $0) }
            if let body = self.reception?.body, body.count > self.service.context.limits.refusalBodyBytes {
                self.passHeld()
            }
        case .gathering:
            guard self.gather(piece) else { return }
        case .collecting:
            guard self.collect(piece) else { return }
        case .opening, .waiting, .over:
            return
        }
        if self.client.isCongested {
            self.upstream?.pauseReading()
            self.client.onDrained = { [weak self] in self?.upstream?.resumeReading() }
        }
    }

    /// Keeps what a refusal says, within its bound; false when that was enough.
    private func collect(_ piece: Span<UInt8>) -> Bool {
        let limit = self.service.context.limits.refusalBodyBytes
        let room = max(0, limit - (self.reception?.body.count ?? 0))
        unsafe piece.extracting(first: min(room, piece.count)).withUnsafeBytes {
            unsafe self.reception?.body.append(contentsOf: $0)
        }
        guard piece.count >= room else { return true }
        // Enough to tell what it is about.
        self.upstream?.cancel()
        self.refused()
        return false
    }

    /// Takes a piece of an answer that is to be translated; false when it is too much.
    private func gather(_ piece: Span<UInt8>) -> Bool {
        do throws(GatheringViolation) {
            try self.reception?.gatherer?.feed(piece)
            return true
        } catch {
            self.upstream?.cancel()
            self.failed(.unusable("an answer that is too large to translate"))
            return false
        }
    }

    /// Sends events on as they come; false when the stream is over for the upstream as well.
    private func stream(_ piece: Span<UInt8>) -> Bool {
        var output: [UInt8] = []
        var isBroken = false
        do throws(EventStreamViolation) {
            try self.reception?.stream?.feed(piece, into: &output)
        } catch {
            isBroken = true
        }
        if self.takesErrorAsRefusal(output) { return false }
        let isDone = self.reception?.stream?.sawDone ?? false
        self.settleWhatEnded()
        self.send(output)
        guard !isBroken else {
            self.upstream?.cancel()
            self.failed(.unusable("an event that is too large"))
            return false
        }
        if isDone, !self.hasFinished {
            self.finishStream()
            self.lingerOnUpstream()
        }
        return true
    }

    func upstreamEnded() {
        switch self.state {
        case .passing:
            self.dispatch?.completed()
            self.settle(.completed)
            self.upstream = nil
            self.client.finish()
            self.end()
        case .streaming:
            self.upstream = nil
            self.streamEnded()
        case .inspecting:
            self.upstream = nil
            self.inspected()
        case .gathering:
            self.upstream = nil
            self.gathered()
        case .collecting:
            self.upstream = nil
            self.refused()
        case .waiting:
            self.failed(.ended(.truncated, nothingSent: false))
        case .opening, .over:
            break
        }
    }

    private func streamEnded() {
        var output: [UInt8] = []
        self.reception?.stream?.finish(into: &output)
        if self.takesErrorAsRefusal(output) { return }
        let isWhole = self.reception?.stream.map { $0.sawDone || $0.sawError } ?? false
        self.settleWhatEnded()
        self.send(output)
        guard isWhole else {
            // A head and nothing behind it is no answer: the next may do better.
            self.failed(.ended(.truncated, nothingSent: false))
            return
        }
        self.dispatch?.completed()
        self.finishStream()
        self.end()
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        self.upstream = nil
        self.failed(failure)
    }
}
