// One client connection that speaks HTTP/1.1 (RFC 9112), until it closes or is upgraded.
//
// Phases: head → (body) → exchange under way → head again, or → gone. One exchange at a time: pipelined requests wait,
// bounded, in the channel. Whatever is refused while input still arrives is answered and the rest discarded with the
// connection, so that leftover bytes are never read as a request (`robustness.md` A16).

package import EventLoop
import HTTPFraming
import WebSocketFraming

/// The server side of one HTTP connection.
///
/// Loop-bound.
package final class ServerConnection {
    private enum Phase {
        case head
        /// The head is with the service; the body, if any, is still arriving.
        case body
        /// The request is complete; the answer is not.
        case answering
        /// Upgraded, refused or closed: this object is done.
        case gone
    }

    let channel: Channel
    package let peer: SocketAddress
    private let service: any HTTPService
    private let onGone: (ServerConnection) -> Void
    private var phase = Phase.head
    /// Of the head that has begun to arrive; nil before its first byte and behind its last.
    private var parser: RequestParser?
    private var decoder: BodyDecoder?
    private var exchange: ServerExchange?
    private var timer: TimerID?
    private var isDraining = false

    init(
        channel: Channel,
        peer: SocketAddress,
        service: any HTTPService,
        onGone: @escaping (ServerConnection) -> Void
    ) {
        self.channel = channel
        self.peer = peer
        self.service = service
        self.onGone = onGone
    }

    private var context: TransportContext { self.channel.context }

    /// How long a body may be is judged here, where the head is at hand: whoever sent it is answered in its own dialect.
    private static func parser(_ limits: HTTPLimits) -> RequestParser {
        var limits = limits
        limits.bodyBytes = .max
        return RequestParser(limits: limits)
    }

    func start() {
        self.channel.owner = self
        self.setTimer(after: self.context.limits.headTimeout)
        self.channel.resumeReading()
    }

    /// Closes when idle, or after the exchange under way.
    func drain() {
        self.isDraining = true
        if self.phase == .head, self.parser == nil {
            self.leave()
            self.channel.finish()
        }
    }

    // MARK: For the exchange

    /// Asks the client to send the body it held back (RFC 9110 §10.1.1).
    func sendContinue() {
        self.channel.write(HeadSerializer.response(status: 100, fields: HeaderFields()))
    }

    /// Whether this connection may carry another exchange after the current one.
    ///
    /// Never after an upgrade that was not granted: what follows may be in the protocol that was asked for, and must not
    /// be read as a request (`robustness.md` B7).
    func canKeepAlive(_ head: RequestHead) -> Bool {
        head.keepAlive && !head.isUpgrade && self.phase == .answering && !self.isDraining
    }

    /// The answer is complete.
    func answered(keepAlive: Bool) {
        guard self.phase != .gone else { return }
        self.exchange = nil
        guard keepAlive else {
            self.leave()
            self.channel.finish()
            return
        }
        self.phase = .head
        self.setTimer(after: self.context.limits.keepAliveTimeout)
        self.channel.resumeReading()
    }

    /// Cuts the connection in the middle of an answer, so that the client sees that it is not whole.
    func cut() {
        self.leave()
        self.channel.close()
    }

    /// Gives the channel away (to a WebSocket leg).
    func release() -> Channel {
        self.leave()
        return self.channel
    }

    private func leave() {
        guard self.phase != .gone else { return }
        self.phase = .gone
        self.exchange = nil
        self.cancelTimer()
        self.onGone(self)
    }

    // MARK: Refusing

    /// Answers what never became an exchange, and closes.
    private func refuse(_ refusal: HTTPRefusal, of head: RequestHead? = nil) {
        let exchange = self.exchange
        if let exchange {
            // The head was fine; the body is not. The service may be waiting for it.
            if exchange.failBody(refusal) { return }
            if exchange.hasBegun {
                // In the middle of an answer no other can be told.
                self.cut()
                exchange.clientGone()
                return
            }
        }
        let answer =
            (exchange?.head ?? head).map { self.service.answer(to: refusal, of: $0) }
            ?? self.service.answer(to: refusal)
        var fields = answer.fields
        fields.append("content-length", "\(answer.body.count)")
        fields.append("connection", "close")
        var bytes = HeadSerializer.response(status: answer.status, fields: fields)
        bytes.append(contentsOf: answer.body)
        self.channel.write(bytes)
        self.leave()
        self.channel.finish()
        exchange?.clientGone()
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

extension ServerConnection: TimerHandler {
    package func timerFired(tag: Int) {
        self.timer = nil
        switch self.phase {
        case .head where self.parser != nil:
            self.refuse(.timeout)
        case .head:
            self.leave()
            self.channel.finish()
        case .body:
            self.refuse(.timeout)
        case .answering, .gone:
            break
        }
    }
}

extension ServerConnection: ChannelOwner {
    package func channel(
        _ channel: Channel,
        received bytes: inout MutableSpan<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int {
        var cursor = start
        // A body's end needs no byte of its own.
        while cursor < end || self.decoder?.isComplete ?? false {
            switch self.phase {
            case .head:
                // Who cannot be answered is served nothing.
                if channel.hasFailedToWrite { return end }
                if channel.isCongested {
                    // Who does not take its answers is given no more of them.
                    channel.pauseReading()
                    return cursor
                }
                guard self.takeHead(bytes.span, from: &cursor, to: end) else { return cursor }
            case .body:
                guard self.takeBody(bytes.span, from: &cursor, to: end) else { return cursor }
            case .answering:
                // A pipelined request waits; beyond the bound the client's bytes stay with the kernel.
                if end - cursor > self.context.limits.pipelinedBytes {
                    channel.pauseReading()
                }
                return cursor
            case .gone:
                return cursor
            }
        }
        return cursor
    }

    /// Parses a head; false when more bytes are needed or the connection is done.
    private func takeHead(_ bytes: Span<UInt8>, from cursor: inout Int, to end: Int) -> Bool {
        if self.parser == nil {
            // The limits of now, however long the connection was kept.
            self.parser = Self.parser(self.context.limits.http)
            self.setTimer(after: self.context.limits.headTimeout)
        }
        do {
            guard let (head, consumed) = try self.parser?.parse(bytes.extracting(cursor..<end)) else { return false }
            cursor += consumed
            self.parser = nil
            self.cancelTimer()
            if case .length(let count) = head.body, count > self.context.limits.http.bodyBytes {
                self.refuse(.violation(.bodyTooLarge), of: head)
                return false
            }
            self.begin(head)
            return self.phase != .gone
        } catch {
            self.refuse(.violation(error))
            return false
        }
    }

    private func begin(_ head: RequestHead) {
        let exchange = ServerExchange(head: head, connection: self)
        self.exchange = exchange
        if head.body == .none {
            self.phase = .answering
        } else {
            self.phase = .body
            self.decoder = BodyDecoder(head.body, limits: self.context.limits.http)
            self.setTimer(after: self.context.limits.bodyTimeout)
        }
        self.service.handle(exchange)
    }

    /// Takes a piece of the body; false when more bytes are needed or the connection is done.
    private func takeBody(_ bytes: Span<UInt8>, from cursor: inout Int, to end: Int) -> Bool {
        do {
            guard let event = try self.decoder?.next(bytes, from: &cursor, to: end) else { return false }
            switch event {
            case .needsMore:
                return false
            case .data(let range):
                self.setTimer(after: self.context.limits.bodyTimeout)
                self.exchange?.takeBody(bytes.extracting(range))
            case .end:
                self.cancelTimer()
                self.decoder = nil
                self.phase = .answering
                self.exchange?.bodyEnded()
            }
            return self.phase != .gone
        } catch {
            self.refuse(.violation(error))
            return false
        }
    }

    package func channelDrained(_ channel: Channel) {
        if self.phase == .head {
            channel.resumeReading()
        }
        self.exchange?.drained()
    }

    package func channel(_ channel: Channel, ended end: ChannelEnd) {
        let exchange = self.exchange
        self.leave()
        channel.close()
        exchange?.clientGone()
    }
}
