// The relay phase of a realtime session: two peers on one loop, and every byte of either on its way to the other in
// the turn in which it came. Messages keep their opcode, their boundaries and their order; nothing is re-encoded.
//
// Backpressure: when one side's kernel takes no more, the other side is not read until it does.
//
// States: relaying → holding (the client is gone or was told to go; the upstream may tell what its response cost) →
// ended. Whatever ends one leg ends the other at once (protocol/realtime.md §9), but for that.
// What is decided about turns is in `RealtimeRelay+Turns.swift`, what is written down in `RealtimeRelay+Ledger.swift`, and
// what happens by the clock in `RealtimeRelay+Time.swift`.

import Dialects
import EventLoop
import Logging
import SessionCore
import Transport
import WebSocketFraming

/// One realtime session from its 101 to its settlement.
///
/// Loop-bound. Sessions are many and mostly idle: what an idle one does not need is in boxes of their own, and the fields
/// stand in an order that leaves no gaps.
final class RealtimeRelay {
    /// As the head of this file has it.
    private enum State {
        case relaying
        case holding
        case ended
    }

    let client: any RealtimePeer
    let upstream: any RealtimePeer
    private let tenure: RelayTenure
    let key: WatchedKey
    private var extras: SessionExtras?
    /// Nil before a response was asked for or begun, or something was told.
    var desk: TurnDesk?
    private var fromClient = ClientTap()
    private var fromUpstream = EventTap()
    let id: SessionID
    /// The public id that the client asked for; nil while unknown.
    let modelID: String?
    /// Where the session went.
    let route: RouteTaken?
    private(set) var startedAt = MonotonicTime(nanoseconds: 0)
    let requestID: RequestID
    private var state = State.relaying
    // The times here are milliseconds after `startedAt`; they and bytes are modulo 2^32, since only differences count.
    /// When the timer last found that bytes had come in, and how many they were.
    var lastActivity: UInt32 = 0
    var bytesSeen: UInt32 = 0
    var lastPing: UInt32 = 0
    /// What the client said before there was a desk to count it.
    var heardBefore = HeardBefore()
    private var storedTimer = TimerID.never

    init(
        _ session: Session,
        _ admitted: AdmittedClient,
        client: any RealtimePeer,
        upstream: any RealtimePeer,
        live: LiveTap? = nil,
        tenure: RelayTenure
    ) {
        self.id = session.id
        self.requestID = session.requestID
        self.modelID = session.model
        self.route = session.route
        self.extras = SessionExtras(bound: admitted.bound, isTranscription: admitted.isTranscription, live: live)
        self.key = tenure.service.keyWatch.begin(admitted.holder)
        self.client = client
        self.upstream = upstream
        self.tenure = tenure
        admitted.slot.handOverPlace()
    }

    var service: RelayService { self.tenure.service }
    /// What it began with, whatever was configured since.
    var shared: RelayShared { self.tenure.shared }
    var timer: TimerID? {
        get { self.storedTimer == .never ? nil : self.storedTimer }
        set { self.storedTimer = newValue ?? .never }
    }
    var isHolding: Bool { self.state == .holding }
    var hasEnded: Bool { self.state == .ended }
    /// Nil unless a client secret opened the session.
    var bound: BoundSession? { self.extras?.bound }
    /// Whether the model is named later, inside the session.
    var isTranscription: Bool { self.extras?.isTranscription ?? false }
    /// Set where both sides speak Gemini Live.
    private var live: LiveTap? { self.extras?.live }
    /// Nil unless somebody looks on.
    private var trace: SessionTrace? { self.extras?.trace }

    var now: Int64 { self.service.context.loop.now.nanoseconds }
    /// Whether an event must be just what its type says.
    private var isStrict: Bool { self.key.isRestricted || self.bound != nil || self.isTranscription }

    func start() {
        self.client.attach(self)
        self.upstream.attach(self)
        // Gemini Live's own clients are heard by what they say, whatever it begins like.
        if let client = self.client as? WebSocketLeg, self.upstream is WebSocketLeg, self.live == nil {
            client.leaveMasks()
        }
        self.startedAt = self.service.context.loop.now
        self.schedule()
        if let live = self.live { self.hearText(bytes: live.setupBytes) }
        if let bound = self.bound {
            do throws(JSONViolation) {
                if let event = try bound.opening() { self.upstream.send(text: event) }
            } catch {
                self.end(.internalError(), cause: "secret_unreadable")
                return
            }
        }
        self.client.begin()
        self.upstream.begin()
    }

    // MARK: Ending

    /// Ends the session because the relay is going away.
    func drain() {
        let hold = self.shared.settings.drainingHold
        if self.isHolding {
            self.desk?.book.hasten(until: (self.service.context.loop.now + hold).nanoseconds)
            self.reschedule()
        } else {
            self.end(.draining(), cause: "draining", hold: hold)
        }
    }

    /// Ends the session because an operator asked for it.
    func endByOperator() {
        self.end(.sessionEnded(), cause: "session_ended")
    }

    /// The key no longer counts: nothing new begins, and the session ends between turns.
    func keyEnded(_ error: RelayError) {
        guard self.state == .relaying else { return }
        guard let desk = self.desk else {
            self.end(error, cause: error.code)
            return
        }
        switch desk.book.keyEnded(error, now: self.now) {
        case .end(let error): self.end(error, cause: error.code)
        case .goOn, .letGo: self.reschedule()
        }
    }

    /// Tells the client why in an `error` event, then closes; the upstream is held while a response is under way.
    func end(_ error: RelayError, cause: String, hold: Duration? = nil) {
        guard self.state == .relaying else { return }
        for message in self.desk?.takeForClient() ?? [] { self.client.send(text: message) }
        if self.live == nil {
            self.client.send(text: ErrorRendering.event(error))
            self.client.close(code: CloseCode(rawValue: error.closeCode), reason: error.closeReason)
        } else {
            self.client.close(code: error.liveCloseCode, reason: error.liveCloseReason)
        }
        self.leave(.ended, (error.closeCode, cause), upstream: (.goingAway, ""), hold: hold)
    }

    /// The client has gone: the upstream goes, too, unless a response is under way.
    private func leave(
        _ status: LedgerRow.Status,
        _ departure: (closeCode: UInt16, cause: String),
        upstream close: (code: CloseCode?, reason: String),
        hold: Duration? = nil
    ) {
        let hold = (hold ?? self.shared.settings.clientGoneHold).saturatedNanoseconds
        guard let desk = self.desk, self.upstream.isOpen,
            let responses = desk.book.abandon(status, now: self.now, hold: hold)
        else {
            self.upstream.close(code: close.code, reason: close.reason)
            self.settle(closeCode: departure.closeCode, cause: departure.cause, status)
            return
        }
        self.move(to: .holding)
        desk.departure = departure
        if self.live == nil {
            for id in responses { desk.sayToUpstream(Self.cancellation(of: id)) }
        }
        self.deliverToUpstream()
        self.upstream.resumeReading()
        self.reschedule()
    }

    /// Goes on to a later state; the place among the key's sessions is given back as soon as the client has left.
    private func move(to state: State) {
        if self.state == .relaying { self.shared.limits.sessionEnded(of: self.key.holder) }
        self.state = state
    }

    /// The upstream has told what there was to tell after the client had gone, or has had its time.
    func letGo() {
        guard self.isHolding else { return }
        self.upstream.close(code: .goingAway, reason: "")
        let departure = self.desk?.departure ?? (1006, "client_lost")
        self.settle(closeCode: departure.closeCode, cause: departure.cause, .clientGone)
    }

    private func clientEnded(_ end: LegEnd) {
        let gone: (code: CloseCode?, reason: String) = (.goingAway, "")
        switch end {
        case .closed(let code, let reason):
            self.leave(.clientGone, (code?.rawValue ?? 1005, "client_closed"), upstream: (code, reason))
        case .violation(let violation):
            self.leave(.clientGone, (violation.closeCode.rawValue, "client_violation"), upstream: gone)
        case .lost(.stalled):
            self.leave(.clientGone, (1008, "client_stalled"), upstream: gone)
        case .lost:
            self.leave(.clientGone, (1006, "client_lost"), upstream: gone)
        case .silent:
            self.leave(.clientGone, (1006, "client_silent"), upstream: gone)
        case .messageOverdue:
            self.leave(.clientGone, (1008, "client_message_overdue"), upstream: gone)
        }
    }

    private func upstreamEnded(_ end: LegEnd) {
        guard !self.isHolding else {
            self.letGo()
            return
        }
        // Written down before the client can know that its turn has ended.
        self.closeTurns(.upstreamLost)
        switch end {
        case .closed(let code, let reason):
            self.client.close(code: code, reason: reason)
            self.settle(closeCode: code?.rawValue ?? 1005, cause: "upstream_closed", .upstreamLost)
        case .violation:
            self.end(.badGateway("broke the WebSocket protocol"), cause: "upstream_violation")
        case .lost:
            self.end(.badGateway("broke off the connection"), cause: "upstream_lost")
        case .silent:
            self.end(.gatewayTimeout("answer pings"), cause: "upstream_silent")
        case .messageOverdue:
            self.end(.gatewayTimeout("finish a message"), cause: "upstream_message_overdue")
        }
    }

    /// The phase *settle*: on every way out, exactly once.
    private func settle(closeCode: UInt16, cause: String, _ status: LedgerRow.Status) {
        guard !self.hasEnded else { return }
        self.move(to: .ended)
        if let timer = self.timer {
            self.service.context.loop.cancel(timer)
            self.timer = nil
        }
        self.closeTurns(status)
        self.writeDown(closeCode: closeCode, cause: cause)
        self.service.keyWatch.end(self.key)
        self.service.ended(self)
    }
}

// MARK: - Messages

extension RealtimeRelay: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        let isFromClient = leg === self.client
        guard chunk.maskingKey != 0 else {
            self.take(chunk, fromClient: isFromClient, floor: floor, in: &bytes)
            return
        }
        if isFromClient, self.passMasked(chunk, floor: floor, in: &bytes) { return }
        var chunk = chunk
        chunk.unmask(in: &bytes)
        self.take(chunk, fromClient: isFromClient, floor: floor, in: &bytes)
    }

    /// Forwards a whole event of a kind that needs no decision and began like the latest, mask and all; false if it is none.
    @inline(__always)
    private func passMasked(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) -> Bool {
        guard !self.isStrict, self.trace == nil else { return false }
        let recent = self.tenure.recentFromClients
        guard let kind = recent.recall(bytes.span.extracting(chunk.payload), under: chunk.maskingKey),
            !kind.isDecided(isStrict: false)
        else { return false }
        self.upstream.forward(chunk, floor: floor, in: &bytes)
        self.hear(HeardEvent(kind: kind, bytes: chunk.payload.count))
        self.deliverWaiting(in: &bytes)
        return true
    }

    /// A peer that is no bare wire said a whole event.
    func peer(_ peer: any RealtimePeer, said event: [UInt8]) {
        guard !self.hasEnded else { return }
        let isClient = peer === self.client
        MessageBlock.with(event) { chunk, bytes in
            self.take(chunk, fromClient: isClient, floor: 0, in: &bytes)
            (isClient ? self.upstream : self.client).flush(in: &bytes)
        }
    }

    private func take(
        _ chunk: MessageChunk,
        fromClient isFromClient: Bool,
        floor: Int,
        in bytes: inout MutableSpan<UInt8>
    ) {
        if let trace = self.trace { self.note(chunk, fromClient: isFromClient, in: bytes.span, trace) }
        if let live = self.live {
            if isFromClient {
                self.fromLiveClient(chunk, floor: floor, in: &bytes, live)
            } else {
                self.fromLiveUpstream(chunk, floor: floor, in: &bytes, live)
            }
        } else if isFromClient {
            self.fromClient(chunk, floor: floor, in: &bytes)
        } else {
            self.fromUpstream(chunk, floor: floor, in: &bytes)
        }
    }

    private func note(_ chunk: MessageChunk, fromClient: Bool, in bytes: Span<UInt8>, _ trace: SessionTrace) {
        if trace.isForgotten(now: self.now) {
            self.extras?.trace = nil
        } else {
            trace.note(chunk, fromClient: fromClient, in: bytes, now: self.now)
        }
    }

    /// The latest messages since somebody began to look on, which is now if nobody did.
    func watchedEvents() -> [SessionEvent] {
        let trace = self.trace ?? SessionTrace(startedAt: self.startedAt.nanoseconds, now: self.now)
        let extras = self.extras ?? SessionExtras()
        extras.trace = trace
        self.extras = extras
        return trace.tell(now: self.now)
    }

    private func fromClient(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        switch self.fromClient.look(chunk, in: bytes.span, &self.tenure.recentFromClients, isStrict: self.isStrict) {
        case .pass(let heard):
            self.upstream.forward(chunk, floor: floor, in: &bytes)
            if let heard { self.hear(heard) }
        case .decide(let kind, let range):
            switch self.decide(kind, bytes.span.extracting(range)) {
            case .forward: self.upstream.forward(chunk, floor: floor, in: &bytes)
            case .replace(let event): self.sendUpstream(event, chunk.kind, in: &bytes)
            case .refuse: break
            }
        case .decideHeld(let kind, let held):
            switch self.decide(kind, held.span) {
            case .forward: self.sendUpstream(held, chunk.kind, in: &bytes)
            case .replace(let event): self.sendUpstream(event, chunk.kind, in: &bytes)
            case .refuse: break
            }
        case .release(let held, let heard):
            self.forward(held, of: chunk, in: &bytes)
            self.upstream.forward(chunk, floor: floor, in: &bytes)
            if let heard { self.hear(heard) }
        case .late(let heard):
            self.upstream.forward(chunk, floor: floor, in: &bytes)
            self.decideLate(heard)
        case .hold, .drop:
            break
        case .refuse(let reason):
            self.refuse(reason)
        case .abort:
            // What is upstream is never completed, and so never acted upon.
            self.upstream.flush(in: &bytes)
            self.end(.invalidEvent(), cause: "client_event_invalid")
            return
        }
        self.deliverWaiting(in: &bytes)
    }

    /// Sends what waits for either side, unless one of the other's messages is on its way there.
    @inline(__always)
    private func deliverWaiting(in bytes: inout MutableSpan<UInt8>) {
        guard let desk = self.desk else { return }
        if !desk.toUpstream.isEmpty {
            self.upstream.flush(in: &bytes)
            self.deliverToUpstream()
        }
        self.deliverToClient()
    }

    /// What was held of a message goes on as its beginning.
    private func forward(_ held: [UInt8], of chunk: MessageChunk, in bytes: inout MutableSpan<UInt8>) {
        self.upstream.flush(in: &bytes)
        MessageBlock.with(held, chunk.kind, isLast: false) { beginning, block in
            self.upstream.forward(beginning, floor: 0, in: &block)
            self.upstream.flush(in: &block)
        }
    }

    private func sendUpstream(_ event: [UInt8], _ kind: MessageKind, in bytes: inout MutableSpan<UInt8>) {
        self.upstream.flush(in: &bytes)
        switch kind {
        case .text: self.upstream.send(text: event)
        case .binary: self.upstream.send(binary: event)
        }
    }

    private func fromUpstream(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        if let message = self.fromUpstream.look(chunk, in: bytes.span, &self.tenure.recentFromUpstreams) {
            self.meter(message, in: bytes.span)
        }
        if !self.isHolding {
            self.client.forward(chunk, floor: floor, in: &bytes)
        }
        guard let desk = self.desk, chunk.isLast, desk.isDue || !desk.toClient.isEmpty else { return }
        self.client.flush(in: &bytes)
        self.deliverToClient()
        if desk.isDue {
            desk.isDue = false
            self.run(desk.book.afterwards)
        }
    }

    func run(_ afterwards: TurnBook.Afterwards) {
        switch afterwards {
        case .goOn: break
        case .end(let error): self.end(error, cause: error.code)
        case .letGo: self.letGo()
        }
    }

    /// Sends what waits for the client, unless one of the upstream's messages is on its way there.
    private func deliverToClient() {
        guard let desk = self.desk, !desk.toClient.isEmpty, !self.client.isMidMessage else { return }
        desk.hasTold = true
        for message in desk.takeForClient() { self.client.send(text: message) }
    }

    /// Sends what waits for the upstream, unless one of the client's messages is on its way there.
    func deliverToUpstream() {
        guard let desk = self.desk, !desk.toUpstream.isEmpty, !self.upstream.isMidMessage else { return }
        for message in desk.takeForUpstream() { self.upstream.overtake(text: message) }
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        // Each peer called where it stands: one that was chosen first is held and let go again.
        if leg === self.client {
            self.upstream.flush(in: &bytes)
        } else {
            self.client.flush(in: &bytes)
        }
        self.turnEnded(of: leg)
    }

    /// A peer has said what there was to say for now.
    func turnEnded(of peer: any RealtimePeer) {
        let isClient = peer === self.client
        if isClient ? self.upstream.isCongested : self.client.isCongested {
            peer.pauseReading()
        }
        // Who does not take our answers is not read either.
        if isClient, let desk = self.desk, desk.hasTold {
            desk.hasTold = self.client.isCongested
            if desk.hasTold { peer.pauseReading() }
        }
    }

    func legRoom(_ leg: WebSocketLeg) -> Int {
        leg === self.client ? self.upstream.sendRoom : self.client.sendRoom
    }

    func legDrained(_ leg: WebSocketLeg) { self.drained(leg) }

    /// A peer has taken everything that had waited for it.
    func drained(_ peer: any RealtimePeer) {
        let isClient = peer === self.client
        (isClient ? self.upstream : self.client).resumeReading()
        if isClient, let desk = self.desk, desk.hasTold {
            desk.hasTold = false
            if !self.upstream.isCongested { peer.resumeReading() }
        }
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) { self.peer(leg, ended: end) }

    /// A peer has come to its end by itself.
    func peer(_ peer: any RealtimePeer, ended end: LegEnd) {
        guard !self.hasEnded else { return }
        if peer === self.client {
            guard !self.isHolding else { return }
            self.clientEnded(end)
        } else {
            self.upstreamEnded(end)
        }
    }
}
