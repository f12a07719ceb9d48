// The relay phase of a realtime session: two legs on one loop, and every byte of either on its way to the other in
// the turn in which it came. Messages keep their opcode, their boundaries and their order; nothing is re-encoded.
//
// Backpressure: when one side's kernel takes no more, the other side is not read until it does.
//
// States: relaying → ended. Whatever ends one leg ends the other at once (protocol/realtime.md §9).

import Dialects
import EventLoop
import Logging
import SessionCore
import Transport
import WebSocketFraming

/// One realtime session from its 101 to its settlement.
///
/// Loop-bound.
final class RealtimeRelay {
    private(set) var session: Session
    private let client: WebSocketLeg
    private let upstream: WebSocketLeg
    private unowned let service: RelayService
    private var timer: TimerID?
    private var hasEnded = false
    private var startedAt = MonotonicTime(nanoseconds: 0)
    /// When bytes of messages were last seen to have come, and how many they were.
    private var lastActivity = MonotonicTime(nanoseconds: 0)
    private var bytesSeen = 0
    private var lastPing = MonotonicTime(nanoseconds: 0)
    private var fromClient = EventTap(.fromClient)
    private var fromUpstream = EventTap(.fromUpstream)
    /// Nil before the first turn.
    private var usage: SessionUsage?

    init(_ session: Session, client: WebSocketLeg, upstream: WebSocketLeg, service: RelayService) {
        self.session = session
        self.client = client
        self.upstream = upstream
        self.service = service
    }

    func start() {
        self.client.handler = self
        self.upstream.handler = self
        self.startedAt = self.service.context.loop.now
        self.lastActivity = self.startedAt
        self.lastPing = self.startedAt
        self.schedule()
        self.client.start(pings: false)
        self.upstream.start(pings: false)
    }

    /// Ends the session because the relay is going away.
    func drain() {
        self.end(.draining(), tellUpstream: .goingAway, cause: "draining")
    }

    /// Ends the session because an operator asked for it.
    func endByOperator() {
        self.end(.sessionEnded(), tellUpstream: .goingAway, cause: "session_ended")
    }

    /// The session as it is at this moment.
    func snapshot() -> LiveSession {
        var tokens = TokenCounts()
        tokens.inputText = self.usage?.inputTokens ?? 0
        tokens.outputText = self.usage?.outputTokens ?? 0
        return LiveSession(
            id: "\(self.session.id)",
            requestID: "\(self.session.requestID)",
            kind: .realtime,
            keyID: self.session.keyID,
            accountID: self.session.accountID,
            model: self.session.model ?? "",
            upstream: self.session.route?.upstream ?? "",
            state: .idle,
            startedAt: self.session.startedAt,
            messagesFromClient: self.client.messagesReceived,
            messagesFromUpstream: self.upstream.messagesReceived,
            bytesFromClient: self.client.bytesReceived,
            bytesFromUpstream: self.upstream.bytesReceived,
            bufferedBytes: self.client.channel.spilledBytes + self.upstream.channel.spilledBytes,
            turns: self.usage?.turns ?? 0,
            tokens: tokens
        )
    }

    // MARK: Metering

    /// Adds what a turn or a transcription cost.
    private func meter(_ message: TappedMessage, in bytes: Span<UInt8>) {
        switch message {
        case .passed: break
        case .inPlace(let type, let range): self.meter(type, bytes.extracting(range))
        case .kept(let type, let kept): self.meter(type, kept.span)
        }
    }

    private func meter(_ type: EventType, _ message: Span<UInt8>) {
        let usage = self.usage ?? SessionUsage()
        self.usage = usage
        if type.matches("response.done") {
            usage.add(RealtimeTurn(message))
        } else {
            usage.add(RealtimeTranscription(message))
        }
    }

    // MARK: Ending

    /// Tells the client why in an `error` event, then closes both legs.
    private func end(_ error: RelayError, tellUpstream code: CloseCode, cause: String) {
        guard !self.hasEnded else { return }
        self.client.send(text: ErrorRendering.event(error))
        self.client.close(code: CloseCode(rawValue: error.closeCode), reason: error.closeReason)
        self.upstream.close(code: code, reason: "")
        self.settle(closeCode: error.closeCode, cause: cause)
    }

    private func clientEnded(_ end: LegEnd) {
        switch end {
        case .closed(let code, let reason):
            self.upstream.close(code: code, reason: reason)
            self.settle(closeCode: code?.rawValue ?? 1005, cause: "client_closed")
        case .violation(let violation):
            self.upstream.close(code: .goingAway, reason: "")
            self.settle(closeCode: violation.closeCode.rawValue, cause: "client_violation")
        case .lost(.stalled):
            self.upstream.close(code: .goingAway, reason: "")
            self.settle(closeCode: 1008, cause: "client_stalled")
        case .lost, .silent:
            self.upstream.close(code: .goingAway, reason: "")
            self.settle(closeCode: 1006, cause: end == .silent ? "client_silent" : "client_lost")
        }
    }

    private func upstreamEnded(_ end: LegEnd) {
        switch end {
        case .closed(let code, let reason):
            self.client.close(code: code, reason: reason)
            self.settle(closeCode: code?.rawValue ?? 1005, cause: "upstream_closed")
        case .violation:
            self.end(.badGateway("broke the WebSocket protocol"), tellUpstream: .goingAway, cause: "upstream_violation")
        case .lost:
            self.end(.badGateway("broke off the connection"), tellUpstream: .goingAway, cause: "upstream_lost")
        case .silent:
            self.end(.gatewayTimeout("answer pings"), tellUpstream: .goingAway, cause: "upstream_silent")
        }
    }

    /// The phase *settle*: on every way out, exactly once.
    private func settle(closeCode: UInt16, cause: String) {
        guard !self.hasEnded else { return }
        self.hasEnded = true
        if let timer = self.timer {
            self.service.context.loop.cancel(timer)
            self.timer = nil
        }
        self.service.logger.info(
            "session ended",
            metadata: [
                "request_id": "\(self.session.requestID)", "session_id": "\(self.session.id)",
                "key_id": "\(self.session.keyID)", "model": "\(self.session.model ?? "")",
                "upstream": "\(self.session.route?.upstream ?? "")", "cause": "\(cause)",
                "close_code": "\(closeCode)",
                "messages_from_client": "\(self.client.messagesReceived)",
                "messages_from_upstream": "\(self.upstream.messagesReceived)",
                "turns": "\(self.usage?.turns ?? 0)", "input_tokens": "\(self.usage?.inputTokens ?? 0)",
                "output_tokens": "\(self.usage?.outputTokens ?? 0)",
            ]
        )
        self.service.ended(self)
    }
}

extension RealtimeRelay: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        if leg === self.client {
            _ = self.fromClient.look(chunk, in: bytes.span)
            self.upstream.forward(chunk, floor: floor, in: &bytes)
        } else {
            if let message = self.fromUpstream.look(chunk, in: bytes.span) {
                self.meter(message, in: bytes.span)
            }
            self.client.forward(chunk, floor: floor, in: &bytes)
        }
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        let other = leg === self.client ? self.upstream : self.client
        other.flush(in: &bytes)
        if other.isCongested {
            leg.pauseReading()
        }
    }

    func legRoom(_ leg: WebSocketLeg) -> Int {
        leg === self.client ? self.upstream.sendRoom : self.client.sendRoom
    }

    func legDrained(_ leg: WebSocketLeg) {
        let other = leg === self.client ? self.upstream : self.client
        other.resumeReading()
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        guard !self.hasEnded else { return }
        if leg === self.client {
            self.clientEnded(end)
        } else {
            self.upstreamEnded(end)
        }
    }
}

extension RealtimeRelay: TimerHandler {
    /// One timer serves the whole session: both legs' pings, the longest life, and the longest silence.
    private func schedule() {
        let settings = self.service.shared.settings
        let loop = self.service.context.loop
        var next = loop.now + self.pingInterval
        if settings.maximumSession > .zero {
            next = min(next, self.startedAt + settings.maximumSession)
        }
        if settings.idleSession > .zero {
            next = min(next, loop.now + settings.idleSession / 4)
        }
        self.timer = loop.schedule(at: next, self)
    }

    private var pingInterval: Duration { self.service.context.limits.pingInterval }

    func timerFired(tag: Int) {
        self.timer = nil
        let settings = self.service.shared.settings
        let now = self.service.context.loop.now
        if settings.maximumSession > .zero, now >= self.startedAt + settings.maximumSession {
            self.end(.sessionExpired(), tellUpstream: .goingAway, cause: "session_expired")
            return
        }
        let bytes = self.client.bytesReceived &+ self.upstream.bytesReceived
        if bytes != self.bytesSeen {
            self.bytesSeen = bytes
            self.lastActivity = now
        } else if settings.idleSession > .zero, now >= self.lastActivity + settings.idleSession {
            self.end(.sessionIdle(), tellUpstream: .goingAway, cause: "session_idle")
            return
        }
        if now >= self.lastPing + self.pingInterval {
            self.lastPing = now
            self.client.keepAlive()
            self.upstream.keepAlive()
        }
        if !self.hasEnded {
            self.schedule()
        }
    }
}
