// One realtime session of the simulated upstream, without a socket: client events and time in, events out.
//
// The driver calls `open` once, `receive` for each message and `timerFired` when `nextDeadline` has come (late is
// fine; a driver under back pressure simply calls later). Each returns what is due now, in order; nothing is ever
// promised ahead, so that `response.cancel` takes effect at once. After `.close` or `.cut` nothing follows.
// Same opening, seed, events and times: same bytes.

import Dialects

/// A simulated realtime session.
package struct SimulatedRealtimeSession: SimulatedSession, Sendable {
    enum Phase: Sendable {
        /// Can become mute or ended.
        case open
        /// A fault made it silent: events are read and forgotten. Stays so.
        case mute
        /// A close or cut was ordered. Stays so.
        case ended
    }

    let opening: RealtimeOpening
    let model: SimulatedModel?
    let conversationID: String
    let expiry: Int64
    var phase = Phase.open
    /// The time of the event under way, in nanoseconds on the driver's clock.
    var clock: Int64
    var identifiers: IdentifierSequence
    var settings: SessionSettings
    var conversation = Conversation()
    var inputAudio: InputAudioBuffer
    /// The id that the message will get whose speech is being heard.
    var utteranceID: String?
    var responses: [ResponseRun] = []
    var transcriptions: [TranscriptionRun] = []
    /// Responses begun so far; varies answers.
    var turns = 0
    var lastInput: InputTokens?
    var rateLimits = SimulatedRateLimits()
    private var outbox: [SimulatedOutput] = []

    /// Makes a session.
    ///
    /// `unixTime` (seconds) dates `expires_at`; `now` (nanoseconds) is the driver's monotonic clock.
    package init(opening: RealtimeOpening, seed: UInt64, unixTime: Int64, now: Int64) {
        self.opening = opening
        self.model = SimulatedModel(named: opening.model)
        self.clock = now
        self.expiry = now + SimulatorLimits.sessionNanoseconds
        self.identifiers = IdentifierSequence(seed: seed)
        let id = self.identifiers.next("sess_")
        self.conversationID = self.identifiers.next("conv_")
        self.settings = SessionSettings(opening: opening, id: id, expiresAt: unixTime + 3_600)
        self.inputAudio = InputAudioBuffer(format: .pcm)
        self.configureInput()
    }

    // MARK: What the driver calls

    /// The first event, or the refusal of an opening that names no model the session can have.
    package mutating func open(now: Int64) -> [SimulatedOutput] {
        self.clock = now
        if self.model?.fault == .echo { return [] }
        guard self.model != nil else {
            self.end(with: "missing_model", "You must provide a model parameter.", closeCode: 4_000)
            return self.flush()
        }
        self.send("session.created", ["session": self.settings.json])
        return self.flush()
    }

    /// Takes one message of the client.
    package mutating func receive(_ message: [UInt8], isBinary: Bool = false, now: Int64) -> [SimulatedOutput] {
        self.advance(to: now)
        guard self.phase == .open else { return self.flush() }
        if self.model?.fault == .echo {
            self.outbox.append(isBinary ? .sendBinary(message, at: now) : .send(message, at: now))
        } else {
            self.handle(message)
            // What starts at once (a response's first event) goes out with its cause.
            self.advance(to: now)
        }
        return self.flush()
    }

    /// Does what has become due.
    package mutating func timerFired(now: Int64) -> [SimulatedOutput] {
        self.advance(to: now)
        return self.flush()
    }

    /// When the session wants `timerFired` next; nil when it waits for nothing.
    package var nextDeadline: Int64? {
        guard self.phase == .open, self.model?.fault != .echo else { return nil }
        let due = self.responses.map(\.dueAt) + self.transcriptions.map(\.dueAt)
        return due.reduce(self.expiry, min)
    }

    // MARK: Time

    /// Runs all that is due up to a time, in the order in which it became due.
    private mutating func advance(to now: Int64) {
        while self.phase == .open, let due = self.nextDeadline, due <= now {
            self.clock = max(self.clock, due)
            if due == self.expiry {
                self.expire()
            } else if let index = self.responses.firstIndex(where: { $0.dueAt == due }) {
                self.stepResponse(at: index)
            } else if let index = self.transcriptions.firstIndex(where: { $0.dueAt == due }) {
                self.stepTranscription(at: index)
            }
        }
        self.clock = max(self.clock, now)
    }

    /// The provider ends a session after its longest time (realtime reference §9).
    mutating func expire() {
        self.end(
            with: "session_expired",
            "Your session hit the maximum duration of 60 minutes.",
            closeCode: 1_001,
            reason: "Your session hit the maximum duration of 60 minutes."
        )
    }

    // MARK: Events out

    /// Sends an event: its type, a fresh id, and these members.
    mutating func send(_ type: String, _ members: JSONValue) {
        let head = [
            JSONField("type", .string(type)), JSONField("event_id", .string(self.identifiers.next("event_"))),
        ]
        let event = JSONValue.object(head + members.members)
        guard let shaped = self.opening.isBeta ? BetaShape.outbound(event) : event else { return }
        let bytes = shaped.rendered
        self.outbox.append(
            self.model?.fault == .binary ? .sendBinary(bytes, at: self.clock) : .send(bytes, at: self.clock)
        )
    }

    mutating func send(_ refusal: RealtimeRefusal, eventID: String?) {
        self.send("error", ["error": refusal.json(eventID: eventID)])
    }

    /// Tells an error and closes.
    mutating func end(with code: String, _ message: String, closeCode: UInt16, reason: String? = nil) {
        let refusal = RealtimeRefusal(code: code, message: message)
        self.send(refusal, eventID: nil)
        self.order(
            .close(code: closeCode, reason: reason ?? "\(refusal.type).\(code)", at: self.clock),
            leaving: .ended
        )
    }

    /// Orders something beside events, and changes the phase.
    mutating func order(_ output: SimulatedOutput?, leaving phase: Phase) {
        if let output { self.outbox.append(output) }
        self.phase = phase
    }

    private mutating func flush() -> [SimulatedOutput] {
        let outputs = self.outbox
        self.outbox.removeAll(keepingCapacity: true)
        return outputs
    }
}

/// The rate limits that `rate_limits.updated` reports: they only ever go down.
struct SimulatedRateLimits: Sendable {
    private static let requests = 10_000
    private static let tokens = 2_000_000
    private var usedRequests = 0
    private var usedTokens = 0

    /// Counts one response and tells the state after it.
    mutating func spend(tokens: Int) -> JSONValue {
        self.usedRequests = min(self.usedRequests + 1, Self.requests)
        self.usedTokens = min(self.usedTokens + tokens, Self.tokens)
        return [
            Self.entry("requests", limit: Self.requests, used: self.usedRequests),
            Self.entry("tokens", limit: Self.tokens, used: self.usedTokens),
        ]
    }

    private static func entry(_ name: String, limit: Int, used: Int) -> JSONValue {
        let seconds = (Double(used) / Double(limit) * 60_000).rounded() / 1_000
        return [
            "name": .string(name), "limit": .integer(limit), "remaining": .integer(limit - used),
            "reset_seconds": .number(seconds),
        ]
    }
}
