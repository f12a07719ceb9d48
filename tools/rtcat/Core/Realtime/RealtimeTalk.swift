// The client's side of a realtime session as a state machine: events and times in, actions out. Client turns in turn,
// function calls answered, answers measured. Reference: protocol §4, §5, §8; beta names §11; odd servers §13.
//
// Phases: waiting (for the server's first event) → idle ⇄ speaking → answering → idle …, at the end draining (for
// transcripts) → finished. Text turns go from idle to answering at once.
//
// Invariants: one turn at a time; a turn is over when no response is asked for, running, or owed by the server's turn
// detection. Times are nanoseconds of one monotonic clock.

/// A talk with a realtime server.
package struct RealtimeTalk {
    enum Phase {
        case closed
        case waiting(until: Int64)
        case idle
        case speaking(Speech)
        case answering
        case draining(until: Int64)
        case finished
    }

    /// A response that was begun and not yet done.
    struct Response {
        let askedAt: Int64
        var report = TurnReport()
        var audioBytes = 0
        var calls: [Call] = []
        /// Parts whose text came in pieces.
        var shown: Set<String> = []
    }

    struct Call: Equatable {
        let id: String
        let name: String
        let arguments: String
    }

    let plan: TalkPlan
    var phase = Phase.closed
    var turns: [TalkTurn] = []
    private var hasInputEnded = false
    var hasFailed = false
    var actions: [TalkAction] = []
    private var eventNumber = 0

    /// Our `response.create` events that no `response.created` has answered, oldest first.
    var asked: [String] = []
    var responses: [String: Response] = [:]
    var askedAt: Int64 = 0
    var toolRounds = 0
    var lastHeard: Int64 = 0
    var isTextOpen = false
    /// What must not break the line that the answer is being written on.
    private var heldNotes: [TalkNote] = []

    // Turn detection of the server, as its session events tell.
    var detects = true
    var detectionCreatesResponse = true
    var isSpeechActive = false
    var owesResponse = false
    var pendingTranscripts: Set<String> = []
    var audioRate = SpeechAudio.sampleRate
    /// The family of delta names seen first; a server that sends both would say everything twice.
    var deltaFamily: RealtimeShape?

    package init(_ plan: TalkPlan) {
        self.plan = plan
        self.detects = !plan.disablesDetection
    }

    // MARK: Events from outside

    /// The connection is open.
    package mutating func opened(now: Int64) -> [TalkAction] {
        self.phase = .waiting(until: now + self.plan.limits.sessionWait)
        self.lastHeard = now
        return self.takeActions()
    }

    /// The user has one more turn; false when too many wait.
    package mutating func add(_ turn: TalkTurn, now: Int64) -> (accepted: Bool, actions: [TalkAction]) {
        guard self.turns.count < self.plan.limits.turns else { return (false, []) }
        self.turns.append(turn)
        self.advance(now: now)
        return (true, self.takeActions())
    }

    /// The user will have no more turns.
    package mutating func endInput(now: Int64) -> [TalkAction] {
        self.hasInputEnded = true
        self.advance(now: now)
        return self.takeActions()
    }

    /// The user wants no more of the running answer.
    package mutating func cancel() -> [TalkAction] {
        guard !self.responses.isEmpty || !self.asked.isEmpty else {
            return [.tell(.problem("there is no answer to give up"))]
        }
        self.send { ClientEvent.plain("response.cancel", id: $0) }
        return self.takeActions()
    }

    /// A message of the server; JSON may come as binary too.
    package mutating func receive(_ message: [UInt8], now: Int64) -> [TalkAction] {
        guard let event = JSONObject(message), let type = event.string("type") else {
            let start = VisibleText.safe(String(decoding: message.prefix(80), as: UTF8.self))
            self.tell(.problem("not an event: \(start)"))
            return self.takeActions()
        }
        self.lastHeard = now
        self.handle(type, event, now: now)
        // A session that begins with an error is about to be closed; then nothing is worth sending.
        if case .waiting = self.phase, type != "error" { self.begin() }
        self.advance(now: now)
        return self.takeActions()
    }

    /// The connection is gone; what was begun is brought to an end for the reader.
    package mutating func connectionEnded() -> [TalkAction] {
        self.closeText()
        self.phase = .finished
        return self.takeActions()
    }

    // MARK: Time

    /// When `timerFired` is due.
    package var nextDeadline: Int64? {
        switch self.phase {
        case .closed, .idle, .finished: nil
        case .waiting(let until), .draining(let until): until
        case .speaking(let speech): self.deadline(of: speech)
        case .answering: self.lastHeard + self.plan.limits.answerWait
        }
    }

    package mutating func timerFired(now: Int64) -> [TalkAction] {
        guard let deadline = self.nextDeadline, now >= deadline else { return [] }
        switch self.phase {
        case .closed, .idle, .finished:
            break
        case .waiting:
            self.begin()
        case .draining:
            self.finish()
        case .speaking(let speech):
            self.speakOn(speech, now: now)
        case .answering:
            self.closeText()
            self.tell(.problem("no answer for \(TurnReport.seconds(Int(self.plan.limits.answerWait / 1_000_000)))"))
            self.hasFailed = true
            self.forgetTurn()
        }
        self.advance(now: now)
        return self.takeActions()
    }

    // MARK: Turns

    private mutating func begin() {
        let plan = self.plan
        self.send { ClientEvent.sessionUpdate(plan, id: $0) }
        self.phase = .idle
    }

    /// Goes on to whatever can come next.
    mutating func advance(now: Int64) {
        if case .answering = self.phase, self.isTurnOver {
            self.closeText()
            self.forgetTurn()
        }
        guard case .idle = self.phase else {
            if case .draining = self.phase, self.pendingTranscripts.isEmpty { self.finish() }
            return
        }
        if !self.turns.isEmpty {
            self.start(self.turns.removeFirst(), now: now)
        } else if self.hasInputEnded {
            self.phase = .draining(until: now + self.plan.limits.transcriptWait)
            if self.pendingTranscripts.isEmpty { self.finish() }
        }
    }

    private mutating func start(_ turn: TalkTurn, now: Int64) {
        self.toolRounds = 0
        self.lastHeard = now
        switch turn {
        case .text(let text):
            self.tell(.user(text))
            self.send { ClientEvent.userText(text, id: $0) }
            self.askForResponse(now: now)
            self.awaitAnswer(now: now)
        case .audio(let audio):
            self.tell(.speaking(milliseconds: audio.milliseconds))
            self.speakOn(Speech(audio, startedAt: now), now: now)
        }
    }

    mutating func awaitAnswer(now: Int64) {
        self.lastHeard = now
        self.phase = .answering
    }

    private var isTurnOver: Bool {
        self.asked.isEmpty && self.responses.isEmpty && !self.owesResponse && !self.isSpeechActive
    }

    mutating func forgetTurn() {
        self.asked = []
        self.responses = [:]
        self.owesResponse = false
        self.isSpeechActive = false
        self.phase = .idle
    }

    private mutating func finish() {
        self.phase = .finished
        self.actions.append(.finish(hasFailed: self.hasFailed))
    }

    // MARK: Saying

    mutating func askForResponse(now: Int64) {
        self.askedAt = now
        let id = self.send { ClientEvent.plain("response.create", id: $0) }
        self.asked.append(id)
    }

    @discardableResult
    mutating func send(_ event: (String) -> [UInt8]) -> String {
        self.eventNumber += 1
        let id = "rtcat_\(self.eventNumber)"
        self.actions.append(.send(event(id)))
        return id
    }

    mutating func tell(_ note: TalkNote) {
        self.actions.append(.tell(note))
    }

    /// As `tell`, after the line that is being written; the oldest are told at once when too many wait.
    mutating func tellBetweenLines(_ note: TalkNote) {
        self.heldNotes.append(note)
        if !self.isTextOpen || self.heldNotes.count > self.plan.limits.heldNotes { self.tellHeld() }
    }

    private mutating func tellHeld() {
        for note in self.heldNotes { self.tell(note) }
        self.heldNotes = []
    }

    mutating func closeText() {
        guard self.isTextOpen else { return }
        self.isTextOpen = false
        self.tell(.assistantEnd)
        self.tellHeld()
    }

    private mutating func takeActions() -> [TalkAction] {
        let taken = self.actions
        self.actions = []
        return taken
    }
}
