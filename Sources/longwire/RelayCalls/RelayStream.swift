// An answer as it arrives: pieces come from a loop of their own and are taken at the taker's pace.
//
// What was read but not taken is at most `waitingBytes` and one read: beyond that the socket is not read.

import EventLoop
import HTTPFraming
import Logging
import Synchronization
import Transport

/// One call under way.
final class RelayStream: Sendable {
    /// What comes, in this order: a head, pieces, an end; or a failure at any point.
    enum Event: Sendable {
        case head(status: Int, mediaType: String)
        case piece([UInt8])
        case end
        case failed(CallFailure)
    }

    private static let waitingBytes = 1 << 20

    private let group: EventLoopGroup
    private let resolver: Resolver
    private let events: AsyncStream<Event>
    private let continuation: AsyncStream<Event>.Continuation
    private let waiting = Mutex(0)
    private let forwarder = Mutex<LoopKept?>(nil)

    init(_ request: UpstreamRequest, to endpoint: UpstreamEndpoint) throws {
        self.group = try EventLoopGroup.start(count: 1)
        self.resolver = try Resolver(threads: 1)
        // Bounded by what `took` lets the loop read.
        (self.events, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .unbounded)
        guard let loop = self.group.loops.first else { throw LoopUnavailable() }
        let kept = LoopKept(loop)
        self.forwarder.withLock { $0 = kept }
        loop.execute { [weak self, resolver] loop in
            guard let self else { return }
            let context = TransportContext(
                loop: loop,
                resolver: resolver,
                limits: TransportLimits(),
                logger: Logger(label: "longwire") { _ in SwiftLogNoOpLogHandler() }
            )
            let forwarder = AnswerForwarder(self, UpstreamPool(context: context))
            kept.forwarder = forwarder
            forwarder.start(request, to: endpoint)
        }
    }

    deinit {
        self.resolver.stop()
        self.group.stop()
    }

    /// Goes through what arrives, once; whoever stops midway cancels the call.
    ///
    /// Nothing of the call is left when this returns.
    func follow(_ body: (Event) throws -> Bool) async rethrows {
        defer {
            self.cancel()
            self.resolver.stop()
            self.group.stop()
            self.group.join()
        }
        for await event in self.events {
            if case .piece(let bytes) = event { self.took(bytes.count) }
            guard try body(event) else { return }
        }
    }

    /// The whole answer.
    func collect(limit: Int) async throws -> RelayAnswer {
        var (status, body) = (0, [UInt8]())
        var failure: CallFailure?
        await self.follow { event in
            switch event {
            case .head(let told, _): status = told
            case .piece(let bytes) where body.count + bytes.count > limit:
                failure = CallFailure(description: "the answer is larger than \(limit) bytes")
                return false
            case .piece(let bytes): body += bytes
            case .failed(let told): failure = told
            case .end: break
            }
            return true
        }
        if let failure { throw failure }
        return RelayAnswer(status: status, body: body)
    }

    /// Ends the call; nothing more arrives.
    func cancel() {
        self.continuation.finish()
        self.onLoop { $0.cancel() }
    }

    private func took(_ count: Int) {
        let isRoomAgain = self.waiting.withLock { waiting in
            let wasFull = waiting > Self.waitingBytes
            waiting -= count
            return wasFull && waiting <= Self.waitingBytes
        }
        if isRoomAgain { self.onLoop { $0.resume() } }
    }

    /// Hands an event over; whether there is room for more.
    fileprivate func put(_ event: Event) -> Bool {
        self.continuation.yield(event)
        switch event {
        case .piece(let bytes):
            return self.waiting.withLock { waiting in
                waiting += bytes.count
                return waiting <= Self.waitingBytes
            }
        case .head: return true
        case .end, .failed:
            self.continuation.finish()
            return true
        }
    }

    private func onLoop(_ body: @escaping @Sendable (AnswerForwarder) -> Void) {
        guard let kept = self.forwarder.withLock({ $0 }) else { return }
        kept.loop.execute { _ in
            if let forwarder = kept.forwarder { body(forwarder) }
        }
    }
}

/// Holds what belongs to a loop's thread; it is touched there alone.
private final class LoopKept: @unchecked Sendable {
    let loop: LoopHandle
    var forwarder: AnswerForwarder?

    init(_ loop: LoopHandle) {
        self.loop = loop
    }
}

/// Passes an answer on from its loop.
///
/// Loop-bound.
private final class AnswerForwarder: UpstreamResponseHandler {
    private weak var stream: RelayStream?
    private let pool: UpstreamPool
    private var exchange: UpstreamExchange?

    init(_ stream: RelayStream, _ pool: UpstreamPool) {
        self.stream = stream
        self.pool = pool
    }

    func start(_ request: UpstreamRequest, to endpoint: UpstreamEndpoint) {
        self.exchange = self.pool.send(request, to: endpoint, handler: self)
        // One call is all there is: its connection is not kept for another, which would keep it and its loop for good.
        self.pool.drain()
    }

    func cancel() {
        self.exchange?.cancel()
        self.exchange = nil
    }

    func resume() { self.exchange?.resumeReading() }

    func upstreamAnswered(_ head: ResponseHead) {
        let media = (head.fields["content-type"] ?? "").lowercased().prefix { $0 != ";" && $0 != " " }
        _ = self.stream?.put(.head(status: head.status, mediaType: String(media)))
    }

    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        let piece = bytes.span.extracting(range)
        var copy: [UInt8] = []
        copy.reserveCapacity(piece.count)
        for index in piece.indices { copy.append(piece[index]) }
        if self.stream?.put(.piece(copy)) == false { self.exchange?.pauseReading() }
    }

    func upstreamEnded() {
        _ = self.stream?.put(.end)
        self.exchange = nil
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        _ = self.stream?.put(.failed(CallFailure(description: "\(failure.detail)")))
        self.exchange = nil
    }
}
