// Stands where an upstream leg would: a Gemini Live upstream as a realtime session. What is said and when decides
// `GeminiLiveSession`, which knows no socket; here are the legs, one after the other, and the clock.
//
// A next connection goes where the first one went, with the same provider key: the place to come back to is that account's.

import Dialects
import EventLoop
import Logging
import RealtimeTranslation
import SessionCore
import Transport
import WebSocketFraming

/// A Gemini Live upstream behind its translator.
///
/// Loop-bound.
final class GeminiLivePeer: RealtimePeer {
    private enum Limits {
        /// Bytes that wait for an upstream to be set up before the client is read no further.
        static let waitingBytes = 256 * 1024
    }

    private let request: WebSocketDialRequest
    private let service: RelayService
    private weak var relay: RealtimeRelay?
    private var machine: GeminiLiveSession
    private var leg: WebSocketLeg?
    private var dial: WebSocketDial?
    private var inbound = MessageCollector()
    private var outbound = MessageCollector()
    private var hasBegun = false
    private(set) var isOpen = true
    private var isPaused = false
    private var wasCongested = false
    private var timer: TimerID?
    private var timerAt: Int64?
    private let actions = ActionQueue<LiveAction>()
    private var bytesOfEndedLegs = 0
    private var messagesOfEndedLegs = 0

    /// `request` is what `leg` was dialled with.
    init(
        _ leg: WebSocketLeg,
        _ request: WebSocketDialRequest,
        _ description: GeminiLiveDescription,
        _ service: RelayService
    ) {
        self.leg = leg
        self.request = request
        self.service = service
        self.machine = GeminiLiveSession(description)
    }

    private var loop: EventLoop { self.service.context.loop }
    private var now: Int64 { self.loop.now.nanoseconds }

    // MARK: The relay's side

    var isCongested: Bool {
        (self.leg?.isCongested ?? false) || self.machine.queuedBytes > Limits.waitingBytes
    }
    let isMidMessage = false
    let sendRoom = 0
    let tellsAllUsage = true
    var bytesReceived: Int { self.bytesOfEndedLegs &+ (self.leg?.bytesReceived ?? 0) }
    var messagesReceived: Int { self.messagesOfEndedLegs &+ (self.leg?.messagesReceived ?? 0) }
    var bufferedBytes: Int {
        (self.leg?.bufferedBytes ?? 0) + self.machine.queuedBytes + self.inbound.heldBytes + self.outbound.heldBytes
    }

    func attach(_ relay: RealtimeRelay) {
        self.relay = relay
        self.leg?.handler = self
    }

    func begin() {
        self.openOnce()
        guard let leg = self.leg, self.isOpen else { return }
        leg.begin()
        self.act(self.machine.upstreamOpened(now: self.now))
    }

    private func openOnce() {
        guard !self.hasBegun else { return }
        self.hasBegun = true
        self.act(self.machine.open(now: self.now))
    }

    func forward(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        guard let message = self.outbound.take(chunk, in: bytes.span) else { return }
        self.send(text: message)
    }

    func flush(in bytes: inout MutableSpan<UInt8>) {}

    func send(text: [UInt8]) {
        guard self.isOpen else { return }
        self.openOnce()
        self.act(self.machine.receive(text, now: self.now))
    }

    func send(binary: [UInt8]) { self.send(text: binary) }

    func pauseReading() {
        self.isPaused = true
        self.leg?.pauseReading()
    }

    func resumeReading() {
        self.isPaused = false
        self.leg?.resumeReading()
    }

    func keepAlive() { self.leg?.keepAlive() }

    func close(code: CloseCode?, reason: String) {
        self.isOpen = false
        let leg = self.takeLeg()
        leg?.close(code: code, reason: reason)
        self.drop()
    }

    func drop() {
        self.isOpen = false
        self.actions.drop()
        self.takeLeg()?.drop()
        self.dial?.cancel()
        self.dial = nil
        self.stopTimer()
    }

    /// The leg, which is nobody's from here on.
    private func takeLeg() -> WebSocketLeg? {
        guard let leg = self.leg else { return nil }
        self.leg = nil
        self.bytesOfEndedLegs &+= leg.bytesReceived
        self.messagesOfEndedLegs &+= leg.messagesReceived
        self.inbound = MessageCollector()
        return leg
    }

    // MARK: Acting

    private func act(_ actions: [LiveAction]) {
        guard self.isOpen else { return }
        guard self.actions.run(actions, { self.run($0) }), self.isOpen else { return }
        self.setTimer()
        self.noteCongestion()
    }

    private func run(_ action: LiveAction) {
        switch action {
        case .say(let event):
            self.relay?.peer(self, said: event)
        case .send(let message):
            self.leg?.send(text: message)
        case .reconnect:
            self.takeLeg()?.close(code: .normal, reason: "")
            self.redial()
        case .end(let end):
            self.isOpen = false
            let code = CloseCode(rawValue: end.closeCode)
            self.relay?.peer(self, ended: .closed(code: code, reason: "\(end.type).\(end.code)"))
            self.drop()
        }
    }

    /// The client was not read while much waited: now it may be.
    private func noteCongestion() {
        let isCongested = self.isCongested
        if self.wasCongested, !isCongested { self.relay?.drained(self) }
        self.wasCongested = isCongested
    }

    // MARK: The next connection

    private func redial() {
        let dial = WebSocketDial(self.request, context: self.service.context)
        self.dial = dial
        dial.start { result in
            self.dial = nil
            guard self.isOpen else { return }
            switch result {
            case .success(let leg):
                self.leg = leg
                leg.handler = self
                leg.begin()
                if self.isPaused { leg.pauseReading() }
                self.act(self.machine.upstreamOpened(now: self.now))
            case .failure(let failure):
                self.service.logger.warning(
                    "upstream failed",
                    metadata: ["reason": "\(failure.reason)", "detail": "\(failure.detail)"]
                )
                self.act(self.machine.upstreamClosed(code: nil, reason: "", now: self.now))
            }
        }
    }

    // MARK: Time

    private func setTimer() {
        let deadline = self.machine.nextDeadline
        guard deadline != self.timerAt else { return }
        self.stopTimer()
        guard let deadline else { return }
        self.timerAt = deadline
        self.timer = self.loop.schedule(at: MonotonicTime(nanoseconds: deadline), self)
    }

    private func stopTimer() {
        if let timer = self.timer { self.loop.cancel(timer) }
        (self.timer, self.timerAt) = (nil, nil)
    }
}

extension GeminiLivePeer: TimerHandler {
    func timerFired(tag: Int) {
        (self.timer, self.timerAt) = (nil, nil)
        self.act(self.machine.timePassed(now: self.now))
    }
}

extension GeminiLivePeer: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        guard leg === self.leg, let message = self.inbound.take(chunk, in: bytes.span) else { return }
        self.act(self.machine.hear(message, now: self.now))
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        guard leg === self.leg else { return }
        self.relay?.turnEnded(of: self)
    }

    func legDrained(_ leg: WebSocketLeg) {
        guard leg === self.leg, !self.isCongested else { return }
        self.wasCongested = false
        self.relay?.drained(self)
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        guard leg === self.leg else { return }
        _ = self.takeLeg()
        switch end {
        case .closed(let code, let reason):
            self.act(self.machine.upstreamClosed(code: code?.rawValue ?? 1005, reason: reason, now: self.now))
        case .violation, .lost, .silent, .messageOverdue:
            self.act(self.machine.upstreamClosed(code: nil, reason: "", now: self.now))
        }
    }
}
