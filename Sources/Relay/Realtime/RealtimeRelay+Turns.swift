// What is decided about a session's events: whether what asks for a response, or names a model, goes on, and what the
// upstream's events mean for the turns. `TurnBook` decides; here is who asks it, and runs the answer.

import Dialects
import SessionCore
import WebSocketFraming

/// What becomes of a client's event.
enum ClientVerdict: Equatable {
    case forward
    /// This goes on in its place.
    case replace([UInt8])
    /// It does not go on, and the client was told.
    case refuse
}

extension RealtimeRelay {
    /// The event that ends a response early (protocol: realtime §4).
    static func cancellation(of response: String?) -> [UInt8] {
        var event = Array(#"{"type":"response.cancel","event_id":"#.utf8)
        JSONString.append(EventID.make(), to: &event)
        if let response {
            event.append(contentsOf: #","response_id":"#.utf8)
            JSONString.append(response, to: &event)
        }
        event.append(contentsOf: "}".utf8)
        return event
    }

    /// The model whose limits and prices count.
    var model: Model? { self.modelID.flatMap { self.shared.catalog.model($0) } }

    func openDesk() -> TurnDesk {
        if let desk = self.desk { return desk }
        let model = self.model
        let desk = TurnDesk(
            pricing: model?.pricing,
            isBudgeted: self.key.isBudgeted,
            limits: self.shared.settings.turns,
            after: self.heardBefore
        )
        desk.transcriptionModel = self.bound?.transcriptionModel ?? model?.speech?.transcription?.model
        self.desk = desk
        return desk
    }

    private func tell(_ error: RelayError, causedBy eventID: String? = nil) {
        self.openDesk().sayToClient(ErrorRendering.event(error, causedBy: eventID))
    }

    private func cancel(_ response: String?) {
        self.openDesk().sayToUpstream(Self.cancellation(of: response))
        self.deliverToUpstream()
        self.reschedule()
    }

    /// Asks the limits for a turn.
    private func admit(_ expected: TokenCounts, _ cost: Int64, _ model: Model?) -> Result<Permit, RelayError> {
        let demand = Demand(
            kind: .turn,
            holder: self.key.holder,
            model: model,
            tokens: expected.total,
            costMicroUSD: cost
        )
        let result = self.shared.limits.admit(demand, now: self.now)
        switch result {
        case .success: self.shared.metrics.admission(outcome: "admitted", kind: .realtime)
        case .failure(let error): self.shared.metrics.admission(outcome: error.code, kind: .realtime)
        }
        return result
    }

    /// The upstream has answered all that it was sent: a response that has not begun by now never will.
    func allIsHeard() {
        self.desk?.book.dropAsks(now: self.now)
    }

    // MARK: The client's events

    /// An event went on that nothing had to be decided about.
    func hear(_ heard: HeardEvent) {
        switch heard.kind {
        case .audio:
            self.hearAudio(base64Bytes: max(0, heard.bytes - Self.audioEnvelope))
        case .item:
            self.hearText(bytes: max(0, heard.bytes - Self.itemEnvelope))
        case .turn, .settings, .plain, .unknown:
            break
        }
    }

    func hearText(bytes: Int) {
        if let desk = self.desk {
            desk.book.hearText(bytes: bytes)
        } else {
            self.heardBefore.hearText(bytes: bytes)
        }
    }

    func hearAudio(base64Bytes bytes: Int) {
        if let desk = self.desk {
            desk.book.hearAudio(base64Bytes: bytes)
            desk.untranscribedBytes = desk.untranscribedBytes &+ bytes
        } else {
            self.heardBefore.hearAudio(base64Bytes: bytes)
        }
    }

    /// About what stands around the audio, or the text, of an event.
    private static let audioEnvelope = 60
    private static let itemEnvelope = 120

    func decide(_ kind: RealtimeClientEventKind, _ message: Span<UInt8>) -> ClientVerdict {
        let event: RealtimeClientEvent
        do throws(JSONViolation) {
            event = try RealtimeClientEvent(message)
        } catch {
            self.tell(.invalidEvent())
            return .refuse
        }
        if let model = self.forbiddenModel(in: event, kind) {
            self.tell(.modelNotAllowed(model), causedBy: event.eventID)
            return .refuse
        }
        switch kind {
        case .settings:
            if let model = event.transcriptionModel { self.openDesk().transcriptionModel = model }
            self.hearText(bytes: message.count)
        case .turn:
            if case .refuse(let error) = self.ask(event.eventID) {
                self.tell(error, causedBy: event.eventID)
                return .refuse
            }
        case .audio, .item, .plain, .unknown:
            break
        }
        return self.rewritten(kind, message)
    }

    private func rewritten(_ kind: RealtimeClientEventKind, _ message: Span<UInt8>) -> ClientVerdict {
        guard let bound = self.bound else { return .forward }
        do throws(JSONViolation) {
            switch kind {
            case .settings: return .replace(try bound.settings(Array(copying: message)))
            case .turn: return .replace(try bound.turn(Array(copying: message)))
            case .audio, .item, .plain, .unknown: return .forward
            }
        } catch {
            self.tell(.invalidEvent())
            return .refuse
        }
    }

    /// The first model that the event names and the session may not use.
    ///
    /// What transcribes beside a conversation is a setting of the provider's, unless the catalogue lists it; in a session
    /// that only transcribes it is the model itself.
    private func forbiddenModel(in event: RealtimeClientEvent, _ kind: RealtimeClientEventKind) -> String? {
        let holder = self.key.holder
        if let model = event.models.first(where: { name in
            !holder.allows(model: name) || !(self.bound?.allows(model: name) ?? true)
        }) {
            return model
        }
        guard let model = event.transcriptionModel, !holder.allows(model: model) else { return nil }
        let isListed = self.shared.catalog.models.contains { $0.id == model }
        return self.isTranscription || isListed ? model : nil
    }

    func ask(_ eventID: String?) -> TurnBook.OnAsk {
        let desk = self.openDesk()
        desk.book.isBudgeted = self.key.isBudgeted
        let expected = desk.book.expected
        let cost = desk.book.cost(of: expected)
        return desk.book.ask(eventID: eventID, now: self.now) { self.admit(expected, cost, self.model) }
    }

    /// A response was asked for by an event that was gone before anybody could tell.
    func decideLate(_ heard: HeardEvent) {
        if case .refuse(let error) = self.ask(nil) {
            self.cancel(nil)
            self.tell(error)
        }
    }

    func refuse(_ reason: ClientTapRefusal) {
        switch reason {
        case .tooLarge: self.tell(.eventTooLarge(limitBytes: ClientTap.heldBytes))
        case .unreadable: self.tell(.invalidEvent())
        }
    }

    /// `rate_limits.updated` as the limits of this relay stand (protocol: realtime §5).
    func ratesEvent() -> [UInt8]? {
        guard let model = self.model else { return nil }
        let status = self.shared.limits.status(of: self.key.holder, model: model, now: self.now)
        let rates = [("requests", status.requests), ("tokens", status.tokens)].compactMap { name, window in
            window.map { window -> JSONValue in
                [
                    "name": .string(name), "limit": .integer(window.limit), "remaining": .integer(window.remaining),
                    "reset_seconds": .number(Double(window.resetMilliseconds) / 1_000),
                ]
            }
        }
        let event: JSONValue = [
            "type": "rate_limits.updated", "event_id": .string(EventID.make()), "rate_limits": .array(rates),
        ]
        return event.rendered
    }

    // MARK: The upstream's events

    func meter(_ message: TappedMessage, in bytes: Span<UInt8>) {
        switch message {
        case .noEvent: break
        case .inPlace(let kind, let range): self.meter(kind, bytes.extracting(range))
        case .kept(let kind, let kept): self.meter(kind, kept.span)
        case .passed(let kind, let count): self.meter(kind, length: count)
        }
    }

    private func meter(_ kind: RealtimeServerEventKind, _ message: Span<UInt8>) {
        switch kind {
        case .other:
            break
        case .audioDelta:
            guard let desk = self.desk else { return }
            let isOne = !desk.book.needsResponseIDs
            self.take(.audio, isOne ? RealtimeDelta(eventBytes: message.count) : RealtimeDelta(message, wantsID: true))
        case .textDelta:
            guard let desk = self.desk else { return }
            self.take(.text, RealtimeDelta(message, wantsID: desk.book.needsResponseIDs))
        case .responseCreated:
            self.created(RealtimeTurn(message).responseID)
        case .responseDone:
            let turn = RealtimeTurn(message)
            self.done(
                ToldTurn(
                    id: turn.responseID,
                    status: turn.status,
                    tokens: turn.usage.map(TokenCounts.init),
                    isExact: self.upstream.tellsAllUsage
                )
            )
        case .transcriptionCompleted:
            let event = RealtimeTranscription(message)
            if event.usage != nil || !self.upstream.tellsAllUsage { self.transcribed(event) }
        case .error:
            guard let desk = self.desk else { return }
            let event = RealtimeErrorEvent(message)
            desk.book.refused(eventID: event.causedBy, code: event.code, now: self.now)
        }
    }

    /// An event that was too large to be kept, or whose content does not matter.
    private func meter(_ kind: RealtimeServerEventKind, length: Int) {
        switch kind {
        case .other, .error: break
        case .audioDelta: self.take(.audio, RealtimeDelta(eventBytes: length))
        case .textDelta: self.take(.text, RealtimeDelta(eventBytes: length))
        case .responseCreated: self.created(nil)
        case .responseDone: self.done(ToldTurn(id: nil, status: nil, tokens: nil))
        case .transcriptionCompleted:
            let nothing: [UInt8] = []
            self.transcribed(RealtimeTranscription(nothing.span))
        }
    }

    private func take(_ delta: DeltaClass, _ content: RealtimeDelta) {
        guard let desk = self.desk else { return }
        switch desk.book.delta(delta, bytes: content.bytes, id: content.responseID, now: self.now) {
        case .none: break
        case .cancel(let id, let error):
            self.cancel(id)
            self.tell(error)
        }
    }

    /// A response has begun, asked for or not.
    func begin(_ id: String?) -> TurnBook.OnCreated {
        let desk = self.openDesk()
        desk.book.isBudgeted = self.key.isBudgeted
        let expected = desk.book.expected
        let cost = desk.book.cost(of: expected)
        return desk.book.created(id: id, now: self.now) { self.admit(expected, cost, self.model) }
    }

    private func created(_ id: String?) {
        switch self.begin(id) {
        case .none: break
        case .cancel(let id, let error):
            self.cancel(id)
            if let error { self.tell(error) }
        }
    }

    func done(_ told: ToldTurn) {
        let desk = self.openDesk()
        guard let turn = desk.book.done(told, now: self.now) else { return }
        self.writeDown(turn)
        desk.isDue = true
    }

    /// Everything that is still under way is written down as estimated.
    func closeTurns(_ status: LedgerRow.Status) {
        guard let desk = self.desk else { return }
        for turn in desk.book.close(status, now: self.now) { self.writeDown(turn) }
    }
}

extension [UInt8] {
    init(copying span: Span<UInt8>) {
        self = unsafe span.withUnsafeBytes { unsafe [UInt8]($0) }
    }
}
