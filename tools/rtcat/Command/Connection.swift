// One WebSocket connection that carries whole messages: dialled, listened to, closed in order.

import EventLoop
import RTCatCore
import Transport
import WebSocketFraming

/// What a mode hears of its connection.
protocol ConnectionListener: AnyObject {
    func opened(subprotocol: String?)
    func failed(_ failure: UpstreamFailure)
    func received(_ message: [UInt8], isBinary: Bool)
    /// A pong to tell of.
    func ponged(_ text: String)
    /// The kernel took all that had waited.
    func drained()
    /// Told once, last.
    func ended(_ ending: Ending)
}

/// A connection; loop-bound.
final class Connection {
    /// Beyond the leg's own limit for the closing handshake.
    private static let closeWait: Duration = .milliseconds(5500)

    private let context: TransportContext
    private unowned let listener: any ConnectionListener
    private let dial: WebSocketDial
    private var leg: WebSocketLeg?
    private var message: [UInt8] = []
    private var pongs = AwaitedPongs()
    private var isClosing = false
    private var timer: TimerID?

    init(_ request: WebSocketDialRequest, context: TransportContext, listener: any ConnectionListener) {
        self.context = context
        self.listener = listener
        self.dial = WebSocketDial(request, context: context)
    }

    func open() {
        self.dial.start { result in
            switch result {
            case .failure(let failure):
                self.listener.failed(failure)
            case .success(let leg):
                self.leg = leg
                leg.handler = self
                leg.start()
                self.listener.opened(subprotocol: self.dial.subprotocol)
            }
        }
    }

    /// Whether bytes wait for the kernel; the sender then stops.
    var isCongested: Bool { self.leg?.isCongested ?? false }

    func send(text: [UInt8]) { self.leg?.send(text: text) }
    func send(binary: [UInt8]) { self.leg?.send(binary: binary) }

    func sendPing(_ payload: [UInt8]) {
        self.pongs.sent(payload, now: MonotonicTime.now().nanoseconds)
        self.leg?.sendPing(payload)
    }

    /// Starts the closing handshake, or gives the dial up; `ended` follows.
    func close(code: CloseCode?, reason: String = "") {
        guard !self.isClosing else { return }
        self.isClosing = true
        guard let leg = self.leg else {
            self.dial.cancel()
            self.listener.ended(.closedByUs(code: nil))
            return
        }
        guard leg.isOpen else { return }
        leg.close(code: code, reason: reason)
        // `close` lets its handler go; the peer's answer is still of interest.
        leg.handler = self
        self.timer = self.context.loop.schedule(at: self.context.loop.now + Self.closeWait, self)
    }

    private func end(_ ending: Ending) {
        if let timer = self.timer {
            self.context.loop.cancel(timer)
            self.timer = nil
        }
        self.leg?.handler = nil
        self.leg = nil
        self.listener.ended(ending)
    }
}

extension Connection: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        self.leg?.drop()
        self.end(.closeUnanswered)
    }
}

extension Connection: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        unsafe bytes.span.extracting(chunk.payload).withUnsafeBytes { unsafe self.message.append(contentsOf: $0) }
        guard chunk.isLast else { return }
        let message = self.message
        self.message = []
        self.listener.received(message, isBinary: chunk.kind == .binary)
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {}

    func legReceivedPong(_ leg: WebSocketLeg, payload: Span<UInt8>) {
        let payload = unsafe payload.withUnsafeBytes { unsafe Array($0) }
        guard let text = self.pongs.received(payload, now: MonotonicTime.now().nanoseconds) else { return }
        self.listener.ponged(text)
    }

    func legDrained(_ leg: WebSocketLeg) {
        self.listener.drained()
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        switch end {
        case .closed(let code, let reason):
            let ending = Ending.closedByPeer(code: code?.rawValue, reason: reason)
            self.end(self.isClosing ? .closedByUs(code: code?.rawValue) : ending)
        case .lost(let end): self.end(self.isClosing ? .closeUnanswered : .lost(FailureText.describe(end)))
        case .violation, .silent, .messageOverdue: self.end(Ending(end))
        }
    }
}
