// A simulated Gemini Live session (realtime reference §14): bytes and time in, outputs and a deadline out. Same messages at
// the same times with the same seed: same outputs.
//
// State: awaiting the setup → open → mute (a fault: silent for ever) or ended. Turns run one at a time.

import Dialects

/// One connection of a session; another one may take its conversation up with a handle.
package struct SimulatedLiveSession: SimulatedSession {
    enum Phase: Equatable {
        case awaitingSetup
        case open
        /// Silent: messages are read and forgotten. Stays so.
        case mute
        /// A close or cut was ordered. Stays so.
        case ended
    }

    let memories: LiveMemories
    var phase = Phase.awaitingSetup
    /// The time of the message under way, in nanoseconds on the driver's clock.
    var clock: Int64
    var identifiers: IdentifierSequence
    var setup: LiveSetup?
    var conversation = LiveConversation()
    var inputAudio = InputAudioBuffer(format: .pcm)
    /// Pictures and words that came with speech that has not ended.
    var pendingImages: [ImageDescription] = []
    var pendingText: [String] = []
    /// Whether the client said that the user is active.
    var isActive = false
    var turn: LiveTurn?
    /// Whether something waits for an answer that the turn under way is not.
    var wantsTurn = false
    /// Messages since the setup.
    var received = 0
    /// When the end is announced, and when it comes.
    private var warning: Int64?
    private var expiry: Int64
    private var outbox: [SimulatedOutput] = []

    package init(seed: UInt64, memories: LiveMemories, now: Int64) {
        self.memories = memories
        self.clock = now
        self.expiry = now + SimulatorLimits.liveConnectionNanoseconds
        self.identifiers = IdentifierSequence(seed: seed)
    }

    var pace: Pace { self.setup?.model.pace ?? .usual }
    var fault: FaultModel? { self.setup?.model.fault }

    // MARK: What the driver calls

    /// Nothing: the client speaks first.
    package mutating func open(now: Int64) -> [SimulatedOutput] {
        self.clock = now
        return []
    }

    package mutating func receive(_ message: [UInt8], isBinary: Bool, now: Int64) -> [SimulatedOutput] {
        self.advance(to: now)
        switch self.phase {
        case .mute, .ended: break
        case .open where self.fault == .echo:
            self.outbox.append(isBinary ? .sendBinary(message, at: now) : .send(message, at: now))
        case .awaitingSetup, .open:
            do throws(LiveRefusal) {
                try self.handle(message)
                self.advance(to: now)
            } catch {
                self.close(error)
            }
        }
        return self.flush()
    }

    package mutating func timerFired(now: Int64) -> [SimulatedOutput] {
        self.advance(to: now)
        return self.flush()
    }

    package var nextDeadline: Int64? {
        switch self.phase {
        case .mute, .ended: nil
        case .awaitingSetup, .open: [self.turn?.dueAt, self.warning].compactMap { $0 }.reduce(self.expiry, min)
        }
    }

    // MARK: Time

    private mutating func advance(to now: Int64) {
        while let due = self.nextDeadline, due <= now {
            self.clock = max(self.clock, due)
            if due == self.warning {
                self.warning = nil
                let seconds = (self.expiry - due) / 1_000_000_000
                self.send(["goAway": ["timeLeft": "\(seconds)s"]])
            } else if due == self.expiry {
                self.close(LiveRefusal(code: 1_011, reason: "Deadline expired before operation could complete."))
            } else {
                self.stepTurn()
            }
        }
        self.clock = max(self.clock, now)
    }

    /// Sets when the connection ends: after the provider's time, or when the model's name says.
    mutating func begin() {
        self.phase = .open
        if case .goAway(let seconds)? = self.fault {
            let warning = self.clock + Int64(seconds) * 1_000_000_000
            self.warning = warning
            self.expiry = warning + SimulatorLimits.liveFaultWarningNanoseconds
        } else {
            self.warning = self.expiry - SimulatorLimits.liveWarningNanoseconds
        }
    }

    /// Announces the end now, and lets it come soon.
    mutating func expireSoon() {
        self.warning = self.clock
        self.expiry = self.clock + SimulatorLimits.liveFaultWarningNanoseconds
    }

    // MARK: Out

    /// The provider sends binary messages, of JSON; a model that is to be odd sends text.
    mutating func send(_ message: JSONValue) {
        let bytes = message.rendered
        self.outbox.append(
            self.fault == .binary ? .send(bytes, at: self.clock) : .sendBinary(bytes, at: self.clock)
        )
    }

    mutating func close(_ refusal: LiveRefusal) {
        self.order(.close(code: refusal.code, reason: refusal.reason, at: self.clock), leaving: .ended)
    }

    mutating func order(_ output: SimulatedOutput?, leaving phase: Phase) {
        if let output { self.outbox.append(output) }
        self.phase = phase
        self.turn = nil
    }

    private mutating func flush() -> [SimulatedOutput] {
        let outputs = self.outbox
        self.outbox.removeAll(keepingCapacity: true)
        return outputs
    }
}
