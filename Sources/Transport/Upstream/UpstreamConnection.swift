// One HTTP/1.1 connection to an upstream (RFC 9112, client role): one exchange at a time, kept alive when both sides
// allow it and the response ended where it said it would.
//
// Phases: idle → head → body → idle again, or → gone. Anything that arrives while idle means that the two sides no
// longer agree where responses begin, so the connection is dropped (`robustness.md` E12).

import EventLoop
package import HTTPFraming

/// What receives a response, in this order: head, body pieces, then ended or failed.
///
/// Loop-bound.
package protocol UpstreamResponseHandler: AnyObject {
    func upstreamAnswered(_ head: ResponseHead)
    /// A piece of the body at `range` of the loop's input block.
    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>)
    func upstreamEnded()
    /// Called instead of `upstreamEnded`, at any point.
    func upstreamFailed(_ failure: UpstreamFailure)
}

/// The client side of one HTTP connection to an upstream.
///
/// Loop-bound.
final class UpstreamConnection {
    private enum Phase {
        case idle
        case head
        case body
        case gone
    }

    /// As the request under way has it: times may be others than those of the request before, the place is the same.
    private var endpoint: UpstreamEndpoint
    private let channel: Channel
    private weak var pool: UpstreamPool?
    private var phase = Phase.idle
    private var handler: (any UpstreamResponseHandler)?
    private var parser: ResponseParser
    private var decoder: BodyDecoder?
    private var keepAlive = false
    private var timer: TimerID?
    /// When the last piece of the body came; the timer finds out about it when it fires.
    private var activeAt = MonotonicTime(nanoseconds: 0)
    private var isPaused = false
    /// Whether the first byte of a body is still waited for as the answer's first byte.
    private var awaitsBody = false
    /// A body up to this is copied behind its head, so that both leave with one system call.
    private static let joinedBodyBytes = 16 * 1024

    init(endpoint: UpstreamEndpoint, channel: Channel, pool: UpstreamPool) {
        self.endpoint = endpoint
        self.channel = channel
        self.pool = pool
        self.parser = ResponseParser(limits: .response, requestMethod: .get)
        channel.owner = self
    }

    private var context: TransportContext { self.channel.context }
    var isCongested: Bool { self.channel.isCongested }

    /// Sends a request that is already framed.
    func send(_ request: UpstreamRequest, to endpoint: UpstreamEndpoint, handler: any UpstreamResponseHandler) {
        // Bytes that came before any request are not the answer to this one (`robustness.md` F6, E12).
        guard self.phase == .idle, self.channel.carriedBytes == 0 else {
            self.leave()
            handler.upstreamFailed(.ended(.truncated, nothingSent: true))
            return
        }
        self.endpoint = endpoint
        self.handler = handler
        self.phase = .head
        self.awaitsBody = request.awaitsBody
        var limits = HTTPLimits.response
        limits.headBytes = self.context.limits.http.headBytes
        self.parser = ResponseParser(limits: limits, requestMethod: request.method)
        self.setTimer(after: self.endpoint.firstByteTimeout)
        if request.body.count <= Self.joinedBodyBytes {
            self.channel.write(request.head + request.body)
        } else {
            self.channel.write(request.head)
            self.channel.write(request.body)
        }
        self.channel.resumeReading()
    }

    func pauseReading() {
        guard self.phase == .head || self.phase == .body else { return }
        self.isPaused = true
        self.cancelTimer()
        self.channel.pauseReading()
    }

    func resumeReading() {
        guard self.isPaused, self.phase == .head || self.phase == .body else { return }
        self.isPaused = false
        self.awaitsBody = false
        self.activeAt = self.context.loop.now
        self.setTimer(after: self.endpoint.idleTimeout)
        self.channel.resumeReading()
    }

    /// Whether a response for this handler is awaited or under way.
    func isServing(_ handler: any UpstreamResponseHandler) -> Bool {
        self.handler === handler
    }

    /// Gives up the exchange; the upstream sees the connection close.
    func cancel() {
        self.handler = nil
        self.leave()
    }

    /// Watches an idle connection for the peer's close.
    func becomeIdle() {
        self.setTimer(after: self.context.limits.poolIdleTimeout)
        self.channel.resumeReading()
    }

    func leave() {
        guard self.phase != .gone else { return }
        self.phase = .gone
        self.cancelTimer()
        self.channel.close()
        self.pool?.forget(self, of: self.endpoint.place)
    }

    private func fail(_ failure: UpstreamFailure) {
        let handler = self.handler
        self.handler = nil
        self.leave()
        handler?.upstreamFailed(failure)
    }

    private func complete() {
        let handler = self.handler
        self.handler = nil
        self.cancelTimer()
        self.decoder = nil
        self.isPaused = false
        // A response that came before all of the request was taken leaves the two sides at odds.
        if self.keepAlive, !self.channel.isCongested, !self.channel.hasFailedToWrite {
            self.phase = .idle
            self.context.loop.atEndOfTurn(self)
        } else {
            self.leave()
        }
        handler?.upstreamEnded()
    }

    // MARK: Time

    private func setTimer(after delay: Duration) {
        self.cancelTimer()
        self.timer = self.context.loop.schedule(at: self.context.loop.now + delay, self)
    }

    private func cancelTimer() {
        if let timer = self.timer {
            self.context.loop.cancel(timer)
            self.timer = nil
        }
    }
}

extension UpstreamConnection: TurnHandler {
    /// Goes back to the pool only now: bytes that came behind the response, in the same read, must not meet the next
    /// request (`robustness.md` E12).
    func endOfTurn() {
        guard self.phase == .idle else { return }
        guard let pool = self.pool, self.channel.carriedBytes == 0 else {
            self.leave()
            return
        }
        pool.giveBack(self, to: self.endpoint.place)
    }
}

extension UpstreamConnection: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        switch self.phase {
        case .idle: self.leave()
        case .head where self.channel.isCongested:
            // The request is still on its way; the channel watches that it moves.
            self.setTimer(after: self.endpoint.firstByteTimeout)
        case .head: self.fail(.timeout(.head))
        case .body where self.awaitsBody: self.fail(.timeout(.head))
        case .body:
            // Setting the timer anew for each piece would cost more than looking here now and then.
            let due = self.activeAt + self.endpoint.idleTimeout
            if self.context.loop.now < due {
                self.timer = self.context.loop.schedule(at: due, self)
            } else {
                self.fail(.timeout(.body))
            }
        case .gone: break
        }
    }
}

extension UpstreamConnection: ChannelOwner {
    func channel(
        _ channel: Channel,
        received bytes: inout MutableSpan<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int {
        var cursor = start
        // A body's end needs no byte of its own.
        while cursor < end || self.decoder?.isComplete ?? false {
            switch self.phase {
            case .idle:
                self.leave()
                return end
            case .head:
                guard self.takeHead(bytes.span, from: &cursor, to: end) else { return cursor }
            case .body:
                guard self.takeBody(&bytes, from: &cursor, to: end) else { return cursor }
            case .gone:
                return end
            }
        }
        return cursor
    }

    private func takeHead(_ bytes: Span<UInt8>, from cursor: inout Int, to end: Int) -> Bool {
        do {
            guard let (head, consumed) = try self.parser.parse(bytes.extracting(cursor..<end)) else { return false }
            cursor += consumed
            if head.isInterim { return true }
            guard head.status != 101 else {
                // A tunnel that nobody asked for (`robustness.md` E1).
                self.fail(.violation(.malformedStatusLine))
                return false
            }
            self.begin(head)
            return self.phase != .gone
        } catch {
            self.fail(.violation(error))
            return false
        }
    }

    private func begin(_ head: ResponseHead) {
        self.keepAlive = head.keepAlive && head.body != .untilClose
        self.phase = .body
        self.awaitsBody = self.awaitsBody && head.status == 200
        if !self.awaitsBody {
            self.activeAt = self.context.loop.now
            self.setTimer(after: self.endpoint.idleTimeout)
        }
        if head.body != .none, head.body != .length(0) {
            self.decoder = BodyDecoder(head.body, limits: .response)
        }
        self.handler?.upstreamAnswered(head)
        if self.decoder == nil, self.phase == .body {
            self.complete()
        }
    }

    private func takeBody(_ bytes: inout MutableSpan<UInt8>, from cursor: inout Int, to end: Int) -> Bool {
        do {
            guard let event = try self.decoder?.next(bytes.span, from: &cursor, to: end) else { return false }
            switch event {
            case .needsMore:
                return false
            case .data(let range):
                self.activeAt = self.context.loop.now
                if self.awaitsBody {
                    self.awaitsBody = false
                    self.setTimer(after: self.endpoint.idleTimeout)
                }
                self.handler?.upstreamSent(range, in: &bytes)
            case .end:
                self.complete()
            }
            return self.phase != .gone
        } catch {
            self.fail(.violation(error))
            return false
        }
    }

    func channelDrained(_ channel: Channel) {
        if self.phase == .head, !self.isPaused {
            self.setTimer(after: self.endpoint.firstByteTimeout)
        }
    }

    func channel(_ channel: Channel, ended end: ChannelEnd) {
        switch self.phase {
        case .gone:
            channel.close()
        case .idle:
            self.leave()
        case .head:
            self.fail(.ended(end, nothingSent: false))
        case .body:
            // A body that runs until close is complete only when the close was an orderly one.
            if end == .clean, (try? self.decoder?.endOfStream()) != nil {
                self.keepAlive = false
                self.complete()
            } else {
                self.fail(.ended(end, nothingSent: false))
            }
        }
    }
}
