// Waits for the first message of a client that was answered 101 before anybody knew which model it wants. What it sends
// behind that message is kept for whoever takes the leg over; both are bounded, and so is the wait.

import EventLoop
import SessionCore
import Transport
import WebSocketFraming

/// A whole message, as it came.
struct WholeMessage {
    let kind: MessageKind
    let bytes: [UInt8]
}

/// Reads the first message of a leg.
///
/// Loop-bound. Calls `then` once, unless `cancel` comes first; the leg is then paused and without a handler.
final class FirstMessage {
    enum Limits {
        /// Of the first message and of what follows before anybody takes the leg over.
        static let bytes = 64 * 1024
        /// The same for a client that has shown a key: instructions and tools can be long.
        static let knownBytes = 1024 * 1024
    }

    enum Outcome {
        case message(WholeMessage)
        case tooLarge
        case tooLate
        case gone
    }

    let leg: WebSocketLeg
    private let loop: EventLoop
    private let limit: Int
    private var collector = MessageCollector()
    private var bytes = 0
    /// What came behind the first message.
    private var followers: [WholeMessage] = []
    private var hasFirst = false
    private var timer: TimerID?
    private var then: ((Outcome) -> Void)?
    /// Called when the client goes after its first message, as long as nobody has taken the leg over.
    var onGone: (() -> Void)?

    init(of leg: WebSocketLeg, loop: EventLoop, limit: Int) {
        self.limit = limit
        self.leg = leg
        self.loop = loop
    }

    func start(timeout: Duration, then: @escaping (Outcome) -> Void) {
        self.then = then
        self.timer = self.loop.schedule(at: self.loop.now + timeout, self)
        self.leg.handler = self
        self.leg.start(pings: false)
    }

    /// Tells nothing more, and leaves the leg as it is.
    func cancel() {
        self.then = nil
        self.stopTimer()
    }

    /// Gives what came behind the first message to the leg's new handler.
    func release() {
        let followers = self.followers
        self.followers = []
        for message in followers {
            guard let handler = self.leg.handler else { return }
            MessageBlock.with(message.bytes, message.kind) { chunk, block in
                handler.leg(self.leg, received: chunk, floor: 0, in: &block)
                self.leg.handler?.legTurnEnded(self.leg, in: &block)
            }
        }
        // Paused behind the first message; what is inflated waits for this word, too.
        self.leg.resumeReading()
    }

    private func stopTimer() {
        if let timer = self.timer { self.loop.cancel(timer) }
        self.timer = nil
    }

    private func finish(_ outcome: Outcome) {
        self.stopTimer()
        let then = self.then
        self.then = nil
        then?(outcome)
    }
}

extension FirstMessage: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        self.bytes &+= chunk.payload.count
        guard self.bytes <= self.limit else {
            leg.pauseReading()
            if self.then == nil {
                self.leg.close(code: .messageTooBig, reason: "Too much was sent before the session had begun")
                self.onGone?()
            }
            self.finish(.tooLarge)
            return
        }
        guard let message = self.collector.take(chunk, in: bytes.span) else { return }
        let whole = WholeMessage(kind: chunk.kind, bytes: message)
        guard !self.hasFirst else {
            self.followers.append(whole)
            return
        }
        self.hasFirst = true
        leg.pauseReading()
        self.finish(.message(whole))
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {}
    func legDrained(_ leg: WebSocketLeg) {}

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        guard self.then == nil else { return self.finish(.gone) }
        self.onGone?()
    }
}

extension FirstMessage: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        self.leg.pauseReading()
        self.finish(.tooLate)
    }
}
